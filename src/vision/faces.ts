/** The faces of a picture: searched, confirmed by a mesh, measured. */
import type { Box, Detection, Face, Landmarks, Point } from './analysis.ts';
import { type FoundFace, searchFaces } from './face-search.ts';
import { type Mesh, meshFace } from './facemesh.ts';
import { area, bounds, centreOf, clip, enlarge, intersection, squareRegion, suppress } from './geometry.ts';
import type { Models } from './models.ts';
import { poseOf } from './pose.ts';
import type { Pyramid } from './resample.ts';
import { sharpnessOf } from './sharpness.ts';
import { antispoofOf, livenessOf } from './spoof.ts';

/** A face before it has an embedding, and the mesh the embedding is cut out by. */
export interface MeasuredFace {
  face: Omit<Face, 'embedding'>;
  mesh: readonly Point[];
}

/**
 * The mesh must agree that there is a face: of backs of heads, fruit and furniture it says 0.0, of faces in profile 0.2 to 0.9.
 * The two together must come to 1, so that where one is unsure the other is not.
 */
const minMeshConfidence = 0.2;
const minConfidenceTogether = 1;
/** MediaPipe's own margin around the face it shows the mesh model. */
const meshMargin = 1.5;
/** The mesh ends at the hairline and before the ears; with an eighth more on each side a box agrees with those of other detectors. */
const boxMargin = 1.25;
/** Of two faces that share more than this part of the smaller one, one is a trick of the light. */
const sameFaceShare = 0.4;
/** Nobody can be told from a smaller one, in pixels. */
const minSize = 20;
/** Beyond these, in a crowd, nobody is near the door. */
const maxFaces = 20;

interface ConfirmedFace {
  found: FoundFace;
  mesh: Mesh;
  box: Box;
  confidence: number;
}

/** The faces of a picture, the surest first. Objects say where people stand. */
export async function findFaces(
  models: Models,
  pyramid: Pyramid,
  objects: readonly Detection[],
): Promise<MeasuredFace[]> {
  const confirmed: ConfirmedFace[] = [];
  for (const found of (await searchFaces(models.blazeface, pyramid, objects)).slice(0, maxFaces)) {
    const mesh = await meshFace(models.facemesh, pyramid, upright(found, models.facemesh.size));
    const box = clip(enlarge(bounds(mesh.points), boxMargin), pyramid.width, pyramid.height);
    const confidence = Math.min(found.confidence, mesh.confidence);
    if (isFace(found, mesh) && sizeOf(box) >= minSize) confirmed.push({ found, mesh, box, confidence });
  }
  const faces: MeasuredFace[] = [];
  for (const face of suppress(confirmed, isSame)) faces.push(await measure(models, pyramid, face));
  return faces;
}

function isFace({ confidence }: FoundFace, mesh: Mesh): boolean {
  return mesh.confidence >= minMeshConfidence && confidence + mesh.confidence >= minConfidenceTogether;
}

function isSame(a: ConfirmedFace, b: ConfirmedFace): boolean {
  return intersection(a.box, b.box) > sameFaceShare * Math.min(area(a.box), area(b.box));
}

function sizeOf([x1, y1, x2, y2]: Box): number {
  return Math.min(x2 - x1, y2 - y1);
}

async function measure(models: Models, pyramid: Pyramid, face: ConfirmedFace): Promise<MeasuredFace> {
  const { found, mesh, box, confidence } = face;
  return {
    face: {
      box,
      landmarks: found.landmarks,
      confidence,
      pose: poseOf(mesh.points, mesh.depths),
      size: sizeOf(box),
      sharpness: sharpnessOf(pyramid, box),
      antispoof: await antispoofOf(models.antispoof, pyramid, found.box),
      liveness: await livenessOf(models.liveness, pyramid, found.box),
    },
    mesh: mesh.points,
  };
}

/** The square around a face, turned upright. */
function upright({ box, landmarks }: FoundFace, size: number) {
  const side = Math.max(box[2] - box[0], box[3] - box[1]);
  return squareRegion(centreOf(box), meshMargin * side, size, tiltOf(landmarks));
}

/**
 * How far a face is tilted, in radians, by two lines: from eye to eye, and from the mouth up to the eyes, which still says
 * something of a face in profile, where the eyes are one behind the other.
 */
function tiltOf({ rightEye, leftEye, mouth }: Landmarks): number {
  const across = [leftEye[0] - rightEye[0], leftEye[1] - rightEye[1]] as const;
  const down = [mouth[0] - (leftEye[0] + rightEye[0]) / 2, mouth[1] - (leftEye[1] + rightEye[1]) / 2] as const;
  return Math.atan2(across[1] - down[0], across[0] + down[1]);
}
