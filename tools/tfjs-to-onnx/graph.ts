// The ONNX graph under construction. Pictures flow through it channels first, as onnxruntime wants them; TensorFlow thinks channels last.
import { toHalves } from './half.ts';
import {
  type Attribute,
  DATA_TYPES,
  type OnnxModel,
  type OnnxNode,
  type OnnxPort,
  type OnnxTensor,
  type OnnxType,
} from './onnx.ts';
import { type DType, permute, reshape, type Shape, type Tensor, transpose } from './tensor.ts';

/** [N, H, W, C] to [N, C, H, W], and back. */
export const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_CHANNELS_LAST = [0, 2, 3, 1];

/** Channels last is TensorFlow's own order of axes; only 4-dimensional tensors have the other. */
export type Layout = 'last' | 'first';

/** A tensor of the model: one meaning, in up to two layouts, each with the name of the ONNX tensor that holds it. */
export interface Value {
  readonly dtype: DType;
  /** As TensorFlow sees it, so channels last. */
  readonly shape: Shape;
  /** Its numbers where they are known at compile time. */
  readonly constant?: Tensor;
  readonly names: Partial<Record<Layout, string>>;
}

export class Graph {
  /** What new tensors are named after: the TF.js node being compiled. */
  scope = '';
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxTensor[] = [];
  readonly #inputs: OnnxPort[] = [];
  readonly #names = new Set<string>();

  /** @param reserved the names of the model's outputs, kept free for {@link finish} */
  constructor(reserved: readonly string[]) {
    for (const name of reserved) this.#names.add(name);
  }

  input(name: string, dtype: DType, shape: Shape): Value {
    this.#names.add(name);
    this.#inputs.push({ name, type: dtype, shape });
    return { dtype, shape, names: { last: name } };
  }

  constant(tensor: Tensor): Value {
    return { dtype: tensor.dtype, shape: tensor.shape, constant: tensor, names: {} };
  }

  /** Adds a node with one output and says what it means. */
  value(
    opType: string,
    inputs: readonly string[],
    result: { dtype: DType; shape: Shape; layout?: Layout },
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    const [output = ''] = this.node(opType, inputs, attributes);
    return { dtype: result.dtype, shape: result.shape, names: { [result.layout ?? 'last']: output } };
  }

  /** Adds a node; returns the names of its outputs. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    outputCount = 1,
  ): string[] {
    const outputs = Array.from({ length: outputCount }, () => this.#unique());
    this.#nodes.push({ name: outputs[0] ?? '', opType, inputs, outputs, attributes });
    return outputs;
  }

  /** The ONNX tensor that holds the value in a layout; transposes it there on first use. */
  in(layout: Layout, value: Value): string {
    const known = value.names[layout];
    if (known !== undefined) return known;
    const name = value.constant ? this.#constantIn(layout, value.constant) : this.#transposed(layout, value);
    value.names[layout] = name;
    return name;
  }

  /** An int64 list, such as Reshape and Slice take. */
  int64s(numbers: readonly number[]): string {
    const bytes = new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer);
    return this.#initializer('int64', [numbers.length], bytes);
  }

  float32s(numbers: readonly number[], shape: Shape = [numbers.length]): string {
    return this.#initializer('float32', shape, new Uint8Array(Float32Array.from(numbers).buffer));
  }

  /**
   * A tensor's numbers. Those that came as float16 stay so in the file, with a Cast that onnxruntime works out once, on loading: half the size
   * on disk and over the network for a few milliseconds. The short ones are not worth a node.
   */
  tensor(tensor: Tensor): string {
    const { dtype, shape, data } = tensor;
    if (data instanceof Float32Array && tensor.fitsHalf && data.length >= 256) {
      const halves = this.#initializer('float16', shape, new Uint8Array(toHalves(data).buffer));
      const [name = ''] = this.node('Cast', [halves], { to: { int: DATA_TYPES.float32 } });
      return name;
    }
    return this.#initializer(dtype, shape, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  /** The graph that computes these outputs under these names, without the nodes none of them needs. */
  finish(outputs: readonly { name: string; value: Value }[]): Omit<OnnxModel, 'name' | 'metadata'> {
    const ports: OnnxPort[] = [];
    for (const { name: output, value } of outputs) {
      this.#nodes.push({
        name: output,
        opType: 'Identity',
        inputs: [this.in('last', value)],
        outputs: [output],
        attributes: {},
      });
      ports.push({ name: output, type: value.dtype, shape: value.shape });
    }
    const needed = new Set(ports.map((port) => port.name));
    const nodes: OnnxNode[] = [];
    for (const node of this.#nodes.toReversed()) {
      if (!node.outputs.some((output) => needed.has(output))) continue;
      for (const input of node.inputs) needed.add(input);
      nodes.push(node);
    }
    const initializers = this.#initializers.filter((tensor) => needed.has(tensor.name));
    return { nodes: nodes.reverse(), initializers, inputs: this.#inputs, outputs: ports };
  }

  #transposed(layout: Layout, value: Value): string {
    const [from, order] =
      layout === 'first' ? (['last', TO_CHANNELS_FIRST] as const) : (['first', TO_CHANNELS_LAST] as const);
    const [name = ''] = this.node('Transpose', [value.names[from] ?? ''], { perm: { ints: order } });
    return name;
  }

  /** A constant of fewer axes is one that broadcasts: [C] is [1, 1, 1, C]. */
  #constantIn(layout: Layout, constant: Tensor): string {
    if (layout === 'last' || constant.shape.length === 0) return this.tensor(constant);
    const padded = reshape(constant, [1, 1, 1, ...constant.shape].slice(-4));
    return this.tensor(transpose(padded, TO_CHANNELS_FIRST));
  }

  #initializer(type: OnnxType, shape: Shape, bytes: Uint8Array): string {
    const name = this.#unique();
    this.#initializers.push({ name, type, shape, bytes });
    return name;
  }

  #unique(): string {
    let name = this.scope;
    for (let n = 1; this.#names.has(name); n++) name = `${this.scope}.${n}`;
    this.#names.add(name);
    return name;
  }
}

/** The layout a value is already in: channels first where it has both, and last for constants, which follow any other. */
export function layoutOf(value: Value): Layout {
  return value.constant || value.names.first === undefined ? 'last' : 'first';
}

/** Where an axis of TensorFlow's order lies in a layout. */
export function axisIn(layout: Layout, axis: number): number {
  return layout === 'first' ? TO_CHANNELS_FIRST.indexOf(axis) : axis;
}

/** A list with one entry per axis, in the order of a layout. */
export function axesIn(layout: Layout, perAxis: readonly number[]): readonly number[] {
  return layout === 'first' ? permute(perAxis, TO_CHANNELS_FIRST) : perAxis;
}
