/** Where the faces of a picture may be: BlazeFace over the whole picture, and again, closer, where a person stands. */
import type { Box, Detection, Landmarks, Point } from './analysis.ts';
import { decodeFaces, type FaceCandidate } from './blazeface.ts';
import {
  type Affine,
  apply,
  applyToBox,
  area,
  centreOf,
  contains,
  intersection,
  iou,
  letterbox,
  squareRegion,
} from './geometry.ts';
import type { Model } from './models.ts';
import { type Encoding, type Pyramid, sample } from './resample.ts';

/** In pixels of the picture. */
export interface FoundFace {
  box: Box;
  landmarks: Landmarks;
  /** 0 to 1. */
  confidence: number;
  /** How wide the face was in the square the model was shown, as a share of it: the larger, the more exact. */
  share: number;
}

const encoding: Encoding = { order: 'rgb', mean: [127.5, 127.5, 127.5], scale: 1 / 127.5 };
/** Enough to look closer, and enough to be believed: at 0.4, table legs and fruit are faces too. */
const hintConfidence = 0.45;
const leastConfidence = 0.5;
/** Anchors whose boxes overlap by this much saw the same face; what they say is averaged. */
const sameAnchorIou = 0.3;
const minPersonConfidence = 0.25;
/** Each closer look costs a run; a crowd's hindmost heads are too small to be recognised anyway. */
const maxCloserLooks = 12;
/** BlazeFace is made for faces at arm's length: of those narrower than this share of the square it misjudges eyes and size. */
const plainShare = 1 / 8;
/** A closer look at a face shows this many times its width. */
const closerMargin = 4;

/** The faces of a picture, the surest first, each once, however many searches found it. */
export async function searchFaces(
  blazeface: Model,
  pyramid: Pyramid,
  objects: readonly Detection[],
): Promise<FoundFace[]> {
  const look = (map: Affine) => searchRegion(blazeface, pyramid, map);
  const found = await look(letterbox(pyramid.width, pyramid.height, blazeface.size));
  for (const region of closerLooks(objects, found, blazeface.size).slice(0, maxCloserLooks)) {
    found.push(...(await look(region)));
  }
  return withoutRepeats(found).filter(({ confidence }) => confidence >= leastConfidence);
}

/** Where to look again: at faces that were small in the whole picture, and at people whose face it did not show; the largest first. */
export function closerLooks(objects: readonly Detection[], faces: readonly FoundFace[], size: number): Affine[] {
  const small = faces.filter(({ share }) => share < plainShare).toSorted((a, b) => b.share - a.share);
  const around = small.map(({ box }) => squareRegion(centreOf(box), closerMargin * longSide(box), size));
  return [...around, ...faceless(objects, faces).map((person) => headRegion(person, size))];
}

/** The people without a face of their own, the largest first. A face speaks for one person only. */
function faceless(objects: readonly Detection[], faces: readonly FoundFace[]): Box[] {
  const spare = new Set(faces);
  return objects
    .filter(({ label, confidence }) => label === 'person' && confidence >= minPersonConfidence)
    .map(({ box }) => box)
    .toSorted((a, b) => area(b) - area(a))
    .filter((person) => {
      const own = [...spare].find(({ box }) => contains(headZone(person), centreOf(box)));
      if (own) spare.delete(own);
      return !own;
    });
}

/** The upper half of a person, or more of one whom the picture's lower edge cuts off. */
function headZone([x1, y1, x2, y2]: Box): Box {
  return [x1, y1, x2, Math.min(y2, y1 + Math.max(x2 - x1, (y2 - y1) / 2))];
}

/** The square where a person's head should be: a little wider than the person and starting a little above. */
export function headRegion([x1, y1, x2, y2]: Box, size: number): Affine {
  const side = 1.2 * Math.max(x2 - x1, 0.5 * (y2 - y1));
  return squareRegion([(x1 + x2) / 2, y1 + 0.4 * side], side, size);
}

function longSide([x1, y1, x2, y2]: Box): number {
  return Math.max(x2 - x1, y2 - y1);
}

async function searchRegion(blazeface: Model, pyramid: Pyramid, map: Affine): Promise<FoundFace[]> {
  sample(pyramid, map, blazeface.size, encoding, blazeface.pixels);
  const output = await blazeface.run();
  const scores = concatenate(output('Identity'), output('Identity_1'));
  const values = concatenate(output('Identity_2'), output('Identity_3'));
  const candidates = decodeFaces(scores, values, hintConfidence);
  return blend(candidates).map(({ box, points, confidence }) => ({
    box: applyToBox(map, box),
    landmarks: named(points.map((point) => apply(map, point))),
    confidence,
    share: (box[2] - box[0]) / blazeface.size,
  }));
}

/**
 * Instead of suppressing all but the best anchor, the mean of those that saw the same face, weighted by their confidence: steadier
 * from frame to frame (section 3.5 of the BlazeFace paper).
 */
export function blend(candidates: readonly FaceCandidate[]): FaceCandidate[] {
  const groups: FaceCandidate[][] = [];
  for (const candidate of candidates.toSorted((a, b) => b.confidence - a.confidence)) {
    const group = groups.find(([best]) => best && iou(best.box, candidate.box) > sameAnchorIou);
    if (group) group.push(candidate);
    else groups.push([candidate]);
  }
  return groups.map((group) => {
    const weight = group.reduce((sum, { confidence }) => sum + confidence, 0);
    const mean = (value: (candidate: FaceCandidate) => number) =>
      group.reduce((sum, candidate) => sum + value(candidate) * candidate.confidence, 0) / weight;
    const best = group[0] as FaceCandidate;
    const corner = (i: number) => mean(({ box }) => box[i] as number);
    return {
      box: [corner(0), corner(1), corner(2), corner(3)],
      points: best.points.map(
        (_, i): Point => [mean(({ points }) => points[i]?.[0] ?? 0), mean(({ points }) => points[i]?.[1] ?? 0)],
      ),
      confidence: best.confidence,
    };
  });
}

/** Two finds are one face where they overlap by a third, or one lies mostly inside the other; the one seen larger is kept. */
export function withoutRepeats(found: readonly FoundFace[]): FoundFace[] {
  const kept: FoundFace[] = [];
  const worth = ({ confidence, share }: FoundFace) => confidence * Math.min(share, plainShare);
  for (const face of found.toSorted((a, b) => worth(b) - worth(a))) {
    const repeats = kept.some(({ box }) => {
      const smaller = Math.min(area(box), area(face.box));
      return iou(box, face.box) > 1 / 3 || intersection(box, face.box) > 0.6 * smaller;
    });
    if (!repeats) kept.push(face);
  }
  return kept.toSorted((a, b) => b.confidence - a.confidence);
}

/** The model's two grids of anchors, the finer first. */
function concatenate(fine: Float32Array, coarse: Float32Array): Float32Array {
  const all = new Float32Array(fine.length + coarse.length);
  all.set(fine);
  all.set(coarse, fine.length);
  return all;
}

function named(points: readonly Point[]): Landmarks {
  const [rightEye, leftEye, nose, mouth, rightEar, leftEar] = points as [Point, Point, Point, Point, Point, Point];
  return { rightEye, leftEye, nose, mouth, rightEar, leftEar };
}
