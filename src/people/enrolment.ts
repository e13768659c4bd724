/** Whether a picture is good enough to enrol somebody from, and if not, what is wrong with it. Pure. */
import { type Analysis, certainFace, type Face } from '../vision/analysis.ts';
import { cosine, meanEmbedding } from './people.ts';

/** A template is made once and used for years: the face must be nearer to frontal and sharper than one at the door. */
export const enrolmentLimits = { pixels: 48, sharpness: 15, yaw: 30, pitch: 25 };

/** Under this cosine similarity to what is already enrolled, a picture shows somebody else. */
const sameFace = 0.4;

/** Beside a face this many times as large, another one is a passer-by. */
const foreground = 1.8;

export type EnrolmentFace = { ok: true; face: Face } | { ok: false; problem: string };

/**
 * The one face of a picture to enrol. `templates` are what the person has so far, L2-normalised. A problem is half a
 * sentence, to follow the picture's name and a colon.
 */
export function enrolmentFace(analysis: Analysis, templates: readonly Float32Array[]): EnrolmentFace {
  const faces = analysis.faces.filter(({ confidence }) => confidence >= certainFace);
  const [face, other] = faces.sort((a, b) => b.size - a.size);
  if (!face)
    return { ok: false, problem: 'no face was found; take one that shows the face from the front, in good light' };
  if (other && face.size < other.size * foreground) {
    return { ok: false, problem: `${faces.length} faces were found; cut the picture to the one to enrol` };
  }
  const problem = faceProblem(face) ?? likenessProblem(face, templates);
  return problem ? { ok: false, problem } : { ok: true, face };
}

function faceProblem(face: Face): string | null {
  const limits = enrolmentLimits;
  if (face.size < limits.pixels) {
    return `the face is too small (${Math.round(face.size)} pixels, ${limits.pixels} are needed); come nearer`;
  }
  if (face.sharpness < limits.sharpness) return 'the face is blurred; hold still, in better light';
  if (Math.abs(face.pose.yaw) > limits.yaw) return 'the face is turned to the side; look into the camera';
  if (Math.abs(face.pose.pitch) > limits.pitch) return 'the face looks up or down; look into the camera';
  return null;
}

function likenessProblem(face: Face, templates: readonly Float32Array[]): string | null {
  const template = meanEmbedding(templates);
  if (!template) return null;
  const similarity = cosine(face.embedding, template);
  if (similarity >= sameFace) return null;
  return `the face is unlike the pictures enrolled before (${similarity.toFixed(2)}, ${sameFace} is needed); is it the same person?`;
}
