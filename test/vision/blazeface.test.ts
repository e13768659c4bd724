import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../src/vision/analysis.ts';
import { anchors, decodeFaces } from '../../src/vision/blazeface.ts';
import { blend } from '../../src/vision/face-search.ts';

const all = anchors();

describe('the anchors', () => {
  it('are 896: two at each place of a 16-pixel grid, then six at each of a 32-pixel grid', () => {
    expect(all.length).toBe(896);
    expect(all.slice(0, 4)).toEqual([
      [8, 8],
      [8, 8],
      [24, 8],
      [24, 8],
    ]);
    expect(all[511]).toEqual([248, 248]);
    expect(all.slice(512, 519)).toEqual([...Array(6).fill([16, 16]), [48, 16]]);
    expect(all[895]).toEqual([240, 240]);
  });
});

interface Planted {
  anchor: number;
  centre: Point;
  size: Point;
  points: Point[];
  logit: number;
}

/** What the model would say of these faces. */
function outputs(faces: readonly Planted[]) {
  const scores = new Float32Array(896).fill(-20);
  const values = new Float32Array(896 * 16);
  for (const { anchor, centre, size, points, logit } of faces) {
    const [x, y] = all[anchor] as Point;
    scores[anchor] = logit;
    values.set([centre[0] - x, centre[1] - y, ...size, ...points.flatMap(([px, py]) => [px - x, py - y])], anchor * 16);
  }
  return { scores, values };
}

const coordinate = fc.double({ min: 0, max: 256, noNaN: true });
const point = fc.tuple(coordinate, coordinate);
const planted: fc.Arbitrary<Planted> = fc.record({
  anchor: fc.integer({ min: 0, max: 895 }),
  centre: point,
  size: fc.tuple(fc.double({ min: 5, max: 200, noNaN: true }), fc.double({ min: 5, max: 200, noNaN: true })),
  points: fc.array(point, { minLength: 6, maxLength: 6 }),
  logit: fc.constantFrom(-8, -2, -0.01, 0.01, 2, 8),
});

describe('decoding', () => {
  it('gives back the boxes and points that were encoded, of those sure enough', () => {
    fc.assert(
      fc.property(fc.uniqueArray(planted, { selector: ({ anchor }) => anchor, maxLength: 12 }), (faces) => {
        const { scores, values } = outputs(faces);
        const found = decodeFaces(scores, values, 0.5);
        const sure = faces.filter(({ logit }) => logit > 0).toSorted((a, b) => a.anchor - b.anchor);
        expect(found.length).toBe(sure.length);
        sure.forEach(({ centre, size, points }, i) => {
          const { box, points: decoded, confidence } = found[i] ?? { box: [0, 0, 0, 0], points: [], confidence: 0 };
          expect((box[0] + box[2]) / 2).toBeCloseTo(centre[0], 3);
          expect((box[1] + box[3]) / 2).toBeCloseTo(centre[1], 3);
          expect(box[2] - box[0]).toBeCloseTo(size[0], 3);
          expect(box[3] - box[1]).toBeCloseTo(size[1], 3);
          points.forEach((expected, k) => {
            expect(decoded[k]?.[0]).toBeCloseTo(expected[0], 3);
            expect(decoded[k]?.[1]).toBeCloseTo(expected[1], 3);
          });
          expect(confidence).toBeGreaterThanOrEqual(0.5);
        });
      }),
    );
  });

  it('leaves out what is not a number or has no size', () => {
    const { scores, values } = outputs([]);
    scores.fill(Number.NaN, 0, 10);
    scores.fill(9, 10, 20);
    expect(decodeFaces(scores, values, 0.1)).toEqual([]);
  });
});

describe('anchors that saw the same face', () => {
  it('become one face, between them and nearer to the surer one', () => {
    const points: Point[] = Array.from({ length: 6 }, () => [100, 100]);
    const moved: Point[] = Array.from({ length: 6 }, () => [110, 100]);
    const [face, ...others] = blend([
      { box: [80, 80, 120, 120], points, confidence: 0.9 },
      { box: [90, 80, 130, 120], points: moved, confidence: 0.45 },
    ]);
    expect(others).toEqual([]);
    expect(face?.box[0]).toBeCloseTo(80 + 10 / 3, 6);
    expect(face?.points[5]?.[0]).toBeCloseTo(100 + 10 / 3, 6);
    expect(face?.confidence).toBe(0.9);
  });

  it('stay apart where they do not overlap', () => {
    const points: Point[] = Array.from({ length: 6 }, () => [0, 0]);
    const apart = blend([
      { box: [0, 0, 40, 40], points, confidence: 0.6 },
      { box: [60, 0, 100, 40], points, confidence: 0.9 },
    ]);
    expect(apart.map(({ confidence }) => confidence)).toEqual([0.9, 0.6]);
  });
});
