// The six models, whole: every output on real pictures and on noise against TF.js on WebAssembly, which is what Human runs.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../../tools/tfjs-to-onnx/compile.ts';
import { relativeError } from './closeness.ts';
import { humanModel, pixels, scaleWeight, type Tile } from './human-models.ts';
import { loadOnnx } from './onnxruntime.ts';
import { loadTfjs, type Numbers, type Runnable, useBackend } from './tfjs.ts';
import { noise } from './tiny-model.ts';

beforeAll(() => useBackend('wasm'));

const MAX_ERROR = 1e-3;

interface Case {
  model: string;
  size: number;
  /** From 0..255 to what the network was trained on. */
  scale: (colour: number) => number;
  input: string;
  outputs: Record<string, number[]>;
}

const CASES: Case[] = [
  {
    model: 'centernet',
    size: 512,
    scale: (colour) => colour,
    input: 'tower_0/images',
    outputs: {
      'tower_0/wh': [1, 128, 128, 4],
      'tower_0/keypoints': [1, 128, 128, 80],
      'tower_0/detections': [1, 100, 6],
    },
  },
  {
    model: 'blazeface',
    size: 256,
    scale: (colour) => colour / 127.5 - 1,
    input: 'input',
    outputs: { Identity: [1, 512, 1], Identity_2: [1, 512, 16], Identity_3: [1, 384, 16], Identity_1: [1, 384, 1] },
  },
  {
    model: 'facemesh',
    size: 192,
    scale: (colour) => colour / 255,
    input: 'input_1',
    outputs: { output_mesh: [1, 1404], output_faceflag: [1, 1], output_contours: [1, 266] },
  },
  {
    model: 'faceres',
    size: 224,
    scale: (colour) => colour - 116,
    input: 'input_1',
    outputs: { 'gender_pred/Sigmoid:0': [1, 1], 'global_pooling/Mean': [1, 1024], 'age_pred/Softmax:0': [1, 100] },
  },
  {
    model: 'antispoof',
    size: 128,
    scale: (colour) => colour / 255,
    input: 'conv2d_input',
    outputs: { activation_4: [1, 1] },
  },
  {
    model: 'liveness',
    size: 32,
    scale: (colour) => colour / 255,
    input: 'conv2d_1_input',
    outputs: { activation_6: [1, 2] },
  },
];

const TILES: Record<string, Tile> = {
  'a group of people': { x: 0, y: 196, w: 1280, h: 962 },
  'a man at a table': { x: 325, y: 0, w: 212, h: 158 },
  'a woman against a wall': { x: 642, y: 0, w: 146, h: 158 },
  'a face': { x: 275, y: 475, w: 110, h: 130 },
};

/** Everything a model is shown: each tile, and noise over the whole range of colours. */
async function inputs({ size, scale }: Case): Promise<Record<string, Numbers>> {
  const shape = [1, size, size, 3];
  const shown: Record<string, Numbers> = {};
  for (const [what, tile] of Object.entries(TILES))
    shown[what] = { shape, data: (await pixels(tile, size)).map(scale) };
  for (const seed of [1, 2]) {
    const { data } = noise(shape, seed, 127.5);
    shown[`noise ${seed}`] = { shape, data: Float32Array.from(data, (number) => scale(number + 127.5)) };
  }
  return shown;
}

describe.each(CASES)('$model', (model) => {
  let ours: Runnable;
  let theirs: Runnable;

  beforeAll(async () => {
    const { json, weights } = await humanModel(model.model);
    ours = await loadOnnx(compile(model.model, json, weights));
    theirs = await loadTfjs(json, weights);
  });

  afterAll(async () => {
    await ours.close();
    await theirs.close();
  });

  it('has the inputs and outputs of its signature, in order, channels last', async () => {
    const outputs = await ours.run({ [model.input]: noise([1, model.size, model.size, 3], 1) });
    const shapes = Object.entries(outputs).map(([name, { shape }]) => [name, shape]);
    expect(shapes).toEqual(Object.entries(model.outputs));
  });

  it('computes what TF.js computes, on pictures and on noise', async () => {
    for (const [what, shown] of Object.entries(await inputs(model))) {
      const feeds = { [model.input]: shown };
      const [our, their] = [await ours.run(feeds), await theirs.run(feeds)];
      for (const [name, numbers] of Object.entries(their)) {
        const measure = name === 'tower_0/detections' ? detectionsError : relativeError;
        expect(measure(our[name] as Numbers, numbers), `${name} on ${what}`).toBeLessThan(MAX_ERROR);
      }
    }
  });
});

describe('the bound', () => {
  it('is tight enough to notice one layer off by 2 %', async () => {
    const model = await humanModel('faceres');
    const theirs = await loadTfjs(model.json, model.weights);
    const ours = await loadOnnx(
      compile('faceres', model.json, scaleWeight(model, 'conv_pw_7_bn/batchnorm_1/sub', 1.02)),
    );
    const feeds = { input_1: noise([1, 224, 224, 3], 1, 127) };
    const [our, their] = [await ours.run(feeds), await theirs.run(feeds)];
    const embedding = 'global_pooling/Mean';
    expect(relativeError(our[embedding] as Numbers, their[embedding] as Numbers)).toBeGreaterThan(MAX_ERROR);
    await ours.close();
    await theirs.close();
  });
});

/**
 * Centernet's last output lists the 100 best peaks, each [x1, y1, x2, y2, score, class], best first. Two peaks whose scores differ by less than
 * the rounding may change places, and at the end of the list one may push out the other. So the scores are compared rank by rank, and each
 * peak with whichever of its class lies nearest; only those as good as the last one may be missing.
 */
function detectionsError(ours: Numbers, theirs: Numbers): number {
  const [our, their] = [rows(ours), rows(theirs)];
  const scores = (peaks: number[][]): Numbers => ({
    shape: [peaks.length],
    data: Float32Array.from(peaks, (peak) => peak[4] ?? 0),
  });
  const cutOff = (their.at(-1)?.[4] ?? 0) * (1 + MAX_ERROR);
  const sure = their.filter((peak) => (peak[4] ?? 0) > cutOff);
  const errors = sure.map((peak) => Math.min(...our.map((candidate) => peakError(candidate, peak))));
  return Math.max(relativeError(scores(our), scores(their)), ...errors);
}

function peakError(ours: number[], theirs: number[]): number {
  if (ours[5] !== theirs[5]) return Number.POSITIVE_INFINITY;
  const numbers = (peak: number[]): Numbers => ({ shape: [4], data: Float32Array.from(peak.slice(0, 4)) });
  return relativeError(numbers(ours), numbers(theirs));
}

function rows({ data }: Numbers): number[][] {
  return Array.from({ length: data.length / 6 }, (_, row) => [...data.slice(row * 6, row * 6 + 6)]);
}
