// Shape arithmetic of TensorFlow: padding, broadcasting, strided slices.
import { Fault } from './errors.ts';
import { type Shape, sizeOf } from './tensor.ts';

export interface Window {
  /** Output size. */
  size: number;
  /** Zeros (or -infinity) before the first and after the last element. */
  before: number;
  after: number;
}

/**
 * How a window of `kernel` elements slides along one axis of `size` elements. With SAME padding TensorFlow puts the odd element at the end,
 * and how much padding there is depends on the size, so it cannot be left to ONNX's fixed `pads` without knowing the shapes.
 */
export function slide(size: number, kernel: number, stride: number, dilation: number, padding: string): Window {
  const reach = (kernel - 1) * dilation + 1;
  if (padding === 'VALID') {
    if (reach > size) throw new Fault(`a window of ${reach} does not fit into ${size} elements`);
    return { size: Math.ceil((size - reach + 1) / stride), before: 0, after: 0 };
  }
  if (padding !== 'SAME') throw new Fault(`padding ${padding} is not supported; only SAME and VALID are`);
  const out = Math.ceil(size / stride);
  const total = Math.max(0, (out - 1) * stride + reach - size);
  const before = Math.floor(total / 2);
  return { size: out, before, after: total - before };
}

export function broadcast(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new Fault(`shapes [${a}] and [${b}] do not broadcast`);
    return x === 1 ? y : x;
  });
}

/** The shape a Reshape asks for, its -1 worked out. */
export function resolveReshape(from: Shape, wanted: Shape): number[] {
  const rest = wanted.filter((dim) => dim !== -1).reduce((size, dim) => size * dim, 1);
  const to = wanted.map((dim) => (dim === -1 ? sizeOf(from) / rest : dim));
  if (wanted.filter((dim) => dim === -1).length > 1 || sizeOf(to) !== sizeOf(from) || !to.every(Number.isInteger)) {
    throw new Fault(`[${from}] cannot be reshaped to [${wanted}]`);
  }
  return to;
}

/** An axis counted from the end if negative, checked. */
export function resolveAxis(axis: number, rank: number): number {
  const resolved = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(resolved) || resolved < 0 || resolved >= rank)
    throw new Fault(`there is no axis ${axis} among ${rank}`);
  return resolved;
}

export interface SliceMasks {
  begin: number;
  end: number;
  ellipsis: number;
  newAxis: number;
  shrinkAxis: number;
}

export interface DenseSlice {
  /** Per axis of the input. A negative stride's `end` may be -1, meaning before the first element. */
  begin: number[];
  end: number[];
  strides: number[];
  /** The result's shape before axes are added or dropped, and after. */
  sliced: number[];
  shape: number[];
}

/** TensorFlow's `x[begin:end:strides]` with its bit masks, spelled out for every axis. */
export function denseSlice(
  shape: Shape,
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[],
  masks: SliceMasks,
): DenseSlice {
  if (begin.length !== end.length || begin.length !== strides.length) {
    throw new Fault('begin, end and strides differ in length');
  }
  const has = (mask: number, entry: number): boolean => ((mask >> entry) & 1) === 1;
  const entries = begin.map((_, entry) => entry);
  const consumed = entries.filter((entry) => !has(masks.newAxis, entry) && !has(masks.ellipsis, entry)).length;
  const dense: DenseSlice = { begin: [], end: [], strides: [], sliced: [], shape: [] };
  if (consumed > shape.length) throw new Fault(`it slices more axes than [${shape}] has`);
  const nextSize = (): number => shape[dense.begin.length] ?? 0;
  const keepOne = (): void => {
    const size = nextSize();
    append(dense, { begin: 0, end: size, stride: 1, size });
    dense.shape.push(size);
  };
  for (const entry of entries) {
    if (has(masks.ellipsis, entry)) {
      for (let n = shape.length - consumed; n > 0; n--) keepOne();
    } else if (has(masks.newAxis, entry)) {
      dense.shape.push(1);
    } else if (has(masks.shrinkAxis, entry)) {
      append(dense, element(nextSize(), begin[entry] ?? 0));
    } else {
      const from = has(masks.begin, entry) ? undefined : begin[entry];
      const to = has(masks.end, entry) ? undefined : end[entry];
      const range = span(nextSize(), from, to, strides[entry] ?? 1);
      append(dense, range);
      dense.shape.push(range.size);
    }
  }
  while (dense.begin.length < shape.length) keepOne();
  return dense;
}

interface Range {
  begin: number;
  end: number;
  stride: number;
  size: number;
}

function append(dense: DenseSlice, range: Range): void {
  dense.begin.push(range.begin);
  dense.end.push(range.end);
  dense.strides.push(range.stride);
  dense.sliced.push(range.size);
}

function element(size: number, index: number): Range {
  const begin = resolveAxis(index, size);
  return { begin, end: begin + 1, stride: 1, size: 1 };
}

/** Python's slice of `size` elements; undefined is an end left open. */
function span(size: number, from: number | undefined, to: number | undefined, stride: number): Range {
  if (stride === 0) throw new Fault('a stride is 0');
  const [lowest, highest] = stride > 0 ? [0, size] : [-1, size - 1];
  const clamp = (index: number): number => Math.min(highest, Math.max(lowest, index < 0 ? index + size : index));
  const begin = from === undefined ? (stride > 0 ? lowest : highest) : clamp(from);
  const end = to === undefined ? (stride > 0 ? highest : lowest) : clamp(to);
  return { begin, end, stride, size: Math.max(0, Math.ceil((end - begin) / stride)) };
}
