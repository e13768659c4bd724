/** MediaPipe's face mesh: confirms a face and gives 468 points in three dimensions. */
import type { Point } from './analysis.ts';
import { type Affine, apply } from './geometry.ts';
import type { Model } from './models.ts';
import { type Encoding, type Pyramid, sample } from './resample.ts';

const encoding: Encoding = { order: 'rgb', mean: [0, 0, 0], scale: 1 / 255 };
const pointCount = 468;

export interface Mesh {
  /** 468 of them, in pixels of the picture; the numbering is MediaPipe's. */
  points: Point[];
  /** In pixels too, smaller is nearer to the camera; only differences mean anything. */
  depths: number[];
  /** That there is a face at all, 0 to 1. */
  confidence: number;
}

/** Looks at the square region of the picture that `map` shows, which should have the eyes level and half as much again around the face. */
export async function meshFace(facemesh: Model, pyramid: Pyramid, map: Affine): Promise<Mesh> {
  sample(pyramid, map, facemesh.size, encoding, facemesh.pixels);
  const output = await facemesh.run();
  const values = output('output_mesh');
  const scale = Math.hypot(map.xx, map.yx);
  const at = (point: number, axis: number) => values[point * 3 + axis] as number;
  return {
    points: Array.from({ length: pointCount }, (_, i) => apply(map, [at(i, 0), at(i, 1)])),
    depths: Array.from({ length: pointCount }, (_, i) => at(i, 2) * scale),
    confidence: Math.min(Math.max(output('output_faceflag')[0] as number, 0), 1),
  };
}
