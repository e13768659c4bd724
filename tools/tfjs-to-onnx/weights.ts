// Reads the weight file of a TF.js model: tensors one after the other, some of them stored as float16.
import { GraphModelError } from './errors.ts';
import { fromHalves } from './half.ts';
import { type Shape, sizeOf, type Tensor } from './tensor.ts';

/** One entry of the model's weights manifest. */
export interface WeightSpec {
  name: string;
  shape: Shape;
  dtype: string;
  /** How it is stored, where that is not its own type. */
  quantization?: { dtype: string } | undefined;
}

/** Bytes of one element, by `dtype` or, if quantised, `dtype as stored`. */
const WIDTHS: ReadonlyMap<string, number> = new Map([
  ['float32', 4],
  ['float32 as float16', 2],
  ['int32', 4],
  ['bool', 1],
]);

/**
 * The tensors by name; float16 weights as the float32 that TF.js makes of them.
 * @throws GraphModelError where the file is shorter or longer than the manifest says, or a weight is of an unknown type
 */
export function readWeights(model: string, specs: readonly WeightSpec[], bytes: Uint8Array): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  let offset = 0;
  for (const spec of specs) {
    const type = spec.quantization ? `${spec.dtype} as ${spec.quantization.dtype}` : spec.dtype;
    const width = WIDTHS.get(type);
    if (width === undefined) throw new GraphModelError(model, spec.name, `weights of type ${type} are not supported`);
    const end = offset + sizeOf(spec.shape) * width;
    if (end > bytes.length) {
      const reason = `the weight file ends at byte ${bytes.length}, but this weight needs bytes ${offset} to ${end}`;
      throw new GraphModelError(model, spec.name, reason);
    }
    // A copy, because a typed array must start at a multiple of its element's size (and a Buffer's own slice() copies nothing).
    tensors.set(spec.name, decode(type, spec.shape, new Uint8Array(bytes.subarray(offset, end)).buffer));
    offset = end;
  }
  if (offset !== bytes.length) {
    const reason = `the weight file has ${bytes.length} bytes, but its weights fill only ${offset}`;
    throw new GraphModelError(model, undefined, reason);
  }
  return tensors;
}

function decode(type: string, shape: Shape, buffer: ArrayBuffer): Tensor {
  switch (type) {
    case 'int32':
      return { dtype: 'int32', shape, data: new Int32Array(buffer) };
    case 'bool':
      return { dtype: 'bool', shape, data: new Uint8Array(buffer) };
    case 'float32 as float16':
      return { dtype: 'float32', shape, data: fromHalves(new Uint16Array(buffer)), fitsHalf: true };
    default:
      return { dtype: 'float32', shape, data: new Float32Array(buffer) };
  }
}
