// Constant tensors: numbers with a shape, as they come out of the weight file.
import { Fault } from './errors.ts';

export type DType = 'float32' | 'int32' | 'bool';
export type Shape = readonly number[];

export interface Tensor {
  dtype: DType;
  /** Row-major; [] is a scalar. */
  shape: Shape;
  /** float32 in a Float32Array, int32 in an Int32Array, bool (0 or 1) in a Uint8Array. */
  data: Float32Array | Int32Array | Uint8Array;
  /** Every number is one that float16 can hold. */
  fitsHalf?: boolean;
}

/** The number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((size, dim) => size * dim, 1);
}

/** The dims of a shape in another order: `permute([1, 8, 9, 3], [0, 3, 1, 2])` is `[1, 3, 8, 9]`. */
export function permute(shape: Shape, order: readonly number[]): number[] {
  return order.map((axis) => shape[axis] ?? 1);
}

export function reshape(tensor: Tensor, shape: Shape): Tensor {
  if (sizeOf(shape) !== sizeOf(tensor.shape)) throw new Fault(`[${tensor.shape}] cannot be reshaped to [${shape}]`);
  return { ...tensor, shape };
}

/** The same numbers laid out with the axes in another order. */
export function transpose(tensor: Tensor, order: readonly number[]): Tensor {
  const shape = permute(tensor.shape, order);
  const strides = permute(stridesOf(tensor.shape), order);
  const data = tensor.data.slice();
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    data[to] = tensor.data[from] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const dim = shape[axis] ?? 1;
      const stride = strides[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      from += stride;
      if (next < dim) {
        index[axis] = next;
        break;
      }
      from -= stride * dim;
      index[axis] = 0;
    }
  }
  return { ...tensor, shape, data };
}

function stridesOf(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}
