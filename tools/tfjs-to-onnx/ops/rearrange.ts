// Operations that pick and rearrange elements. They count axes and elements TensorFlow's way, so all of them work channels last.
import { Fault } from '../errors.ts';
import type { Graph, Value } from '../graph.ts';
import { DATA_TYPES } from '../onnx.ts';
import { denseSlice, resolveAxis, resolveReshape } from '../shapes.ts';
import { type Shape, sizeOf } from '../tensor.ts';
import { type Call, input, integer, integers } from './operation.ts';

export function identity(call: Call): Value {
  return input(call, 0);
}

export function reshape(call: Call): Value {
  const x = input(call, 0);
  return reshaped(call.graph, x, resolveReshape(x.shape, integers(call, 1)));
}

export function expandDims(call: Call): Value {
  const x = input(call, 0);
  const axis = resolveAxis(integer(call, 1), x.shape.length + 1);
  return reshaped(call.graph, x, x.shape.toSpliced(axis, 0, 1));
}

function reshaped(graph: Graph, x: Value, shape: Shape): Value {
  return graph.value('Reshape', [graph.in('last', x), graph.int64s(shape)], { dtype: x.dtype, shape });
}

/** Values and indices along the last axis, largest first; of equal ones that with the lower index first, in TensorFlow as in onnxruntime. */
export function topK(call: Call): readonly Value[] {
  const { graph } = call;
  const x = input(call, 0);
  const k = integer(call, 1);
  const last = x.shape.at(-1) ?? 0;
  if (k < 1 || k > last) throw new Fault(`it cannot take the ${k} largest of ${last}`);
  const shape = [...x.shape.slice(0, -1), k];
  const [values = '', indices = ''] = graph.node('TopK', [graph.in('last', x), graph.int64s([k])], {}, 2);
  return [
    { dtype: x.dtype, shape, names: { last: values } },
    graph.value('Cast', [indices], { dtype: 'int32', shape }, { to: { int: DATA_TYPES.int32 } }),
  ];
}

export function gather(call: Call): Value {
  const { graph, node } = call;
  const [x, indices] = [input(call, 0), input(call, 1)];
  const axis = resolveAxis(integer(call, 2), x.shape.length);
  if (node.attributes.int('batch_dims')) throw new Fault('batch_dims is not supported');
  const shape = x.shape.toSpliced(axis, 1, ...indices.shape);
  const names = [graph.in('last', x), graph.in('last', indices)];
  return graph.value('Gather', names, { dtype: x.dtype, shape }, { axis: { int: axis } });
}

export function stridedSlice(call: Call): Value {
  const { graph, node } = call;
  const x = input(call, 0);
  const mask = (name: string): number => node.attributes.int(name) ?? 0;
  const slice = denseSlice(x.shape, integers(call, 1), integers(call, 2), integers(call, 3), {
    begin: mask('begin_mask'),
    end: mask('end_mask'),
    ellipsis: mask('ellipsis_mask'),
    newAxis: mask('new_axis_mask'),
    shrinkAxis: mask('shrink_axis_mask'),
  });
  if (sizeOf(slice.shape) === 0) throw new Fault(`its slice of [${x.shape}] is empty`);
  const axes = x.shape.map((_, axis) => axis);
  // -1 would count from the end; an end out of reach says "before the first".
  const end = slice.end.map((to, axis) => (to < 0 ? -1 - (x.shape[axis] ?? 0) : to));
  const lists = [slice.begin, end, axes, slice.strides].map((list) => graph.int64s(list));
  const sliced = graph.value('Slice', [graph.in('last', x), ...lists], { dtype: x.dtype, shape: slice.sliced });
  const isAsItWas = `${slice.shape}` === `${slice.sliced}`;
  return isAsItWas ? sliced : reshaped(graph, sliced, slice.shape);
}
