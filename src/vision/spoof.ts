/** Two second opinions on whether a face is alive: against prints and screens, and against replays. Weak ones: a veto, never a proof. */

import type { Box } from './analysis.ts';
import { centreOf, squareRegion } from './geometry.ts';
import type { Model } from './models.ts';
import { type Encoding, type Pyramid, sample } from './resample.ts';

const encoding: Encoding = { order: 'rgb', mean: [0, 0, 0], scale: 1 / 255 };
/** Both were trained on BlazeFace's box enlarged by this much. */
const margin = 1.4;

/** 0 (a print or a screen) to 1 (a live face). `face` is BlazeFace's box. */
export async function antispoofOf(antispoof: Model, pyramid: Pyramid, face: Box): Promise<number> {
  show(antispoof, pyramid, face);
  const output = await antispoof.run();
  return output('activation_4')[0] as number;
}

/** 0 (a replay) to 1 (a live face). `face` is BlazeFace's box. */
export async function livenessOf(liveness: Model, pyramid: Pyramid, face: Box): Promise<number> {
  show(liveness, pyramid, face);
  const output = await liveness.run();
  return output('activation_6')[0] as number;
}

function show(model: Model, pyramid: Pyramid, face: Box): void {
  const side = margin * Math.max(face[2] - face[0], face[3] - face[1]);
  sample(pyramid, squareRegion(centreOf(face), side, model.size), model.size, encoding, model.pixels);
}
