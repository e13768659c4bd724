/** Embeddings by FaceRes (Savchenko, HSE FaceRec; a MobileNet trained on VGGFace2). */
import type { Point } from './analysis.ts';
import { type Affine, bounds, centreOf, squareRegion } from './geometry.ts';
import type { Model } from './models.ts';
import { type Encoding, type Pyramid, sample } from './resample.ts';

/** The network was trained on Caffe's order and means, not on plain RGB: fed the wrong way it takes a third more strangers for friends. */
const encoding: Encoding = { order: 'bgr', mean: [123.68, 116.779, 103.939], scale: 1 };

/** How much of the picture around the mesh is shown, and how far up its centre moves: the best of a dozen tried on LFW. */
const margin = 1.3;
const raise = 0.15;

/** 1024 numbers, L2-normalised, of the face with these mesh points; `roll` (degrees) is how far the eyes are from level. */
export async function embedFace(
  faceres: Model,
  pyramid: Pyramid,
  points: readonly Point[],
  roll: number,
): Promise<Float32Array> {
  sample(pyramid, faceRegion(points, (roll * Math.PI) / 180, faceres.size), faceres.size, encoding, faceres.pixels);
  const output = await faceres.run();
  return normalise(output('global_pooling/Mean'));
}

/** The square that holds the mesh once it is turned level. */
export function faceRegion(points: readonly Point[], angle: number, size: number): Affine {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const box = bounds(points.map(([x, y]): Point => [x * cos + y * sin, y * cos - x * sin]));
  const side = Math.max(box[2] - box[0], box[3] - box[1]);
  const [x, y] = centreOf(box);
  const raised = y - raise * side;
  return squareRegion([x * cos - raised * sin, x * sin + raised * cos], side * margin, size, angle);
}

function normalise(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / (length || 1));
}
