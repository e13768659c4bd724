// Windows: convolutions, depthwise convolutions and pooling against TF.js.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../../tools/tfjs-to-onnx/compile.ts';
import { expectSame } from './same.ts';
import { useBackend } from './tfjs.ts';
import { attr, noise, tinyModel } from './tiny-model.ts';

beforeAll(() => useBackend('cpu'));

const size = fc.integer({ min: 1, max: 9 });
const kernel = fc.integer({ min: 1, max: 5 });
const channels = fc.integer({ min: 1, max: 4 });
const padding = fc.constantFrom('SAME', 'VALID');

interface Steps {
  padding: string;
  strides: [number, number];
  dilations: [number, number];
}

const ONE_BY_ONE: [number, number] = [1, 1];
const oneToThree = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }));

/** Strides of 1 where there are dilations: TF.js has no convolution with both. */
const steps: fc.Arbitrary<Steps> = fc.oneof(
  fc.record({ padding, strides: oneToThree, dilations: fc.constant(ONE_BY_ONE) }),
  fc.record({ padding, strides: fc.constant(ONE_BY_ONE), dilations: oneToThree }),
);

const windows = fc
  .record({
    height: size,
    width: size,
    down: kernel,
    across: kernel,
    depth: channels,
    out: channels,
    steps,
    seed: fc.nat(),
  })
  .filter(({ height, width, down, across, steps: { padding, dilations } }) => {
    return padding === 'SAME' || ((down - 1) * dilations[0] < height && (across - 1) * dilations[1] < width);
  });

function attributes({ padding, strides, dilations }: Steps): Record<string, object> {
  return {
    padding: attr.text(padding),
    data_format: attr.text('NHWC'),
    strides: attr.ints([1, ...strides, 1]),
    dilations: attr.ints([1, ...dilations, 1]),
  };
}

describe('Conv2D', () => {
  it('computes what TF.js computes for any size, kernel, stride, dilation and padding', async () => {
    await fc.assert(
      fc.asyncProperty(windows, async (w) => {
        const x = noise([1, w.height, w.width, w.depth], w.seed);
        const filter = noise([w.down, w.across, w.depth, w.out], w.seed + 1);
        await expectSame({ x }, { filter }, [
          { name: 'y', op: 'Conv2D', input: ['x', 'filter'], attr: attributes(w.steps) },
        ]);
      }),
      { numRuns: 80 },
    );
  });

  it.each([['Relu'], ['Relu6'], ['Prelu']])('applies a fused bias and %s', async (activation) => {
    const slope = activation === 'Prelu' ? { slope: noise([1, 1, 4], 3) } : {};
    const constants = { filter: noise([3, 3, 2, 4], 1, 5), bias: noise([4], 2), ...slope };
    const input = ['x', ...Object.keys(constants)];
    const fused = {
      ...attributes({ padding: 'SAME', strides: [2, 2], dilations: [1, 1] }),
      fused_ops: attr.texts(['BiasAdd', activation]),
      num_args: attr.int(input.length - 2),
    };
    await expectSame({ x: noise([1, 7, 6, 2], 4) }, constants, [{ name: 'y', op: '_FusedConv2D', input, attr: fused }]);
  });

  it('refuses a filter for another number of channels, and says which node', () => {
    const { json, weights } = tinyModel({ x: noise([1, 4, 4, 3], 1) }, { filter: noise([3, 3, 2, 4], 2) }, [
      {
        name: 'first/conv',
        op: 'Conv2D',
        input: ['x', 'filter'],
        attr: attributes({ padding: 'SAME', strides: [1, 1], dilations: [1, 1] }),
      },
    ]);
    expect(() => compile('tiny', json, weights)).toThrow(
      'tiny: node "first/conv": Conv2D: a filter of [3,3,2,4] does not fit an input of [1,4,4,3]',
    );
  });
});

describe('DepthwiseConv2dNative', () => {
  it('computes what TF.js computes for any size, kernel, stride, dilation, padding and multiplier', async () => {
    await fc.assert(
      fc.asyncProperty(windows, async (w) => {
        const x = noise([1, w.height, w.width, w.depth], w.seed);
        const filter = noise([w.down, w.across, w.depth, w.out], w.seed + 1);
        await expectSame({ x }, { filter }, [
          { name: 'y', op: 'DepthwiseConv2dNative', input: ['x', 'filter'], attr: attributes(w.steps) },
        ]);
      }),
      { numRuns: 80 },
    );
  });

  it('applies a fused bias and activation', async () => {
    const fused = {
      ...attributes({ padding: 'SAME', strides: [1, 1], dilations: [1, 1] }),
      fused_ops: attr.texts(['BiasAdd', 'Relu']),
      num_args: attr.int(1),
    };
    await expectSame({ x: noise([1, 5, 5, 3], 4) }, { filter: noise([3, 3, 3, 1], 1), bias: noise([3], 2) }, [
      { name: 'y', op: 'FusedDepthwiseConv2dNative', input: ['x', 'filter', 'bias'], attr: fused },
    ]);
  });
});

describe('MaxPool', () => {
  it('computes what TF.js computes for any size, window, stride and padding', async () => {
    const pools = windows.filter(({ steps }) => steps.dilations.every((dilation) => dilation === 1));
    await fc.assert(
      fc.asyncProperty(pools, async (w) => {
        const x = noise([1, w.height, w.width, w.depth], w.seed);
        const pool = { ...attributes(w.steps), ksize: attr.ints([1, w.down, w.across, 1]) };
        await expectSame({ x }, {}, [{ name: 'y', op: 'MaxPool', input: ['x'], attr: pool }]);
      }),
      { numRuns: 80 },
    );
  });
});
