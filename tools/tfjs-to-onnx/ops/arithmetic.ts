// Add and Mul, and the hard swish TensorFlow spells with them.
import { type Graph, layoutOf, type Value } from '../graph.ts';
import { clampedFrom } from './clamp.ts';
import { combine } from './elementwise.ts';
import { type Call, input } from './operation.ts';

/** What a value is one number more than, or one number times. */
interface Relation {
  source: Value;
  number: number;
}

const sums = new WeakMap<Value, Relation>();
const multiples = new WeakMap<Value, Relation>();

export function add(call: Call): Value {
  const [a, b] = [input(call, 0), input(call, 1)];
  return remember(sums, combine(call.graph, 'Add', a, b), a, b);
}

export function multiply(call: Call): Value {
  const [a, b] = [input(call, 0), input(call, 1)];
  const product = hardSwish(call.graph, a, b) ?? hardSwish(call.graph, b, a) ?? combine(call.graph, 'Mul', a, b);
  return remember(multiples, product, a, b);
}

function remember(relations: WeakMap<Value, Relation>, result: Value, a: Value, b: Value): Value {
  for (const [source, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const { dtype, constant } = other;
    const number = dtype === 'float32' && other.shape.length === 0 ? constant?.data[0] : undefined;
    if (number !== undefined) relations.set(result, { source, number });
  }
  return result;
}

/**
 * MobileNetV3's hard swish, `(factor * x) * clamp(x + offset, 0, high)`, in two passes over the picture instead of four. With
 * v = factor * high * x it is v * HardSigmoid(v), and onnxruntime folds the multiplication of x into the convolution that x comes from.
 * The factor is kept as it is: a sixth stored as float16 is not quite a sixth.
 */
function hardSwish(graph: Graph, scaled: Value, clamped: Value): Value | undefined {
  const multiple = multiples.get(scaled);
  const limits = clampedFrom(clamped);
  const sum = limits && sums.get(limits.source);
  if (!multiple || !sum || multiple.source !== sum.source || limits.low !== 0 || !Number.isFinite(limits.high))
    return undefined;
  const x = multiple.source;
  const scale = multiple.number * limits.high;
  const channels = x.shape.at(-1) ?? 1;
  const scales = graph.constant({ dtype: 'float32', shape: [channels], data: new Float32Array(channels).fill(scale) });
  const v = combine(graph, 'Mul', x, scales);
  const layout = layoutOf(v);
  const attributes = { alpha: { float: 1 / (limits.high * scale) }, beta: { float: sum.number / limits.high } };
  return combine(graph, 'Mul', v, graph.value('HardSigmoid', [graph.in(layout, v)], { ...v, layout }, attributes));
}
