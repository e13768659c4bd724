/** The faces of a picture: searched, confirmed by a mesh, measured. */
import type { Detection, Face, Landmarks, Point } from './analysis.ts';
import { type FoundFace, searchFaces } from './face-search.ts';
import { type Mesh, meshFace } from './facemesh.ts';
import { bounds, centreOf, clip, enlarge, squareRegion } from './geometry.ts';
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

/** The mesh must agree that there is a face. Of backs of heads, fruit and furniture it says 0.0, of faces in profile 0.2 to 0.9. */
const minMeshConfidence = 0.2;
/** MediaPipe's own margin around the face it shows the mesh model. */
const meshMargin = 1.5;
/** The mesh ends at the hairline and before the ears; with an eighth more on each side a box agrees with those of other detectors. */
const boxMargin = 1.25;
/** Beyond these, in a crowd, nobody is near the door. */
const maxFaces = 20;

/** The faces of a picture, the surest first. Objects say where people stand. */
export async function findFaces(
  models: Models,
  pyramid: Pyramid,
  objects: readonly Detection[],
): Promise<MeasuredFace[]> {
  const found = await searchFaces(models.blazeface, pyramid, objects);
  const faces: MeasuredFace[] = [];
  for (const candidate of found.slice(0, maxFaces)) {
    const mesh = await meshFace(models.facemesh, pyramid, upright(candidate, models.facemesh.size));
    if (mesh.confidence >= minMeshConfidence) faces.push(await measure(models, pyramid, candidate, mesh));
  }
  return faces;
}

async function measure(models: Models, pyramid: Pyramid, found: FoundFace, mesh: Mesh): Promise<MeasuredFace> {
  const box = clip(enlarge(bounds(mesh.points), boxMargin), pyramid.width, pyramid.height);
  return {
    face: {
      box,
      landmarks: found.landmarks,
      confidence: Math.min(found.confidence, mesh.confidence),
      pose: poseOf(mesh.points, mesh.depths),
      size: Math.min(box[2] - box[0], box[3] - box[1]),
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
