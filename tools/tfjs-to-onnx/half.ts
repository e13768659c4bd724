// IEEE 754 binary16, the type most weights are stored in.

const MIN_NORMAL = 2 ** -14;
const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

export function fromHalves(halves: Uint16Array): Float32Array {
  return new Float32Array(halves).map(fromHalf);
}

/** The numbers must be ones that float16 can hold, as those of {@link fromHalves} are: any other loses its last digits. */
export function toHalves(numbers: Float32Array): Uint16Array {
  const halves = new Uint16Array(numbers.length);
  // Not Uint16Array.from: going through an iterator is ten times slower.
  for (let at = 0; at < halves.length; at++) halves[at] = toHalf(numbers[at] ?? 0);
  return halves;
}

function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function toHalf(number: number): number {
  float[0] = number;
  const bits = floatBits[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = Math.abs(number);
  if (Number.isNaN(number)) return 0x7e00;
  if (magnitude < MIN_NORMAL) return sign | (magnitude * 2 ** 24);
  if (magnitude >= 65536) return sign | 0x7c00;
  // Float32 counts its exponent from -127, float16 from -15.
  return sign | ((((bits >>> 23) & 0xff) - 112) << 10) | ((bits >>> 13) & 0x3ff);
}
