/** How sharp a face is. */
import type { Box } from './analysis.ts';
import { centreOf, squareRegion } from './geometry.ts';
import { type Encoding, type Pyramid, sample } from './resample.ts';

const shownSize = 112;
const encoding: Encoding = { order: 'rgb', mean: [0, 0, 0], scale: 1 };

/** Variance of the Laplacian of the square around a face, scaled to 112 pixels, grey 0..255. */
export function sharpnessOf(pyramid: Pyramid, face: Box): number {
  const side = Math.max(face[2] - face[0], face[3] - face[1]);
  const pixels = new Float32Array(shownSize * shownSize * 3);
  sample(pyramid, squareRegion(centreOf(face), side, shownSize), shownSize, encoding, pixels);
  return varianceOfLaplacian(grey(pixels), shownSize);
}

/** ITU-R BT.601 luma. */
function grey(pixels: Float32Array): Float32Array {
  const values = new Float32Array(pixels.length / 3);
  for (let i = 0, from = 0; i < values.length; i++, from += 3) {
    const [red, green, blue] = [pixels[from] as number, pixels[from + 1] as number, pixels[from + 2] as number];
    values[i] = 0.299 * red + 0.587 * green + 0.114 * blue;
  }
  return values;
}

/** Of a square of `size` pixels, without its border, by the kernel of four neighbours. */
export function varianceOfLaplacian(values: Float32Array, size: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < size - 1; y++) {
    for (let i = y * size + 1; i < (y + 1) * size - 1; i++) {
      const beside = (values[i - 1] as number) + (values[i + 1] as number);
      const around = beside + (values[i - size] as number) + (values[i + size] as number);
      const laplacian = around - 4 * (values[i] as number);
      sum += laplacian;
      squares += laplacian * laplacian;
    }
  }
  const count = (size - 2) ** 2;
  return squares / count - (sum / count) ** 2;
}
