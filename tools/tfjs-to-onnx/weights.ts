// Reads the weight file of a TF.js model: tensors one after the other, some of them quantised.
import { GraphModelError } from './errors.ts';
import { type Shape, sizeOf, type Tensor } from './tensor.ts';

/** One entry of the model's weights manifest. */
export interface WeightSpec {
  name: string;
  shape: Shape;
  dtype: string;
  quantization?: { dtype: string; scale?: number | undefined; min?: number | undefined } | undefined;
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, float16: 2, uint16: 2, uint8: 1 };

/**
 * The tensors by name. Float16 and affine (uint8, uint16) quantised weights come back as the float32 TF.js itself would use.
 * @throws GraphModelError where the file is shorter or longer than the manifest says, or a weight is of an unknown type
 */
export function readWeights(model: string, specs: readonly WeightSpec[], bytes: Uint8Array): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  let offset = 0;
  for (const spec of specs) {
    const stored = spec.quantization?.dtype ?? spec.dtype;
    const width = BYTES[stored];
    if (width === undefined) throw new GraphModelError(model, spec.name, `weights of type ${stored} are not supported`);
    const end = offset + sizeOf(spec.shape) * width;
    if (end > bytes.length) {
      const reason = `the weight file ends at byte ${bytes.length}, but this weight needs bytes ${offset} to ${end}; install @vladmandic/human again`;
      throw new GraphModelError(model, spec.name, reason);
    }
    // A copy, because a typed array must start at a multiple of its element's size (and a Buffer's own slice() copies nothing).
    tensors.set(spec.name, decode(model, spec, stored, new Uint8Array(bytes.subarray(offset, end)).buffer));
    offset = end;
  }
  if (offset !== bytes.length) {
    const reason = `the weight file has ${bytes.length} bytes, its manifest speaks of ${offset}; install @vladmandic/human again`;
    throw new GraphModelError(model, undefined, reason);
  }
  return tensors;
}

function decode(model: string, spec: WeightSpec, stored: string, buffer: ArrayBuffer): Tensor {
  const { name, dtype, shape, quantization } = spec;
  if (quantization === undefined) {
    if (dtype === 'float32') return { dtype, shape, data: new Float32Array(buffer) };
    if (dtype === 'int32') return { dtype, shape, data: new Int32Array(buffer) };
    if (dtype === 'bool') return { dtype, shape, data: new Uint8Array(buffer) };
  } else if (dtype === 'float32') {
    if (stored === 'float16') return { dtype, shape, data: Float32Array.from(new Uint16Array(buffer), fromHalf) };
    const { scale, min } = quantization;
    if ((stored === 'uint8' || stored === 'uint16') && scale !== undefined && min !== undefined) {
      const levels = stored === 'uint8' ? new Uint8Array(buffer) : new Uint16Array(buffer);
      return { dtype, shape, data: Float32Array.from(levels, (level) => level * scale + min) };
    }
  }
  throw new GraphModelError(model, name, `weights of type ${dtype} stored as ${stored} are not supported`);
}

/** IEEE 754 binary16 to a number. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
