// Operations on whole pictures: mean, resize, padding, concatenation.
import { Fault } from '../errors.ts';
import { axesIn, axisIn, type Layout, layoutOf, type Value } from '../graph.ts';
import { resolveAxis } from '../shapes.ts';
import { type Call, input, integer, integers } from './operation.ts';

export function mean(call: Call): Value {
  const { graph, node } = call;
  const x = input(call, 0);
  const axes = integers(call, 1).map((axis) => resolveAxis(axis, x.shape.length));
  const keepDims = node.attributes.bool('keep_dims');
  const layout = layoutOf(x);
  const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const attributes = { axes: { ints: axes.map((axis) => axisIn(layout, axis)) }, keepdims: { int: 1 } };
  const isGlobal = layout === 'first' && axes.length === 2 && axes.includes(1) && axes.includes(2);
  const result = { dtype: x.dtype, shape: kept, layout };
  const pooled = isGlobal
    ? graph.value('GlobalAveragePool', [graph.in(layout, x)], result)
    : graph.value('ReduceMean', [graph.in(layout, x)], result, attributes);
  if (keepDims) return pooled;
  const shape = x.shape.filter((_, axis) => !axes.includes(axis));
  // With height and width gone, both layouts hold their numbers in the same order.
  const source = graph.in(isGlobal ? 'first' : 'last', pooled);
  return graph.value('Reshape', [source, graph.int64s(shape)], { dtype: x.dtype, shape });
}

export function resizeBilinear(call: Call): Value {
  const { graph, node } = call;
  const x = input(call, 0);
  const [batch, height, width, channels] = x.shape;
  const [newHeight, newWidth, ...rest] = integers(call, 1);
  if (
    batch === undefined ||
    !height ||
    !width ||
    channels === undefined ||
    !newHeight ||
    !newWidth ||
    rest.length > 0
  ) {
    throw new Fault(`[${x.shape}] cannot be resized to [${integers(call, 1)}]`);
  }
  const shape = [batch, newHeight, newWidth, channels];
  const attributes = { mode: { string: 'linear' }, coordinate_transformation_mode: { string: coordinates(call) } };
  const result = { dtype: x.dtype, shape, layout: 'first' as Layout };
  const source = graph.in('first', x);
  // Whole factors as scales: onnxruntime has a faster path for those.
  if (newHeight % height === 0 && newWidth % width === 0 && !node.attributes.bool('align_corners')) {
    const scales = graph.float32s([1, 1, newHeight / height, newWidth / width]);
    return graph.value('Resize', [source, '', scales], result, attributes);
  }
  return graph.value(
    'Resize',
    [source, '', '', graph.int64s([batch, channels, newHeight, newWidth])],
    result,
    attributes,
  );
}

function coordinates({ node }: Call): string {
  if (node.attributes.bool('align_corners')) return 'align_corners';
  return node.attributes.bool('half_pixel_centers') ? 'half_pixel' : 'asymmetric';
}

export function pad(call: Call): Value {
  const { graph } = call;
  const x = input(call, 0);
  const paddings = integers(call, 1);
  if (paddings.length !== x.shape.length * 2)
    throw new Fault(`paddings of [${input(call, 1).shape}] do not fit [${x.shape}]`);
  const before = x.shape.map((_, axis) => paddings[axis * 2] ?? 0);
  const after = x.shape.map((_, axis) => paddings[axis * 2 + 1] ?? 0);
  if (paddings.some((count) => count < 0)) throw new Fault('a padding is negative');
  const layout = layoutOf(x);
  const shape = x.shape.map((dim, axis) => dim + (before[axis] ?? 0) + (after[axis] ?? 0));
  const pads = graph.int64s([...axesIn(layout, before), ...axesIn(layout, after)]);
  return graph.value('Pad', [graph.in(layout, x), pads], { dtype: x.dtype, shape, layout });
}

/** The axis comes last. */
export function concat(call: Call): Value {
  const { graph } = call;
  const parts = call.inputs.slice(0, -1);
  const first = input(call, 0);
  const axis = resolveAxis(integer(call, parts.length), first.shape.length);
  const fits = (part: Value): boolean =>
    part.dtype === first.dtype &&
    part.shape.length === first.shape.length &&
    part.shape.every((dim, at) => at === axis || dim === first.shape[at]);
  const odd = parts.find((part) => !fits(part));
  if (odd) throw new Fault(`[${odd.shape}] cannot be joined to [${first.shape}] along axis ${axis}`);
  const layout = parts.some((part) => layoutOf(part) === 'first') ? 'first' : 'last';
  const shape = first.shape.map((dim, at) =>
    at === axis ? parts.reduce((sum, part) => sum + (part.shape[axis] ?? 0), 0) : dim,
  );
  const names = parts.map((part) => graph.in(layout, part));
  return graph.value('Concat', names, { dtype: first.dtype, shape, layout }, { axis: { int: axisIn(layout, axis) } });
}
