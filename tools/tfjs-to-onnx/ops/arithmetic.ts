// Add and Mul, and the hard swish TensorFlow spells with them.
import type { Graph, Value } from '../graph.ts';
import { clampedFrom } from './clamp.ts';
import { combine, each } from './elementwise.ts';
import { type Call, input, type WithNumber, withNumber } from './operation.ts';

/** What a value is a number more than, or a number times. */
const sums = new WeakMap<Value, WithNumber>();
const multiples = new WeakMap<Value, WithNumber>();

export function add(call: Call): Value {
  const [a, b] = [input(call, 0), input(call, 1)];
  const sum = combine(call.graph, 'Add', a, b);
  const operands = withNumber(a, b);
  if (operands) sums.set(sum, operands);
  return sum;
}

export function multiply(call: Call): Value {
  const [a, b] = [input(call, 0), input(call, 1)];
  const product = hardSwish(call.graph, a, b) ?? hardSwish(call.graph, b, a) ?? combine(call.graph, 'Mul', a, b);
  const operands = withNumber(a, b);
  if (operands) multiples.set(product, operands);
  return product;
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
  if (!multiple || !sum || multiple.source !== sum.source || limits.low !== 0) return undefined;
  const { high } = limits;
  const scale = multiple.number * high;
  if (!Number.isFinite(high) || high <= 0 || scale === 0) return undefined;
  const x = multiple.source;
  // One number per channel, as onnxruntime folds it.
  const channels = x.shape.at(-1) ?? 1;
  const scales = graph.constant({ dtype: 'float32', shape: [channels], data: new Float32Array(channels).fill(scale) });
  const v = combine(graph, 'Mul', x, scales);
  const attributes = { alpha: { float: 1 / (high * scale) }, beta: { float: sum.number / high } };
  return combine(graph, 'Mul', v, each(graph, 'HardSigmoid', v, { attributes }));
}
