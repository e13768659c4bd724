// Arithmetic, activations and casts against TF.js.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../../tools/tfjs-to-onnx/compile.ts';
import { expectSame } from './same.ts';
import { useBackend } from './tfjs.ts';
import { attr, convolution, floats, ints, noise, type TinyNode, tinyModel } from './tiny-model.ts';

beforeAll(() => useBackend('cpu'));

const SHAPE = [1, 3, 2, 4];
const identity: TinyNode = { name: 'y', op: 'Identity', input: ['z'] };

/** Shapes that broadcast against [1, 3, 2, 4]. */
const broadcastable = fc.constantFrom([], [4], [1], [2, 1], [2, 4], [3, 2, 4], [1, 1, 4], [1, 3, 1, 1], [1, 3, 2, 4]);

describe('pairs', () => {
  it.each(['Add', 'AddV2', 'Sub', 'Mul', 'Minimum', 'Maximum'])(
    '%s broadcasts as TF.js does, from either side, constant or not',
    async (op) => {
      await fc.assert(
        fc.asyncProperty(
          broadcastable,
          fc.nat(),
          fc.boolean(),
          fc.boolean(),
          async (shape, seed, swapped, constant) => {
            const x = noise(SHAPE, seed);
            const other = noise(shape, seed + 1);
            const input = swapped ? ['other', 'x'] : ['x', 'other'];
            const node = { name: 'y', op, input, attr: { T: attr.type('DT_FLOAT') } };
            await (constant ? expectSame({ x }, { other }, [node]) : expectSame({ x, other }, {}, [node]));
          },
        ),
        { numRuns: 30 },
      );
    },
  );

  it.each(['FloorDiv', 'FloorMod', 'Add', 'Sub', 'Mul', 'Minimum', 'Maximum'])(
    '%s of integers of either sign is what TF.js computes',
    async (op) => {
      const numbers = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 6, maxLength: 6 });
      const divisor = fc.integer({ min: -9, max: 9 }).filter((number) => number !== 0);
      await fc.assert(
        fc.asyncProperty(numbers, divisor, async (numbers, number) => {
          await expectSame({ x: ints([6], numbers) }, { number: ints([], [number]) }, [
            { name: 'y', op, input: ['x', 'number'] },
          ]);
        }),
        { numRuns: 30 },
      );
    },
  );

  it.each(['FloorDiv', 'FloorMod'])('%s of floats is what TF.js computes', async (op) => {
    await expectSame({ x: floats([6], [-7, -6.5, -1, 0, 1.25, 7]) }, { by: floats([], [2]) }, [
      { name: 'y', op, input: ['x', 'by'] },
    ]);
  });

  it('Equal is true only for the same number', async () => {
    await expectSame({ a: floats([4], [1, 2, -0, 0.1]), b: floats([4], [1, 2.0000002, 0, 0.2]) }, {}, [
      { name: 'z', op: 'Equal', input: ['a', 'b'] },
      { name: 'y', op: 'Cast', input: ['z'], attr: { SrcT: attr.type('DT_BOOL'), DstT: attr.type('DT_FLOAT') } },
    ]);
  });

  it('shapes that do not broadcast are refused by name', () => {
    const { json, weights } = tinyModel({ x: noise([2, 3], 1) }, { other: noise([2], 1) }, [
      { name: 'sum', op: 'Add', input: ['x', 'other'] },
    ]);
    expect(() => compile('tiny', json, weights)).toThrow(
      'tiny: node "sum": Add: shapes [2,3] and [2] do not broadcast',
    );
  });

  it('two types are refused by name', () => {
    const { json, weights } = tinyModel({ x: noise([2], 1), n: ints([2], [1, 2]) }, {}, [
      { name: 'sum', op: 'Add', input: ['x', 'n'] },
    ]);
    expect(() => compile('tiny', json, weights)).toThrow(
      'tiny: node "sum": Add: its inputs are of two types, float32 and int32',
    );
  });
});

describe('activations', () => {
  it.each(['Relu', 'Relu6', 'Sigmoid'])('%s is what TF.js computes', async (op) => {
    await expectSame({ x: noise(SHAPE, 1, 12) }, {}, [{ name: 'y', op, input: ['x'] }]);
  });

  it.each([
    ['all under 1', [-0.5, 0.2, 0.9, 0]],
    ['some over 1', [-0.5, 0.2, 1.7, 1]],
  ])('Prelu is what TF.js computes with slopes %s', async (_, slopes) => {
    const node = { name: 'y', op: 'Prelu', input: ['x', 'slope'] };
    await expectSame({ x: noise(SHAPE, 1) }, { slope: floats([1, 1, 4], slopes) }, [node]);
  });

  it('limits of limits, in any order, end at the same numbers', async () => {
    const limit = fc.record({
      op: fc.constantFrom('Relu', 'Relu6', 'Minimum', 'Maximum'),
      bound: fc.integer({ min: -8, max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(limit, { minLength: 1, maxLength: 4 }), fc.nat(), async (limits, seed) => {
        const bounds = limits.flatMap(({ op, bound }, at) =>
          op.startsWith('Relu') ? [] : [[`bound${at}`, floats([], [bound])] as const],
        );
        const nodes = limits.map(({ op }, at) => {
          const x = at === 0 ? 'x' : `limit${at - 1}`;
          return { name: `limit${at}`, op, input: op.startsWith('Relu') ? [x] : [x, `bound${at}`] };
        });
        await expectSame({ x: noise(SHAPE, seed, 12) }, Object.fromEntries(bounds), nodes);
      }),
      { numRuns: 50 },
    );
  });

  it('hard swish is what TF.js computes, with a sixth that is not quite one', async () => {
    const constants = {
      three: floats([], [3]),
      sixth: floats([], [0.1666259765625]),
      filter: noise([1, 1, 4, 4], 5, 4),
    };
    await expectSame({ x: noise(SHAPE, 1, 4) }, constants, [
      convolution('conv', 'x', 'filter'),
      { name: 'scaled', op: 'Mul', input: ['sixth', 'conv'] },
      { name: 'shifted', op: 'Add', input: ['conv', 'three'] },
      { name: 'clamped', op: 'Relu6', input: ['shifted'] },
      { name: 'y', op: 'Mul', input: ['scaled', 'clamped'] },
    ]);
  });

  it('what only looks like a hard swish is left alone', async () => {
    const constants = { three: floats([], [3]), sixth: floats([], [1 / 6]) };
    await expectSame({ x: noise(SHAPE, 1, 4), other: noise(SHAPE, 2, 4) }, constants, [
      { name: 'scaled', op: 'Mul', input: ['sixth', 'other'] },
      { name: 'shifted', op: 'Add', input: ['x', 'three'] },
      { name: 'clamped', op: 'Relu6', input: ['shifted'] },
      { name: 'y', op: 'Mul', input: ['scaled', 'clamped'] },
    ]);
  });
});

describe('Cast', () => {
  const to = (type: string): Record<string, object> => ({ SrcT: attr.type('DT_FLOAT'), DstT: attr.type(type) });

  it('drops the fraction of a float that becomes an integer, towards zero', async () => {
    await expectSame({ x: floats([6], [-2.9, -0.5, 0.5, 1.999, 300.7, -0]) }, {}, [
      { name: 'y', op: 'Cast', input: ['x'], attr: to('DT_INT32') },
    ]);
  });

  it('makes a float of an integer', async () => {
    await expectSame({ x: ints([3], [-2, 0, 70000]) }, {}, [
      { name: 'y', op: 'Cast', input: ['x'], attr: to('DT_FLOAT') },
    ]);
  });

  it('to its own type changes nothing', async () => {
    await expectSame({ x: floats([2], [1, 2]) }, {}, [
      { name: 'z', op: 'Cast', input: ['x'], attr: to('DT_FLOAT') },
      identity,
    ]);
  });

  it('to a type that is not known is refused by name', () => {
    const { json, weights } = tinyModel({ x: floats([1], [1]) }, {}, [
      { name: 'c', op: 'Cast', input: ['x'], attr: to('DT_STRING') },
    ]);
    expect(() => compile('tiny', json, weights)).toThrow(
      'tiny: node "c": Cast: its attribute DstT is DT_STRING; only DT_FLOAT, DT_INT32, DT_BOOL are known',
    );
  });
});
