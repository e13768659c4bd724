// Writes TF.js models of a few nodes, to compile and to break.
import type { Numbers } from './tfjs.ts';

export interface TinyNode {
  name: string;
  op: string;
  input?: string[];
  attr?: Record<string, object>;
}

export interface TinyWeight {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: { dtype: string };
}

export interface ModelJson {
  format: string;
  modelTopology: { node: TinyNode[]; versions: { producer: number } };
  weightsManifest: [{ paths: string[]; weights: TinyWeight[] }];
  signature?: object;
}

export interface TinyModel {
  json: ModelJson;
  weights: Uint8Array;
}

/** A model of placeholders, constants and nodes; what nobody reads is its output. */
export function tinyModel(
  inputs: Record<string, Numbers>,
  constants: Record<string, Numbers>,
  nodes: TinyNode[],
): TinyModel {
  const placeholders = Object.entries(inputs).map(([name, { shape, data }]) => ({
    name,
    op: 'Placeholder',
    attr: { dtype: { type: typeOf(data) }, shape: { shape: { dim: shape.map((size) => ({ size: String(size) })) } } },
  }));
  const consts = Object.entries(constants).map(([name, { data }]) => ({
    name,
    op: 'Const',
    attr: { dtype: { type: typeOf(data) } },
  }));
  const weights = Object.entries(constants).map(([name, { shape, data }]) => ({
    name,
    shape: [...shape],
    dtype: data instanceof Float32Array ? 'float32' : 'int32',
  }));
  const bytes = Object.values(constants).map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  return {
    json: {
      format: 'graph-model',
      modelTopology: { node: [...placeholders, ...consts, ...nodes], versions: { producer: 1 } },
      weightsManifest: [{ paths: ['tiny.bin'], weights }],
    },
    weights: new Uint8Array(Buffer.concat(bytes)),
  };
}

function typeOf(data: Numbers['data']): string {
  return data instanceof Float32Array ? 'DT_FLOAT' : 'DT_INT32';
}

/** Attributes as model.json writes them. */
export const attr = {
  text: (text: string) => ({ s: base64(text) }),
  texts: (texts: readonly string[]) => ({ list: { s: texts.map(base64) } }),
  int: (int: number) => ({ i: String(int) }),
  ints: (ints: readonly number[]) => ({ list: { i: ints.map(String) } }),
  flag: (b: boolean) => ({ b }),
  type: (type: string) => ({ type }),
};

/** A convolution that keeps height and width. What follows it finds its input channels first, as in the real models. */
export function convolution(name: string, input: string, filter: string): TinyNode {
  const ones = attr.ints([1, 1, 1, 1]);
  const attributes = { strides: ones, dilations: ones, padding: attr.text('SAME'), data_format: attr.text('NHWC') };
  return { name, op: 'Conv2D', input: [input, filter], attr: attributes };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

export function floats(shape: readonly number[], data: Iterable<number>): Numbers {
  return { shape, data: Float32Array.from(data) };
}

export function ints(shape: readonly number[], data: Iterable<number>): Numbers {
  return { shape, data: Int32Array.from(data) };
}

/** Numbers between -1 and 1 that are the same for the same seed (a linear congruential generator, Numerical Recipes' constants). */
export function noise(shape: readonly number[], seed: number, scale = 1): Numbers {
  let state = seed >>> 0;
  const data = new Float32Array(shape.reduce((size, dim) => size * dim, 1));
  for (let at = 0; at < data.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[at] = (state / 2 ** 31 - 1) * scale;
  }
  return { shape, data };
}
