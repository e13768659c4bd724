// Whole little networks: however layouts change inside, the numbers are those of TF.js.
import fc from 'fast-check';
import { beforeAll, describe, it } from 'vitest';
import { expectSame } from './same.ts';
import { type Numbers, useBackend } from './tfjs.ts';
import { attr, convolution, floats, ints, noise, type TinyNode } from './tiny-model.ts';

beforeAll(() => useBackend('cpu'));

const SHAPE = [1, 4, 4, 3];

/** Makes the next tensor, of the same shape, out of one or two before it. */
type Step = (name: string, a: string, b: string) => TinyNode[];

const shape = 'shape';
const flat = 'flat';
const steps: Record<string, Step> = {
  convolve: (name, a) => [convolution(name, a, 'filter')],
  add: (name, a, b) => [{ name, op: 'AddV2', input: [a, b] }],
  scale: (name, a) => [{ name, op: 'Mul', input: [a, 'perChannel'] }],
  addPicture: (name, a) => [{ name, op: 'Add', input: ['picture', a] }],
  addNumber: (name, a) => [{ name, op: 'Add', input: [a, 'number'] }],
  relu: (name, a) => [{ name, op: 'Relu', input: [a] }],
  prelu: (name, a) => [{ name, op: 'Prelu', input: [a, 'slopes'] }],
  pool: (name, a) => [
    {
      name,
      op: 'MaxPool',
      input: [a],
      attr: {
        ksize: attr.ints([1, 3, 3, 1]),
        strides: attr.ints([1, 1, 1, 1]),
        padding: attr.text('SAME'),
        data_format: attr.text('NHWC'),
      },
    },
  ],
  squeezeExcite: (name, a, b) => [
    { name: `${name}/mean`, op: 'Mean', input: [b, 'heightAndWidth'], attr: { keep_dims: attr.flag(true) } },
    { name: `${name}/gate`, op: 'Sigmoid', input: [`${name}/mean`] },
    { name, op: 'Mul', input: [a, `${name}/gate`] },
  ],
  flattenAndBack: (name, a) => [
    { name: `${name}/flat`, op: 'Reshape', input: [a, flat] },
    { name, op: 'Reshape', input: [`${name}/flat`, shape] },
  ],
  peaks: (name, a, b) => [
    { name: `${name}/equal`, op: 'Equal', input: [a, b] },
    { name, op: 'Cast', input: [`${name}/equal`], attr: { SrcT: attr.type('DT_BOOL'), DstT: attr.type('DT_FLOAT') } },
  ],
};

const constants: Record<string, Numbers> = {
  filter: noise([3, 3, 3, 3], 1, 0.4),
  perChannel: floats([3], [0.5, -1, 1.5]),
  picture: noise(SHAPE, 2),
  number: floats([], [0.3]),
  slopes: floats([1, 1, 3], [-0.5, 0.25, 1.5]),
  heightAndWidth: ints([2], [1, 2]),
  shape: ints([4], SHAPE),
  flat: ints([2], [1, -1]),
};

describe('a network', () => {
  it('of any steps in any order computes what TF.js computes, every tensor on the way included', async () => {
    const step = fc.record({ kind: fc.constantFrom(...Object.keys(steps)), a: fc.nat(), b: fc.nat() });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (chain) => {
        const names = ['x'];
        const nodes = chain.flatMap(({ kind, a, b }, at) => {
          // Mostly what was made last, as in a real network.
          const pick = (back: number): string => names[Math.max(0, names.length - 1 - (back % 3))] ?? 'x';
          const made = steps[kind]?.(`t${at}`, pick(a), pick(b)) ?? [];
          names.push(`t${at}`);
          return [...made, { name: `out${at}`, op: 'Identity', input: [`t${at}`] }];
        });
        const read = new Set(nodes.flatMap(({ input = [] }) => input));
        const used = Object.entries(constants).filter(([name]) => read.has(name));
        await expectSame({ x: noise(SHAPE, 3) }, Object.fromEntries(used), nodes);
      }),
      { numRuns: 120 },
    );
  });
});
