import { describe, expect, it } from 'vitest';
import type { Rgb } from '../../src/vision/image.ts';
import { Pyramid } from '../../src/vision/resample.ts';
import { sharpnessOf, varianceOfLaplacian } from '../../src/vision/sharpness.ts';

/** Squares of `cell` pixels, light and dark. */
function checks(size: number, cell: number, contrast = 100): Rgb {
  const data = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const light = (Math.floor(x / cell) + Math.floor(y / cell)) % 2 === 0;
      data.fill(light ? 128 + contrast / 2 : 128 - contrast / 2, (y * size + x) * 3, (y * size + x) * 3 + 3);
    }
  }
  return { data, width: size, height: size, channels: 3 };
}

const whole = (image: Rgb) => sharpnessOf(new Pyramid(image), [0, 0, image.width, image.height]);

describe('sharpness', () => {
  it('of an even surface is nought, and so is that of an even slope', () => {
    expect(varianceOfLaplacian(new Float32Array(64).fill(77), 8)).toBe(0);
    expect(
      varianceOfLaplacian(
        Float32Array.from({ length: 64 }, (_, i) => (i % 8) * 9),
        8,
      ),
    ).toBeCloseTo(0, 9);
  });

  it('is the variance of the Laplacian: of single-pixel checks, the square of four times the contrast', () => {
    const values = Float32Array.from({ length: 64 }, (_, i) => (((i % 8) + (i >> 3)) % 2 === 0 ? 10 : 0));
    expect(varianceOfLaplacian(values, 8)).toBeCloseTo(40 ** 2, 3);
  });

  it('falls as a picture is enlarged: what is small in the picture is not sharp', () => {
    const near = whole(checks(224, 8));
    const far = whole(checks(56, 2));
    const farther = whole(checks(28, 1));
    expect(near).toBeGreaterThan(far);
    expect(far).toBeGreaterThan(farther);
  });

  it('falls with the contrast', () => {
    expect(whole(checks(112, 4, 100))).toBeGreaterThan(whole(checks(112, 4, 20)));
  });
});
