// Runs a TF.js model on TF.js itself: what the compiled model is held against.
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** A tensor as both sides take and give it. */
export interface Numbers {
  shape: readonly number[];
  data: Float32Array | Int32Array;
}

/** Inputs or outputs by name. */
export type Named = Record<string, Numbers>;

/** A model, loaded. */
export interface Runnable {
  run: (inputs: Named) => Promise<Named>;
  close: () => Promise<void>;
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

/** Inputs and outputs go by the names of the model's signature, or of its nodes where there is none. */
export async function loadTfjs(json: object, weights: Uint8Array): Promise<Runnable> {
  const { modelTopology, signature, weightsManifest } = json as ModelJson;
  const model = await tf.loadGraphModel({
    load: async () => ({
      modelTopology,
      ...(signature && { signature }),
      weightSpecs: weightsManifest[0].weights,
      weightData: new Uint8Array(weights).buffer,
    }),
  });
  const inputNode = (name: string): string => signature?.inputs[name]?.name ?? name;
  const outputNodes = signature
    ? Object.entries(signature.outputs).map(([name, port]) => [name, port.name] as const)
    : model.outputs.map(({ name }) => [name, name] as const);

  async function run(inputs: Named): Promise<Named> {
    const feeds = Object.entries(inputs).map(([name, numbers]) => [inputNode(name), tensor(numbers)] as const);
    const nodes = outputNodes.map(([, node]) => node);
    const results = [model.execute(Object.fromEntries(feeds), nodes)].flat();
    const outputs: Named = {};
    for (const [at, [name]] of outputNodes.entries()) {
      const result = results[at];
      if (!result) throw new Error(`TF.js gave no output ${name}`);
      outputs[name] = { shape: result.shape, data: (await result.data()) as Numbers['data'] };
    }
    for (const used of [...results, ...feeds.map(([, feed]) => feed)]) used.dispose();
    return outputs;
  }

  return { run, close: async () => model.dispose() };
}

function tensor({ shape, data }: Numbers): tf.Tensor {
  return tf.tensor(data, [...shape], data instanceof Float32Array ? 'float32' : 'int32');
}
