/** BlazeFace (Bazarevsky et al. 2019, the 256-pixel "back" model): its anchors and the decoding of its outputs. Pure. */
import type { Box, Point } from './analysis.ts';

/** In pixels of the square the model was shown. */
export interface FaceCandidate {
  box: Box;
  /** Right eye, left eye, nose, mouth, right ear, left ear; right and left are the subject's own. */
  points: Point[];
  /** 0 to 1. */
  confidence: number;
}

export const blazefaceSize = 256;
const keyPoints = 6;
/** x, y, width, height, then the key points. */
const valuesEach = 4 + 2 * keyPoints;
/** A grid of anchors every `stride` pixels, several at each place. */
const grids = [
  { stride: 16, each: 2 },
  { stride: 32, each: 6 },
] as const;

/** The centres of the anchors, in the order of the outputs: 512 of the finer grid, then 384 of the coarser. */
export function anchors(): Point[] {
  return grids.flatMap(({ stride, each }) => {
    const count = blazefaceSize / stride;
    return Array.from({ length: count * count * each }, (_, i): Point => {
      const place = Math.floor(i / each);
      return [((place % count) + 0.5) * stride, (Math.floor(place / count) + 0.5) * stride];
    });
  });
}

const anchorCentres = anchors();

/**
 * The anchors that hold a face with at least `minConfidence`. `scores` are logits, one an anchor; `values` are 16 an anchor:
 * the box's centre and the key points as offsets from the anchor, the box's width and height.
 */
export function decodeFaces(scores: Float32Array, values: Float32Array, minConfidence: number): FaceCandidate[] {
  const candidates: FaceCandidate[] = [];
  anchorCentres.forEach(([anchorX, anchorY], i) => {
    const confidence = 1 / (1 + Math.exp(-(scores[i] as number)));
    if (!(confidence >= minConfidence)) return;
    const at = (index: number) => values[i * valuesEach + index] as number;
    const [x, y, width, height] = [anchorX + at(0), anchorY + at(1), at(2), at(3)];
    if (!(width > 0 && height > 0)) return;
    candidates.push({
      box: [x - width / 2, y - height / 2, x + width / 2, y + height / 2],
      points: Array.from({ length: keyPoints }, (_, k): Point => [anchorX + at(4 + 2 * k), anchorY + at(5 + 2 * k)]),
      confidence,
    });
  });
  return candidates;
}
