// Runs a TF.js model on TF.js itself: what the compiled model is held against.
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** A tensor as both sides take and give it. */
export interface Numbers {
  shape: readonly number[];
  data: Float32Array | Int32Array;
}

export interface Port {
  name: string;
  shape: readonly number[];
}

/** `cpu` is plain JavaScript and slow; `wasm` is what Human uses and fit for whole models. */
export async function useBackend(backend: 'cpu' | 'wasm'): Promise<void> {
  setWasmPaths(`${join(import.meta.dirname, '../../../node_modules/@tensorflow/tfjs-backend-wasm/dist')}/`);
  await tf.setBackend(backend);
  await tf.ready();
}

interface ModelJson {
  modelTopology: object;
  signature?: { inputs: Record<string, { name: string }>; outputs: Record<string, { name: string }> };
  weightsManifest: [{ weights: tf.io.WeightsManifestEntry[] }];
}

/** Outputs by the names of the model's signature, or of its nodes where there is none. */
export async function runTfjs(
  json: object,
  weights: Uint8Array,
  inputs: Record<string, Numbers>,
): Promise<Record<string, Numbers>> {
  const { modelTopology, signature, weightsManifest } = json as ModelJson;
  const model = await tf.loadGraphModel({
    load: async () => ({
      modelTopology,
      ...(signature && { signature }),
      weightSpecs: weightsManifest[0].weights,
      weightData: new Uint8Array(weights).buffer,
    }),
  });
  const feeds = Object.entries(inputs).map(([name, { shape, data }]) => {
    const dtype = data instanceof Float32Array ? 'float32' : 'int32';
    return [signature?.inputs[name]?.name ?? name, tf.tensor(data, [...shape], dtype)] as const;
  });
  const ports = signature
    ? Object.entries(signature.outputs).map(([name, port]) => [name, port.name] as const)
    : model.outputs.map(({ name }) => [name, name] as const);
  const results = [
    model.execute(
      Object.fromEntries(feeds),
      ports.map(([, ref]) => ref),
    ),
  ].flat();
  const outputs: Record<string, Numbers> = {};
  for (const [at, [name]] of ports.entries()) {
    const tensor = results[at];
    if (!tensor) throw new Error(`TF.js gave no output ${name}`);
    outputs[name] = { shape: tensor.shape, data: (await tensor.data()) as Float32Array | Int32Array };
  }
  for (const tensor of [...results, ...feeds.map(([, tensor]) => tensor)]) tensor.dispose();
  model.dispose();
  return outputs;
}
