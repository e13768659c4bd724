// Reshapes, gathering and the k largest against TF.js.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../../tools/tfjs-to-onnx/compile.ts';
import { expectSame } from './same.ts';
import { useBackend } from './tfjs.ts';
import { attr, convolution, floats, ints, noise, tinyModel } from './tiny-model.ts';

beforeAll(() => useBackend('cpu'));

describe('Reshape', () => {
  it('works out the -1, and counts channels last even after a convolution', async () => {
    const shapes = fc.constantFrom([-1], [1, -1], [6, 4], [2, -1, 3], [1, 24, 1, 1], [24]);
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        await expectSame(
          { x: noise([1, 3, 2, 4], 1) },
          { filter: noise([1, 1, 4, 4], 2), shape: ints([shape.length], shape) },
          [convolution('conv', 'x', 'filter'), { name: 'y', op: 'Reshape', input: ['conv', 'shape'] }],
        );
      }),
      { numRuns: 12 },
    );
  });

  it.each([[[5, 5]], [[-1, -1]], [[-1, 5]]])('to %j, which does not fit, is refused by name', (shape) => {
    const { json, weights } = tinyModel({ x: noise([1, 24], 1) }, { shape: ints([2], shape) }, [
      { name: 'r', op: 'Reshape', input: ['x', 'shape'] },
    ]);
    expect(() => compile('tiny', json, weights)).toThrow(
      `tiny: node "r": Reshape: [1,24] cannot be reshaped to [${shape}]`,
    );
  });

  it('to a shape that is only known when running is refused by name', () => {
    const { json, weights } = tinyModel({ x: noise([4], 1), shape: ints([2], [2, 2]) }, {}, [
      { name: 'r', op: 'Reshape', input: ['x', 'shape'] },
    ]);
    expect(() => compile('tiny', json, weights)).toThrow('tiny: node "r": Reshape: input 1 must be an int32 constant');
  });
});

describe('ExpandDims', () => {
  it.each([0, 1, 2, -1, -3])('puts the new axis at %i', async (axis) => {
    await expectSame({ x: noise([2, 3], 1) }, { axis: ints([], [axis]) }, [
      { name: 'y', op: 'ExpandDims', input: ['x', 'axis'] },
    ]);
  });
});

describe('GatherV2', () => {
  it.each([0, 1, -1])('picks along axis %i', async (axis) => {
    await expectSame({ x: noise([4, 3, 5], 1), picks: ints([2, 2], [2, 0, 1, 2]) }, { axis: ints([], [axis]) }, [
      { name: 'y', op: 'GatherV2', input: ['x', 'picks', 'axis'], attr: { batch_dims: attr.int(0) } },
    ]);
  });
});

describe('TopKV2', () => {
  it('gives the k largest and where they were, the earlier of equals first', async () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(numbers, fc.integer({ min: 1, max: 10 }), async (numbers, k) => {
        await expectSame({ x: floats([2, 10], numbers) }, { k: ints([], [k]) }, [
          { name: 'top', op: 'TopKV2', input: ['x', 'k'], attr: { sorted: attr.flag(true) } },
          { name: 'values', op: 'Identity', input: ['top'] },
          { name: 'indices', op: 'Identity', input: ['top:1'] },
        ]);
      }),
      { numRuns: 40 },
    );
  });

  it('of more than there are is refused by name', () => {
    const { json, weights } = tinyModel({ x: noise([3], 1) }, { k: ints([], [4]) }, [
      { name: 'top', op: 'TopKV2', input: ['x', 'k'] },
    ]);
    expect(() => compile('tiny', json, weights)).toThrow('tiny: node "top": TopKV2: it cannot take the 4 largest of 3');
  });
});
