// Operations on whole pictures: mean, resize, padding, concatenation.
import { Fault } from '../errors.ts';
import { axesIn, axisIn, layoutOf, type Value } from '../graph.ts';
import { resolveAxis } from '../shapes.ts';
import { type Call, floats, fourAxes, input, integer, integers, picture } from './operation.ts';

export function mean(call: Call): Value {
  const { graph, node } = call;
  const x = floats(call, 0);
  const axes = integers(call, 1).map((axis) => resolveAxis(axis, x.shape.length));
  if (axes.length === 0) throw new Fault('it has no axes');
  const layout = layoutOf(x);
  const result = { dtype: x.dtype, shape: x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)), layout };
  const isGlobal = layout === 'first' && axes.length === 2 && axes.includes(1) && axes.includes(2);
  const attributes = { axes: { ints: axes.map((axis) => axisIn(layout, axis)) }, keepdims: { int: 1 } };
  const kept = isGlobal
    ? graph.value('GlobalAveragePool', [graph.in(layout, x)], result)
    : graph.value('ReduceMean', [graph.in(layout, x)], result, attributes);
  if (node.attributes.bool('keep_dims')) return kept;
  const shape = x.shape.filter((_, axis) => !axes.includes(axis));
  // Of one height and one width, the numbers are in the same order in both layouts.
  const source = graph.in(isGlobal ? 'first' : 'last', kept);
  return graph.value('Reshape', [source, graph.int64s(shape)], { dtype: x.dtype, shape });
}

export function resizeBilinear(call: Call): Value {
  const { graph, node } = call;
  const x = picture(call, 0);
  const [batch, height, width, channels] = fourAxes(x.shape);
  const [newHeight = 0, newWidth = 0, ...rest] = integers(call, 1);
  if (newHeight < 1 || newWidth < 1 || rest.length > 0) {
    throw new Fault(`[${x.shape}] cannot be resized to [${integers(call, 1)}]`);
  }
  const alignCorners = node.attributes.bool('align_corners');
  const halfPixel = node.attributes.bool('half_pixel_centers');
  const coordinates = alignCorners ? 'align_corners' : halfPixel ? 'half_pixel' : 'asymmetric';
  const attributes = { mode: { string: 'linear' }, coordinate_transformation_mode: { string: coordinates } };
  const result = { dtype: x.dtype, shape: [batch, newHeight, newWidth, channels], layout: 'first' } as const;
  const source = graph.in('first', x);
  // As scales where they are whole: only with those does onnxruntime keep its blocked layout.
  const isWhole = newHeight % height === 0 && newWidth % width === 0;
  const sizes = isWhole
    ? [graph.float32s([1, 1, newHeight / height, newWidth / width])]
    : ['', graph.int64s([batch, channels, newHeight, newWidth])];
  return graph.value('Resize', [source, '', ...sizes], result, attributes);
}

export function pad(call: Call): Value {
  const { graph } = call;
  const x = input(call, 0);
  const paddings = integers(call, 1);
  if (paddings.length !== x.shape.length * 2 || paddings.some((count) => count < 0)) {
    throw new Fault(`paddings of [${paddings}] do not fit [${x.shape}]`);
  }
  const before = paddings.filter((_, at) => at % 2 === 0);
  const after = paddings.filter((_, at) => at % 2 === 1);
  const layout = layoutOf(x);
  const shape = x.shape.map((dim, axis) => (before[axis] ?? 0) + dim + (after[axis] ?? 0));
  const pads = graph.int64s([...axesIn(layout, before), ...axesIn(layout, after)]);
  return graph.value('Pad', [graph.in(layout, x), pads], { dtype: x.dtype, shape, layout });
}

/** The axis comes last. */
export function concat(call: Call): Value {
  const { graph } = call;
  const first = input(call, 0);
  const parts = call.inputs.slice(0, -1);
  const axis = resolveAxis(integer(call, parts.length), first.shape.length);
  const odd = parts.find((part) => !joins(first, part, axis));
  if (odd)
    throw new Fault(`${odd.dtype}[${odd.shape}] does not join ${first.dtype}[${first.shape}] along axis ${axis}`);
  const layout = parts.some((part) => layoutOf(part) === 'first') ? 'first' : 'last';
  const joined = parts.reduce((size, part) => size + (part.shape[axis] ?? 0), 0);
  const names = parts.map((part) => graph.in(layout, part));
  const result = { dtype: first.dtype, shape: first.shape.with(axis, joined), layout } as const;
  return graph.value('Concat', names, result, { axis: { int: axisIn(layout, axis) } });
}

function joins(first: Value, part: Value, axis: number): boolean {
  const { dtype, shape } = part;
  if (dtype !== first.dtype || shape.length !== first.shape.length) return false;
  return shape.every((dim, at) => at === axis || dim === first.shape[at]);
}
