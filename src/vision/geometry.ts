/** Boxes, points and the affine maps between a picture and what a model is shown of it. Pure. */
import type { Box, Point } from './analysis.ts';

/** x' = xx * x + xy * y + x0, y' = yx * x + yy * y + y0. */
export interface Affine {
  xx: number;
  xy: number;
  x0: number;
  yx: number;
  yy: number;
  y0: number;
}

export function apply(map: Affine, [x, y]: Point): Point {
  return [map.xx * x + map.xy * y + map.x0, map.yx * x + map.yy * y + map.y0];
}

/** The axis-parallel box around a mapped box. */
export function applyToBox(map: Affine, [x1, y1, x2, y2]: Box): Box {
  return bounds([apply(map, [x1, y1]), apply(map, [x2, y1]), apply(map, [x1, y2]), apply(map, [x2, y2])]);
}

/**
 * From a square of `size` pixels to a square region of the picture: `side` picture pixels wide, around `centre`, turned by
 * `angle` (radians, clockwise as seen on a screen).
 */
export function squareRegion(centre: Point, side: number, size: number, angle = 0): Affine {
  const cos = (side / size) * Math.cos(angle);
  const sin = (side / size) * Math.sin(angle);
  const half = size / 2;
  return {
    xx: cos,
    xy: -sin,
    x0: centre[0] - half * (cos - sin),
    yx: sin,
    yy: cos,
    y0: centre[1] - half * (sin + cos),
  };
}

/** From a square of `size` pixels to the whole picture, centred, with a margin left and right or above and below. */
export function letterbox(width: number, height: number, size: number): Affine {
  return squareRegion([width / 2, height / 2], Math.max(width, height), size);
}

/** The smallest box around some points. */
export function bounds(points: readonly Point[]): Box {
  let [x1, y1, x2, y2] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    x1 = Math.min(x1, x);
    y1 = Math.min(y1, y);
    x2 = Math.max(x2, x);
    y2 = Math.max(y2, y);
  }
  return [x1, y1, x2, y2];
}

export function centreOf([x1, y1, x2, y2]: Box): Point {
  return [(x1 + x2) / 2, (y1 + y2) / 2];
}

/** The box enlarged about its centre. */
export function enlarge(box: Box, factor: number): Box {
  const [x, y] = centreOf(box);
  const [width, height] = [(box[2] - box[0]) * factor, (box[3] - box[1]) * factor];
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

export function contains([x1, y1, x2, y2]: Box, [x, y]: Point): boolean {
  return x >= x1 && x <= x2 && y >= y1 && y <= y2;
}

/** The part of a box inside the picture; of no area where none of it is. */
export function clip([x1, y1, x2, y2]: Box, width: number, height: number): Box {
  const within = (value: number, limit: number) => Math.min(Math.max(value, 0), limit);
  return [within(x1, width), within(y1, height), within(x2, width), within(y2, height)];
}

export function area([x1, y1, x2, y2]: Box): number {
  return Math.max(0, x2 - x1) * Math.max(0, y2 - y1);
}

export function intersection(a: Box, b: Box): number {
  return area([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]);
}

/** Intersection over union, 0 to 1. */
export function iou(a: Box, b: Box): number {
  const shared = intersection(a, b);
  const union = area(a) + area(b) - shared;
  return union > 0 ? shared / union : 0;
}

/** Non-maximum suppression: the best first, without those that `same` takes for one already kept. */
export function suppress<T extends { confidence: number }>(
  candidates: readonly T[],
  same: (kept: T, candidate: T) => boolean,
): T[] {
  const kept: T[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.confidence - a.confidence)) {
    if (!kept.some((one) => same(one, candidate))) kept.push(candidate);
  }
  return kept;
}
