// Holds a tiny model's compilation against TF.js.
import { expect } from 'vitest';
import { compile } from '../../../tools/tfjs-to-onnx/compile.ts';
import { relativeError } from './closeness.ts';
import { runOnnx } from './onnxruntime.ts';
import { type Numbers, runTfjs } from './tfjs.ts';
import { type TinyNode, tinyModel } from './tiny-model.ts';

/** Compiles the model and expects the outputs TF.js computes: their names, their shapes and, to a thousandth, their numbers. */
export async function expectSame(
  inputs: Record<string, Numbers>,
  constants: Record<string, Numbers>,
  nodes: TinyNode[],
): Promise<void> {
  const { json, weights } = tinyModel(inputs, constants, nodes);
  const theirs = await runTfjs(json, weights, inputs);
  const ours = await runOnnx(compile('tiny', json, weights), inputs);
  expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  for (const [name, their] of Object.entries(theirs)) {
    const our = ours[name] as Numbers;
    expect(our.shape).toEqual(their.shape);
    expect(relativeError(our, their)).toBeLessThan(1e-3);
  }
}
