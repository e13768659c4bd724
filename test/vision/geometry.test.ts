import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Box, Point } from '../../src/vision/analysis.ts';
import {
  apply,
  applyToBox,
  area,
  bounds,
  centreOf,
  clip,
  contains,
  enlarge,
  iou,
  letterbox,
  squareRegion,
  suppress,
} from '../../src/vision/geometry.ts';

const place = fc.double({ min: -500, max: 1500, noNaN: true });
const side = fc.double({ min: 1, max: 800, noNaN: true });
const box = fc.tuple(place, place, side, side).map(([x, y, w, h]): Box => [x, y, x + w, y + h]);
const pixels = fc.integer({ min: 1, max: 4000 });

describe('boxes', () => {
  it('overlap as much one way as the other, wholly with themselves, and never by more than 1', () => {
    fc.assert(
      fc.property(box, box, (a, b) => {
        expect(iou(a, b)).toBeCloseTo(iou(b, a), 12);
        expect(iou(a, b)).toBeGreaterThanOrEqual(0);
        expect(iou(a, b)).toBeLessThanOrEqual(1 + 1e-9);
        expect(iou(a, a)).toBeCloseTo(1, 12);
      }),
    );
  });

  it('do not overlap themselves where they have no area', () => {
    expect(iou([3, 3, 3, 3], [3, 3, 3, 3])).toBe(0);
  });

  it('lie inside the picture once clipped, and stay as they are where they did before', () => {
    fc.assert(
      fc.property(box, pixels, pixels, (a, width, height) => {
        const clipped = clip(a, width, height);
        expect(contains([0, 0, width, height], [clipped[0], clipped[1]])).toBe(true);
        expect(contains([0, 0, width, height], [clipped[2], clipped[3]])).toBe(true);
        expect(clip(clipped, width, height)).toEqual(clipped);
      }),
    );
  });

  it('keep their centre when enlarged', () => {
    fc.assert(
      fc.property(box, fc.double({ min: 0.1, max: 4, noNaN: true }), (a, factor) => {
        const larger = enlarge(a, factor);
        expect(centreOf(larger)[0]).toBeCloseTo(centreOf(a)[0], 6);
        expect(centreOf(larger)[1]).toBeCloseTo(centreOf(a)[1], 6);
        expect(area(larger)).toBeCloseTo(area(a) * factor ** 2, 3);
      }),
    );
  });
});

describe('a letterbox', () => {
  it('shows the whole picture, centred, without stretching it', () => {
    fc.assert(
      fc.property(pixels, pixels, fc.constantFrom(256, 512), (width, height, size) => {
        const map = letterbox(width, height, size);
        const [x1, y1, x2, y2] = applyToBox(map, [0, 0, size, size]);
        expect(x2 - x1).toBeCloseTo(y2 - y1, 6);
        expect(x2 - x1).toBeCloseTo(Math.max(width, height), 6);
        expect((x1 + x2) / 2).toBeCloseTo(width / 2, 6);
        expect((y1 + y2) / 2).toBeCloseTo(height / 2, 6);
      }),
    );
  });
});

describe('a square region', () => {
  const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true });

  it('has its centre where it was asked for, and its corners half a diagonal away', () => {
    fc.assert(
      fc.property(fc.tuple(place, place), side, angle, (centre: Point, wide, turn) => {
        const map = squareRegion(centre, wide, 100, turn);
        const [x, y] = apply(map, [50, 50]);
        expect(x).toBeCloseTo(centre[0], 6);
        expect(y).toBeCloseTo(centre[1], 6);
        for (const corner of [
          [0, 0],
          [100, 0],
          [0, 100],
          [100, 100],
        ] as Point[]) {
          const [cornerX, cornerY] = apply(map, corner);
          expect(Math.hypot(cornerX - x, cornerY - y)).toBeCloseTo(wide / Math.SQRT2, 6);
        }
      }),
    );
  });

  it('turned by the angle of a line shows that line level', () => {
    fc.assert(
      fc.property(fc.tuple(place, place), angle, (centre: Point, turn) => {
        const map = squareRegion(centre, 200, 100, turn);
        const [x1, y1] = apply(map, [20, 50]);
        const [x2, y2] = apply(map, [80, 50]);
        expect(Math.cos(Math.atan2(y2 - y1, x2 - x1) - turn)).toBeCloseTo(1, 9);
      }),
    );
  });
});

it('bounds are the smallest box around all points', () => {
  const points = fc.array(fc.tuple(place, place), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(points, (all: Point[]) => {
      const around = bounds(all);
      expect(all.every((point) => contains(around, point))).toBe(true);
      expect(around[0]).toBe(Math.min(...all.map(([x]) => x)));
      expect(around[3]).toBe(Math.max(...all.map(([, y]) => y)));
    }),
  );
});

describe('non-maximum suppression', () => {
  const candidates = fc.array(fc.record({ box, confidence: fc.double({ min: 0, max: 1, noNaN: true }) }), {
    maxLength: 30,
  });
  const same = (a: { box: Box }, b: { box: Box }) => iou(a.box, b.box) > 0.5;

  it('keeps no two that are the same, drops none that has no better, and puts the surest first', () => {
    fc.assert(
      fc.property(candidates, (all) => {
        const kept = suppress(all, same);
        kept.forEach((one, i) => {
          for (const other of kept.slice(i + 1)) {
            expect(same(one, other)).toBe(false);
            expect(one.confidence).toBeGreaterThanOrEqual(other.confidence);
          }
        });
        for (const dropped of all.filter((one) => !kept.includes(one))) {
          expect(kept.some((one) => same(one, dropped) && one.confidence >= dropped.confidence)).toBe(true);
        }
      }),
    );
  });
});
