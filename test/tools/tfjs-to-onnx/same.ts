// Holds a tiny model's compilation against TF.js.
import { expect } from 'vitest';
import { compile } from '../../../tools/tfjs-to-onnx/compile.ts';
import { relativeError } from './closeness.ts';
import { loadOnnx } from './onnxruntime.ts';
import { loadTfjs, type Named, type Numbers, type Runnable } from './tfjs.ts';
import { type TinyModel, type TinyNode, tinyModel } from './tiny-model.ts';

/** Compiles the model and expects the outputs TF.js computes: their names, their shapes and, to a thousandth, their numbers. */
export async function expectSame(inputs: Named, constants: Named, nodes: TinyNode[]): Promise<void> {
  const model = tinyModel(inputs, constants, nodes);
  const theirs = await once(await loadTfjs(model.json, model.weights), inputs);
  const ours = await runCompiled(model, inputs);
  expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  for (const [name, their] of Object.entries(theirs)) {
    const our = ours[name] as Numbers;
    expect(our.shape).toEqual(their.shape);
    expect(relativeError(our, their)).toBeLessThan(1e-3);
  }
}

export async function runCompiled({ json, weights }: TinyModel, inputs: Named): Promise<Named> {
  return once(await loadOnnx(compile('tiny', json, weights)), inputs);
}

async function once(model: Runnable, inputs: Named): Promise<Named> {
  try {
    return await model.run(inputs);
  } finally {
    await model.close();
  }
}
