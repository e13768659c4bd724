/** The picture a visit is shown by. */
import type { Picture } from '../vision/analysis.ts';
import type { Look } from './findings.ts';
import type { BestFrame } from './visit.ts';

const thumbnailWidth = 640;

/** Draws the thumbnail. A visit without one is still a visit: never rejects. */
export async function drawBest(
  best: Look | null,
  vision: { thumbnail(picture: Picture, width: number): Promise<Uint8Array> },
): Promise<BestFrame | null> {
  if (!best) return null;
  const { frame, analysis } = best;
  const thumbnail = await vision.thumbnail(frame.picture, thumbnailWidth).catch(() => null);
  return { width: analysis.width, height: analysis.height, takenAt: frame.takenAt, thumbnail };
}
