import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, letterbox, squareRegion } from '../../src/vision/geometry.ts';
import { halve, type Rgb } from '../../src/vision/image.ts';
import { type Encoding, Pyramid, sample } from '../../src/vision/resample.ts';

const plain: Encoding = { order: 'rgb', mean: [0, 0, 0], scale: 1 };

function picture(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly number[],
  channels: 3 | 4 = 3,
): Rgb {
  const data = new Uint8Array(width * height * channels).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colour(x, y), (y * width + x) * channels);
  }
  return { data, width, height, channels };
}

function sampled(image: Rgb, map: Parameters<typeof sample>[1], size: number, encoding = plain): Float32Array {
  const tensor = new Float32Array(size * size * 3).fill(Number.NaN);
  sample(new Pyramid(image), map, size, encoding, tensor);
  return tensor;
}

const noise = (x: number, y: number) => [(x * 37 + y * 101) % 256, (x * 59 + y * 13) % 256, (x * 7 + y * 211) % 256];

describe('sampling', () => {
  it('one pixel for one gives the picture itself, with three or four bytes a pixel', () => {
    for (const channels of [3, 4] as const) {
      const tensor = sampled(picture(16, 16, noise, channels), letterbox(16, 16, 16), 16);
      expect([...tensor]).toEqual(Array.from({ length: 256 }, (_, i) => noise(i % 16, i >> 4)).flat());
    }
  });

  it('a quarter turn gives the turned picture', () => {
    const tensor = sampled(picture(16, 16, noise), squareRegion([8, 8], 16, 16, Math.PI / 2), 16);
    for (let y = 0; y < 16; y++) {
      for (let x = 0; x < 16; x++) {
        const expected = noise(15 - y, x);
        for (let c = 0; c < 3; c++) expect(tensor[(y * 16 + x) * 3 + c]).toBeCloseTo(expected[c] ?? 0, 3);
      }
    }
  });

  it('keeps an even slope of brightness wherever it looks, however it turns', () => {
    const slope = picture(100, 80, (x, y) => [x, y, x + y]);
    const region = fc.record({
      x: fc.double({ min: 35, max: 65, noNaN: true }),
      y: fc.double({ min: 35, max: 45, noNaN: true }),
      side: fc.double({ min: 4, max: 40, noNaN: true }),
      angle: fc.oneof(fc.constant(0), fc.double({ min: -3, max: 3, noNaN: true })),
    });
    fc.assert(
      fc.property(region, ({ x, y, side, angle }) => {
        const map = squareRegion([x, y], side, 24, angle);
        const tensor = sampled(slope, map, 24);
        for (const [column, row] of [
          [0, 0],
          [23, 0],
          [5, 17],
          [23, 23],
        ] as const) {
          const [px, py] = apply(map, [column + 0.5, row + 0.5]);
          const at = (row * 24 + column) * 3;
          // Halved pictures round to whole numbers.
          expect(Math.abs((tensor[at] ?? 0) - (px - 0.5))).toBeLessThan(0.6);
          expect(Math.abs((tensor[at + 1] ?? 0) - (py - 0.5))).toBeLessThan(0.6);
          expect(Math.abs((tensor[at + 2] ?? 0) - (px + py - 1))).toBeLessThan(1.2);
        }
      }),
    );
  });

  it('upright and turned by next to nothing look the same', () => {
    const image = picture(90, 70, noise);
    const side = fc.double({ min: 8, max: 160, noNaN: true });
    fc.assert(
      fc.property(side, fc.integer({ min: -20, max: 110 }), fc.integer({ min: -20, max: 90 }), (wide, x, y) => {
        const upright = sampled(image, squareRegion([x, y], wide, 20), 20);
        const turned = sampled(image, squareRegion([x, y], wide, 20, 1e-9), 20);
        let different = 0;
        upright.forEach((value, i) => {
          if (Math.abs(value - (turned[i] ?? 0)) > 0.01) different++;
        });
        // The two may fall on either side of the picture's very edge.
        expect(different).toBeLessThanOrEqual(upright.length / 10);
      }),
    );
  });

  it('is black outside the picture, in the encoding asked for', () => {
    const white = picture(40, 20, () => [255, 255, 255]);
    const tensor = sampled(white, letterbox(40, 20, 8), 8, {
      order: 'rgb',
      mean: [127.5, 127.5, 127.5],
      scale: 1 / 127.5,
    });
    const rows = Array.from({ length: 8 }, (_, row) => tensor[row * 24]);
    expect(rows).toEqual([-1, -1, 1, 1, 1, 1, -1, -1]);
  });

  it('puts blue first where asked, each channel less its own mean', () => {
    const encoding: Encoding = { order: 'bgr', mean: [1, 2, 3], scale: 2 };
    const tensor = sampled(
      picture(4, 4, () => [10, 20, 30]),
      letterbox(4, 4, 2),
      2,
      encoding,
    );
    expect([...tensor.subarray(0, 3)]).toEqual([(30 - 3) * 2, (20 - 2) * 2, (10 - 1) * 2]);
  });

  it('averages what it shrinks, so that single bright pixels are not lost or exaggerated', () => {
    const dotted = picture(256, 256, (x, y) => (x % 8 === 0 && y % 8 === 0 ? [255, 255, 255] : [0, 0, 0]));
    const tensor = sampled(dotted, letterbox(256, 256, 16), 16);
    for (const value of tensor) expect(value).toBeLessThan(20);
  });
});

describe('a halved picture', () => {
  it('has the mean of each four pixels, and drops an odd last row and column', () => {
    const half = halve(picture(5, 3, (x, y) => [x * 10, y * 10, 7], 4));
    expect([half.width, half.height, half.channels]).toEqual([2, 1, 3]);
    expect([...half.data]).toEqual([5, 5, 7, 25, 5, 7]);
  });
});
