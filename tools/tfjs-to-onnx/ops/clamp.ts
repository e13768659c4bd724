// Relu, Relu6, and Minimum and Maximum with a number. All of them limit, and limits of limits are one Clip, which onnxruntime fuses into the convolution before it.
import { Fault } from '../errors.ts';
import type { Graph, Value } from '../graph.ts';
import { combine, each } from './elementwise.ts';
import { type Call, input, type Operation, withNumber } from './operation.ts';

export interface Limits {
  source: Value;
  low: number;
  high: number;
}

const limitsOf = new WeakMap<Value, Limits>();

/** What a value was clamped from; undefined where it was not. */
export function clampedFrom(value: Value): Limits | undefined {
  return limitsOf.get(value);
}

export function clamp(graph: Graph, x: Value, low: number, high: number): Value {
  if (x.dtype !== 'float32') throw new Fault(`its input is ${x.dtype}; only float32 is supported`);
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
  if (low === 0 && high === Number.POSITIVE_INFINITY) return each(graph, 'Relu', source);
  const bound = (value: number): string => (Number.isFinite(value) ? graph.float32s([value], []) : '');
  return each(graph, 'Clip', source, { inputs: [bound(low), bound(high)] });
}

export function clampTo(low: number, high: number): Operation {
  return (call) => clamp(call.graph, input(call, 0), low, high);
}

export function minimum(call: Call): Value {
  const [a, b] = [input(call, 0), input(call, 1)];
  const bounded = withNumber(a, b);
  if (!bounded) return combine(call.graph, 'Min', a, b);
  return clamp(call.graph, bounded.source, Number.NEGATIVE_INFINITY, bounded.number);
}

export function maximum(call: Call): Value {
  const [a, b] = [input(call, 0), input(call, 1)];
  const bounded = withNumber(a, b);
  if (!bounded) return combine(call.graph, 'Max', a, b);
  return clamp(call.graph, bounded.source, bounded.number, Number.POSITIVE_INFINITY);
}
