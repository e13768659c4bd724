// Relu, Relu6, Minimum and Maximum by a number: all of them limits, and limits of limits are one Clip, which onnxruntime fuses into the convolution before it.
import { type Graph, layoutOf, type Value } from '../graph.ts';
import { combine } from './elementwise.ts';
import { type Call, input, type Operation } from './operation.ts';

interface Limits {
  source: Value;
  low: number;
  high: number;
}

/** What a value was clamped from. */
const limitsOf = new WeakMap<Value, Limits>();

export function clamp(graph: Graph, x: Value, low: number, high: number): Value {
  const within = (bound: number): number => Math.min(high, Math.max(low, bound));
  const inner = limitsOf.get(x);
  const limits = inner
    ? { source: inner.source, low: within(inner.low), high: within(inner.high) }
    : { source: x, low, high };
  const value = limit(graph, limits);
  limitsOf.set(value, limits);
  return value;
}

function limit(graph: Graph, { source, low, high }: Limits): Value {
  const layout = layoutOf(source);
  const result = { dtype: source.dtype, shape: source.shape, layout };
  const name = graph.in(layout, source);
  if (low === 0 && high === Number.POSITIVE_INFINITY) return graph.value('Relu', [name], result);
  const bound = (value: number): string => (Number.isFinite(value) ? graph.float32s([value], []) : '');
  return graph.value('Clip', [name, bound(low), bound(high)], result);
}

export function clampTo(low: number, high: number): Operation {
  return (call) => clamp(call.graph, input(call, 0), low, high);
}

export function minimum(call: Call): Value {
  return against(call, 'Min', (x, bound) => clamp(call.graph, x, Number.NEGATIVE_INFINITY, bound));
}

export function maximum(call: Call): Value {
  return against(call, 'Max', (x, bound) => clamp(call.graph, x, bound, Number.POSITIVE_INFINITY));
}

function against(call: Call, opType: string, clampBy: (x: Value, bound: number) => Value): Value {
  const [a, b] = [input(call, 0), input(call, 1)];
  for (const [x, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const [bound, ...rest] = other.constant?.data ?? [];
    if (
      x.dtype === 'float32' &&
      other.dtype === 'float32' &&
      bound !== undefined &&
      rest.length === 0 &&
      other.shape.length <= x.shape.length
    ) {
      return clampBy(x, bound);
    }
  }
  return combine(call.graph, opType, a, b);
}
