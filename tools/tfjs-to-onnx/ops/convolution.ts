// Convolutions and pooling: windows that slide over the picture.
import { Fault } from '../errors.ts';
import type { Value } from '../graph.ts';
import type { Attribute } from '../onnx.ts';
import { slide } from '../shapes.ts';
import { type Shape, type Tensor, transpose } from '../tensor.ts';
import { fused } from './fused.ts';
import { type Call, fourAxes, input, picture } from './operation.ts';

/** TensorFlow's filter is [height, width, in, out], ONNX's [out, in, height, width]. */
export function conv2d(call: Call): Value {
  const filter = filterOf(call);
  const [height, width, , channels] = fourAxes(filter.shape);
  return convolve(call, transpose(filter, [3, 2, 0, 1]), [height, width], channels, 1);
}

/** TensorFlow's filter is [height, width, in, multiplier], ONNX's [in * multiplier, 1, height, width] in `in` groups. */
export function depthwiseConv2d(call: Call): Value {
  const filter = filterOf(call);
  const [height, width, channelsIn, multiplier] = fourAxes(filter.shape);
  const channels = channelsIn * multiplier;
  const grouped = { ...transpose(filter, [2, 3, 0, 1]), shape: [channels, 1, height, width] };
  return convolve(call, grouped, [height, width], channels, channelsIn);
}

export function maxPool(call: Call): Value {
  const { graph } = call;
  const x = picture(call, 0);
  const { shape, attributes } = windows(call, x.shape, spatial(call, 'ksize'), fourAxes(x.shape)[3]);
  return graph.value('MaxPool', [graph.in('first', x)], { dtype: x.dtype, shape, layout: 'first' }, attributes);
}

function filterOf(call: Call): Tensor {
  const { constant, shape } = input(call, 1);
  if (!constant) throw new Fault('its filter must be a constant');
  const picturesChannels = picture(call, 0).shape[3];
  if (fourAxes(shape)[2] !== picturesChannels) {
    throw new Fault(`a filter of [${shape}] does not fit an input of [${input(call, 0).shape}]`);
  }
  return constant;
}

function convolve(call: Call, filter: Tensor, kernel: [number, number], channels: number, group: number): Value {
  const { graph } = call;
  const x = picture(call, 0);
  const { shape, attributes } = windows(call, x.shape, kernel, channels);
  const { bias, activate } = fused(call, channels);
  const inputs = [graph.in('first', x), graph.tensor(filter), ...(bias ? [graph.in('last', bias)] : [])];
  const result = { dtype: x.dtype, shape, layout: 'first' } as const;
  return activate(graph.value('Conv', inputs, result, { ...attributes, group: { int: group } }));
}

interface Windows {
  /** Of the output. */
  shape: Shape;
  attributes: Record<string, Attribute>;
}

function windows(call: Call, from: Shape, kernel: [number, number], channels: number): Windows {
  const [batch, height, width] = fourAxes(from);
  const format = call.node.attributes.string('data_format') ?? 'NHWC';
  if (format !== 'NHWC') throw new Fault(`data format ${format} is not supported; only NHWC is`);
  const strides = spatial(call, 'strides');
  const dilations = spatial(call, 'dilations');
  const padding = call.node.attributes.string('padding') ?? 'absent';
  const down = slide(height, kernel[0], strides[0], dilations[0], padding);
  const across = slide(width, kernel[1], strides[1], dilations[1], padding);
  return {
    shape: [batch, down.size, across.size, channels],
    attributes: {
      kernel_shape: { ints: kernel },
      strides: { ints: strides },
      dilations: { ints: dilations },
      pads: { ints: [down.before, across.before, down.after, across.after] },
    },
  };
}

/** The height and width of an attribute with one entry per axis; 1, 1 where it is absent. */
function spatial(call: Call, attribute: string): [number, number] {
  const [batch = 1, height = 1, width = 1, depth = 1] = call.node.attributes.ints(attribute) ?? [];
  if (batch !== 1 || depth !== 1) throw new Fault(`${attribute} over batch or channels is not supported`);
  if (!(height > 0 && width > 0)) throw new Fault(`${attribute} must be positive`);
  return [height, width];
}
