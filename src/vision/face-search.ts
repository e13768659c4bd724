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
}

const ENCODING: Encoding = { order: 'rgb', mean: [127.5, 127.5, 127.5], scale: 1 / 127.5 };
const MIN_CONFIDENCE = 0.4;
/** Anchors whose boxes overlap by this much saw the same face; what they say is averaged. */
const SAME_ANCHOR_IOU = 0.3;
const MIN_PERSON_CONFIDENCE = 0.25;
/** Each search costs a run; a crowd's hindmost heads are too small to be recognised anyway. */
const MAX_PEOPLE = 5;
/** BlazeFace is sure of faces from about an eighth of the square it is shown; smaller ones deserve a closer look. */
const PLAIN_SIZE = 1 / 8;

/** The faces of a picture, the surest first, each once, however many searches found it. */
export async function searchFaces(
  blazeface: Model,
  pyramid: Pyramid,
  objects: readonly Detection[],
): Promise<FoundFace[]> {
  const whole = letterbox(pyramid.width, pyramid.height, blazeface.size);
  const found = await searchRegion(blazeface, pyramid, whole);
  const plain = PLAIN_SIZE * Math.max(pyramid.width, pyramid.height);
  for (const person of peopleToSearch(objects, found, plain)) {
    found.push(...(await searchRegion(blazeface, pyramid, headRegion(person, blazeface.size))));
  }
  return withoutRepeats(found);
}

/** The square where a person's head should be: a little wider than the person and starting a little above. */
export function headRegion([x1, y1, x2, y2]: Box, size: number): Affine {
  const side = 1.2 * Math.max(x2 - x1, 0.5 * (y2 - y1));
  return squareRegion([(x1 + x2) / 2, y1 + 0.4 * side], side, size);
}

/** The people whose own face the search of the whole picture did not plainly show. A face speaks for one person only. */
export function peopleToSearch(objects: readonly Detection[], faces: readonly FoundFace[], plainSize: number): Box[] {
  const spare = new Set(faces.filter(({ box }) => box[2] - box[0] >= plainSize));
  return objects
    .filter(({ label, confidence }) => label === 'person' && confidence >= MIN_PERSON_CONFIDENCE)
    .map(({ box }) => box)
    .toSorted((a, b) => area(b) - area(a))
    .slice(0, MAX_PEOPLE)
    .filter((person) => {
      const own = [...spare].find(({ box }) => contains(headZone(person), centreOf(box)));
      if (own) spare.delete(own);
      return !own;
    });
}

/** The upper half of a person, or all of one who is cut off by the picture's lower edge. */
function headZone([x1, y1, x2, y2]: Box): Box {
  return [x1, y1, x2, Math.min(y2, y1 + Math.max(x2 - x1, (y2 - y1) / 2))];
}

async function searchRegion(blazeface: Model, pyramid: Pyramid, map: Affine): Promise<FoundFace[]> {
  sample(pyramid, map, blazeface.size, ENCODING, blazeface.pixels);
  const output = await blazeface.run();
  const join = (fine: string, coarse: string) => Float32Array.of(...output(fine), ...output(coarse));
  const candidates = decodeFaces(join('Identity', 'Identity_1'), join('Identity_2', 'Identity_3'), MIN_CONFIDENCE);
  return blend(candidates).map(({ box, points, confidence }) => ({
    box: applyToBox(map, box),
    landmarks: named(points.map((point) => apply(map, point))),
    confidence,
  }));
}

/**
 * Instead of suppressing all but the best anchor, the mean of those that saw the same face, weighted by their confidence: steadier
 * from frame to frame (section 3.5 of the BlazeFace paper).
 */
export function blend(candidates: readonly FaceCandidate[]): FaceCandidate[] {
  const groups: FaceCandidate[][] = [];
  for (const candidate of candidates.toSorted((a, b) => b.confidence - a.confidence)) {
    const group = groups.find(([best]) => best && iou(best.box, candidate.box) > SAME_ANCHOR_IOU);
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

/** Two finds are one face where they overlap by a third, or one lies mostly inside the other. */
export function withoutRepeats(found: readonly FoundFace[]): FoundFace[] {
  const kept: FoundFace[] = [];
  for (const face of found.toSorted((a, b) => b.confidence - a.confidence)) {
    const repeats = kept.some(({ box }) => {
      const smaller = Math.min(area(box), area(face.box));
      return iou(box, face.box) > 1 / 3 || intersection(box, face.box) > 0.6 * smaller;
    });
    if (!repeats) kept.push(face);
  }
  return kept;
}

function named(points: readonly Point[]): Landmarks {
  const [rightEye, leftEye, nose, mouth, rightEar, leftEar] = points as [Point, Point, Point, Point, Point, Point];
  return { rightEye, leftEye, nose, mouth, rightEar, leftEar };
}
