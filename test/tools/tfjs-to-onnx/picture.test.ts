// Means, resizing, padding, concatenation and matrix products against TF.js.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../../tools/tfjs-to-onnx/compile.ts';
import { expectSame } from './same.ts';
import { useBackend } from './tfjs.ts';
import { attr, convolution, ints, noise, tinyModel } from './tiny-model.ts';

beforeAll(() => useBackend('cpu'));

const size = fc.integer({ min: 1, max: 7 });

const conv = convolution('conv', 'x', 'filter');
const filter = noise([1, 1, 3, 3], 9);

describe('ResizeBilinear', () => {
  it('computes what TF.js computes for any two sizes and any of the three ways to count pixels', async () => {
    const ways = fc.constantFrom([false, false], [true, false], [false, true]);
    const sizes = fc.record({
      height: size,
      width: size,
      newHeight: fc.integer({ min: 1, max: 15 }),
      newWidth: fc.integer({ min: 1, max: 15 }),
    });
    await fc.assert(
      fc.asyncProperty(sizes, ways, fc.nat(), async (s, [alignCorners = false, halfPixel = false], seed) => {
        const attributes = { align_corners: attr.flag(alignCorners), half_pixel_centers: attr.flag(halfPixel) };
        await expectSame(
          { x: noise([1, s.height, s.width, 3], seed) },
          { size: ints([2], [s.newHeight, s.newWidth]) },
          [{ name: 'y', op: 'ResizeBilinear', input: ['x', 'size'], attr: attributes }],
        );
      }),
      { numRuns: 120 },
    );
  });
});

describe('Mean', () => {
  it('computes what TF.js computes over any axes, kept or dropped, in either layout', async () => {
    const axes = fc
      .subarray([0, 1, 2, 3], { minLength: 1 })
      .chain((some) => fc.tuple(...some.map((axis) => fc.constantFrom(axis, axis - 4))));
    await fc.assert(
      fc.asyncProperty(axes, fc.boolean(), fc.boolean(), async (axes, keep, convolved) => {
        const mean = {
          name: 'y',
          op: 'Mean',
          input: [convolved ? 'conv' : 'x', 'axes'],
          attr: { keep_dims: attr.flag(keep) },
        };
        const constants = { axes: ints([axes.length], axes), ...(convolved && { filter }) };
        await expectSame({ x: noise([1, 4, 5, 3], 1) }, constants, convolved ? [conv, mean] : [mean]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('Pad', () => {
  it('computes what TF.js computes for any padding, in either layout', async () => {
    const pads = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(pads, fc.boolean(), async (pads, convolved) => {
        const pad = { name: 'y', op: 'Pad', input: [convolved ? 'conv' : 'x', 'pads'] };
        const constants = { pads: ints([4, 2], pads), ...(convolved && { filter }) };
        await expectSame({ x: noise([1, 4, 5, 3], 1) }, constants, convolved ? [conv, pad] : [pad]);
      }),
      { numRuns: 40 },
    );
  });

  it('with too few paddings is refused by name', () => {
    const { json, weights } = tinyModel({ x: noise([1, 2, 2, 1], 1) }, { pads: ints([1, 2], [0, 1]) }, [
      { name: 'p', op: 'Pad', input: ['x', 'pads'] },
    ]);
    expect(() => compile('tiny', json, weights)).toThrow('tiny: node "p": Pad: paddings of [0,1] do not fit [1,2,2,1]');
  });
});

describe('ConcatV2', () => {
  it('joins tensors of both layouts and a constant along any axis', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -4, max: 3 }), async (axis) => {
        const constants = { filter, constant: noise([1, 4, 5, 3], 3), axis: ints([], [axis]) };
        await expectSame({ x: noise([1, 4, 5, 3], 1) }, constants, [
          conv,
          { name: 'y', op: 'ConcatV2', input: ['x', 'conv', 'constant', 'axis'], attr: { N: attr.int(3) } },
        ]);
      }),
      { numRuns: 16 },
    );
  });

  it('of shapes that do not join is refused by name', () => {
    const { json, weights } = tinyModel({ a: noise([2, 3], 1), b: noise([3, 2], 1) }, { axis: ints([], [1]) }, [
      { name: 'joined', op: 'ConcatV2', input: ['a', 'b', 'axis'], attr: { N: attr.int(2) } },
    ]);
    expect(() => compile('tiny', json, weights)).toThrow(
      'tiny: node "joined": ConcatV2: float32[3,2] does not join float32[2,3] along axis 1',
    );
  });
});

describe('MatMul', () => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('multiplies with a transposed: %s, b transposed: %s', async (a, b) => {
    const attributes = { transpose_a: attr.flag(a), transpose_b: attr.flag(b) };
    await expectSame({ x: noise(a ? [5, 2] : [2, 5], 1) }, { w: noise(b ? [3, 5] : [5, 3], 2) }, [
      { name: 'y', op: 'MatMul', input: ['x', 'w'], attr: attributes },
    ]);
  });

  it.each(['Relu', 'Relu6'])('adds a fused bias and applies %s', async (activation) => {
    const attributes = { fused_ops: attr.texts(['BiasAdd', activation]), num_args: attr.int(1) };
    await expectSame({ x: noise([1, 5], 1, 5) }, { w: noise([5, 3], 2), bias: noise([3], 3) }, [
      { name: 'y', op: '_FusedMatMul', input: ['x', 'w', 'bias'], attr: attributes },
    ]);
  });

  it('of matrices that do not fit is refused by name', () => {
    const { json, weights } = tinyModel({ x: noise([1, 5], 1) }, { w: noise([4, 3], 2) }, [
      { name: 'dense', op: 'MatMul', input: ['x', 'w'] },
    ]);
    expect(() => compile('tiny', json, weights)).toThrow(
      'tiny: node "dense": MatMul: a matrix of [1,5] cannot be multiplied by one of [4,3]',
    );
  });
});

describe('Softmax', () => {
  it('runs along the last axis, the channels, in either layout', async () => {
    await expectSame({ x: noise([1, 2, 2, 3], 1, 9) }, { filter }, [
      conv,
      { name: 'one', op: 'Softmax', input: ['conv'] },
      { name: 'two', op: 'Softmax', input: ['x'] },
    ]);
  });
});
