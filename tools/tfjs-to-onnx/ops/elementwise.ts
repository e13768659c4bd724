// Operations on each element alone, and on pairs of elements.
import { Fault } from '../errors.ts';
import { type Graph, type Layout, layoutOf, type Value } from '../graph.ts';
import { type Attribute, DATA_TYPES } from '../onnx.ts';
import { broadcast } from '../shapes.ts';
import type { DType } from '../tensor.ts';
import { type Call, floats, input, type Operation } from './operation.ts';

interface Extra {
  /** Names of further inputs. */
  inputs?: readonly string[];
  attributes?: Readonly<Record<string, Attribute>>;
  dtype?: DType;
}

/** One tensor in, one of the same shape out, in whatever layout it comes. */
export function each(
  graph: Graph,
  opType: string,
  x: Value,
  { inputs = [], attributes, dtype = x.dtype }: Extra = {},
): Value {
  const layout = layoutOf(x);
  return graph.value(opType, [graph.in(layout, x), ...inputs], { dtype, shape: x.shape, layout }, attributes);
}

/** Two tensors of one type, broadcast against each other. */
export function combine(graph: Graph, opType: string, a: Value, b: Value, dtype: DType = a.dtype): Value {
  if (a.dtype !== b.dtype) throw new Fault(`its inputs are of two types, ${a.dtype} and ${b.dtype}`);
  const shape = broadcast(a.shape, b.shape);
  const layout = commonLayout(a, b);
  return graph.value(opType, [graph.in(layout, a), graph.in(layout, b)], { dtype, shape, layout });
}

/** Channels first if one of the two is and the other can follow: constants of any rank can, tensors only with 4 axes. */
function commonLayout(a: Value, b: Value): Layout {
  const canFollow = [a, b].every((value) => (value.constant ? value.shape.length <= 4 : value.shape.length === 4));
  return canFollow && [a, b].some((value) => layoutOf(value) === 'first') ? 'first' : 'last';
}

export function binary(opType: string): Operation {
  return (call) => combine(call.graph, opType, input(call, 0), input(call, 1));
}

export function sigmoid(call: Call): Value {
  return each(call.graph, 'Sigmoid', floats(call, 0));
}

export function equal(call: Call): Value {
  return combine(call.graph, 'Equal', input(call, 0), input(call, 1), 'bool');
}

export function cast(call: Call): Value {
  const x = input(call, 0);
  const dtype = call.node.attributes.type('DstT');
  return dtype === x.dtype ? x : each(call.graph, 'Cast', x, { attributes: { to: { int: DATA_TYPES[dtype] } }, dtype });
}

/** ONNX's Div truncates integers. Its Mod takes the divisor's sign, so what Mod leaves divides without a rest, and truncates to the floor. */
export function floorDiv(call: Call): Value {
  const { graph } = call;
  const [a, b] = [input(call, 0), input(call, 1)];
  if (a.dtype === 'int32') return combine(graph, 'Div', combine(graph, 'Sub', a, combine(graph, 'Mod', a, b)), b);
  return each(graph, 'Floor', combine(graph, 'Div', a, b));
}

export function floorMod(call: Call): Value {
  const { graph } = call;
  const [a, b] = [input(call, 0), input(call, 1)];
  if (a.dtype === 'int32') return combine(graph, 'Mod', a, b);
  return combine(graph, 'Sub', a, combine(graph, 'Mul', each(graph, 'Floor', combine(graph, 'Div', a, b)), b));
}
