// Prelu.
import { Fault } from '../errors.ts';
import type { Graph, Value } from '../graph.ts';
import { broadcast } from '../shapes.ts';
import { clamp } from './clamp.ts';
import { combine } from './elementwise.ts';

/**
 * x where it is positive, slope * x where it is not; the slope broadcasts. Spelled with plain arithmetic, because onnxruntime's PRelu is
 * several times slower than the passes it stands for.
 */
export function prelu(graph: Graph, x: Value, slope: Value): Value {
  if (broadcast(x.shape, slope.shape).some((dim, axis) => dim !== x.shape[axis])) {
    throw new Fault(`a slope of [${slope.shape}] does not fit [${x.shape}]`);
  }
  // With slopes up to 1 the larger of x and slope * x is the right one on both sides of 0.
  if (slope.constant?.data.every((number) => number <= 1)) {
    return combine(graph, 'Max', x, combine(graph, 'Mul', x, slope));
  }
  const negative = clamp(graph, x, Number.NEGATIVE_INFINITY, 0);
  const positive = clamp(graph, x, 0, Number.POSITIVE_INFINITY);
  return combine(graph, 'Add', positive, combine(graph, 'Mul', negative, slope));
}
