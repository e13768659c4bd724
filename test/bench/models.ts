/**
 * Each model three ways, side by side: ours from a decoded 640 by 360 frame to the outputs, a bare `session.run`, and the
 * same weights on Human's own backend, TensorFlow.js on wasm, without the work around it.
 */
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { letterbox } from '../../src/vision/geometry.ts';
import { loadModels, type Model, type ModelName } from '../../src/vision/models.ts';
import { Pyramid, sample } from '../../src/vision/resample.ts';
import { humanModel } from '../tools/tfjs-to-onnx/human-models.ts';
import { loadTfjs, useBackend } from '../tools/tfjs-to-onnx/tfjs.ts';
import { race, table } from './measure.ts';

const names: readonly ModelName[] = ['centernet', 'faceres', 'blazeface', 'facemesh', 'antispoof', 'liveness'];

/** One thread everywhere: TensorFlow.js's wasm backend has one in Node. */
export async function benchModels(rounds: number): Promise<string> {
  await useBackend('wasm');
  const models = await loadModels({ threads: 1 });
  const noisy = Uint8Array.from({ length: 640 * 360 * 3 }, () => Math.random() * 256);
  const frame = new Pyramid({ width: 640, height: 360, channels: 3, data: noisy });
  const rows = [['model', 'ours ms', 'bare ms', "Human's ms", 'Human/ours', 'ours/bare']];
  for (const name of names) {
    const ours = models[name];
    const noise = ours.pixels.map(() => Math.random());
    const session = await ort.InferenceSession.create(join(import.meta.dirname, `../../models/${name}.onnx`), {
      intraOpNumThreads: 1,
      logSeverityLevel: 3,
    });
    const input = session.inputNames[0] as string;
    const shape = [1, ours.size, ours.size, 3];
    const feeds = { [input]: new ort.Tensor('float32', noise, shape) };
    const { json, weights } = await humanModel(name);
    const human = await loadTfjs(json, weights);
    const humanInput = inputOf(json);
    const times = await race(
      [
        { name: 'ours', run: () => lookAt(ours, frame) },
        { name: 'bare', run: () => session.run(feeds) },
        { name: 'human', run: () => human.run({ [humanInput]: { shape, data: noise } }) },
      ],
      rounds,
    );
    const [mine, bare, theirs] = ['ours', 'bare', 'human'].map((who) => times.get(who) as number) as [
      number,
      number,
      number,
    ];
    rows.push([
      name,
      mine.toFixed(1),
      bare.toFixed(1),
      theirs.toFixed(1),
      `${(theirs / mine).toFixed(1)}x`,
      `${(mine / bare).toFixed(2)}x`,
    ]);
    await Promise.all([session.release(), human.close()]);
  }
  await Promise.all(Object.values(models).map((model) => model.release()));
  return table(rows);
}

async function lookAt(model: Model, frame: Pyramid): Promise<void> {
  const encoding = { order: 'rgb', mean: [0, 0, 0], scale: 1 } as const;
  sample(frame, letterbox(frame.width, frame.height, model.size), model.size, encoding, model.pixels);
  await model.run();
}

/** The input's name in the model's signature, or of its placeholder where it has none. */
function inputOf(json: object): string {
  const { signature, modelTopology } = json as {
    signature?: { inputs: Record<string, unknown> };
    modelTopology: { node: { op: string; name: string }[] };
  };
  const named = Object.keys(signature?.inputs ?? {})[0];
  return named ?? modelTopology.node.find(({ op }) => op === 'Placeholder')?.name ?? '';
}
