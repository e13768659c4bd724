// Operations on each element alone: arithmetic, activations, casts.
import { Fault } from '../errors.ts';
import { type Graph, type Layout, layoutOf, type Value } from '../graph.ts';
import { broadcast } from '../shapes.ts';
import type { DType } from '../tensor.ts';
import { type Call, input, type Operation } from './operation.ts';

/** One tensor in, one of the same shape out, in whatever layout it comes. */
export function unary(opType: string): Operation {
  return ({ graph, ...call }) => {
    const x = input({ graph, ...call }, 0);
    const layout = layoutOf(x);
    return graph.value(opType, [graph.in(layout, x)], { dtype: x.dtype, shape: x.shape, layout });
  };
}

export function binary(opType: string): Operation {
  return (call) => combine(call.graph, opType, input(call, 0), input(call, 1));
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

export function equal(call: Call): Value {
  return combine(call.graph, 'Equal', input(call, 0), input(call, 1), 'bool');
}

/** The integer's floor, not ONNX Div's truncation: Mod takes the divisor's sign, so what is left divides without a rest. */
export function floorDiv(call: Call): Value {
  const { graph } = call;
  const [a, b] = [input(call, 0), input(call, 1)];
  if (a.dtype === 'int32') return combine(graph, 'Div', combine(graph, 'Sub', a, combine(graph, 'Mod', a, b)), b);
  return floor(graph, combine(graph, 'Div', a, b));
}

export function floorMod(call: Call): Value {
  const { graph } = call;
  const [a, b] = [input(call, 0), input(call, 1)];
  if (a.dtype === 'int32') return combine(graph, 'Mod', a, b);
  return combine(graph, 'Sub', a, combine(graph, 'Mul', floor(graph, combine(graph, 'Div', a, b)), b));
}

function floor(graph: Graph, x: Value): Value {
  const layout = layoutOf(x);
  return graph.value('Floor', [graph.in(layout, x)], { dtype: x.dtype, shape: x.shape, layout });
}

/** ONNX's numbers of the types, as its Cast wants them. */
const CAST_TO = { float32: 1, int32: 6, bool: 9 } as const;

export function cast(call: Call): Value {
  const x = input(call, 0);
  const dtype = call.node.attributes.type('DstT');
  if (dtype === x.dtype) return x;
  const layout = layoutOf(x);
  return call.graph.value(
    'Cast',
    [call.graph.in(layout, x)],
    { dtype, shape: x.shape, layout },
    { to: { int: CAST_TO[dtype] } },
  );
}

/** The slope's axes of length 1 broadcast, as TensorFlow shares it over height and width. */
export function prelu(graph: Graph, x: Value, slope: Value): Value {
  if (broadcast(x.shape, slope.shape).some((dim, axis) => dim !== x.shape[axis])) {
    throw new Fault(`a slope of [${slope.shape}] does not fit [${x.shape}]`);
  }
  return combine(graph, 'PRelu', x, slope);
}
