/** The policy's gates of identity by arithmetic alone, for millions of visits; the full path is held against it on a sample. */
import type { UnlockRules } from '../../../src/policy/unlock-input.ts';
import type { FaceId, Likeness } from './likeness.ts';
import type { Visit } from './visitor.ts';

/** Somebody enrolled, by the faces of some of the pictures. */
export interface Member {
  /** Index in the album. */
  subject: number;
  faces: readonly FaceId[];
  /** The length of the sum of the faces. */
  length: number;
}

export interface Outcome {
  /** The member the mean of all usable faces is nearest to. */
  nearest: Member;
  similarity: number;
  margin: number;
  /** Every face by itself is nearest to that member, too. */
  unanimous: boolean;
  /** The least similarity to that member of a single face. */
  weakest: number;
}

export type Limits = Pick<UnlockRules, 'threshold' | 'margin' | 'frameThreshold' | 'minAntispoof'>;

/** Null where no face of the visit is usable. */
export function judge(likeness: Likeness, visit: Visit, household: readonly Member[]): Outcome | null {
  if (visit.faces.length === 0) return null;
  const single = household.map(({ faces, length }) => visit.faces.map((face) => likeness.with(face, faces) / length));
  const fused = single.map((row) => row.reduce((sum, value) => sum + value, 0) / visit.length);
  let best = 0;
  for (let i = 1; i < fused.length; i++) if ((fused[i] as number) > (fused[best] as number)) best = i;
  let second = -1;
  for (let i = 0; i < fused.length; i++) if (i !== best) second = Math.max(second, fused[i] as number);
  const own = single[best] as number[];
  return {
    nearest: household[best] as Member,
    similarity: fused[best] as number,
    margin: (fused[best] as number) - second,
    unanimous: own.every((value, face) => single.every((row) => (row[face] as number) <= value)),
    weakest: Math.min(...own),
  };
}

/** A usable face that is not taken for the candidate contradicts, so all of them must agree. */
export function opens(visit: Visit, outcome: Outcome | null, limits: Limits): outcome is Outcome {
  return (
    outcome !== null &&
    visit.refusedBy.length === 0 &&
    outcome.unanimous &&
    outcome.weakest >= limits.frameThreshold &&
    outcome.similarity >= limits.threshold &&
    outcome.margin >= limits.margin &&
    visit.antispoof >= limits.minAntispoof
  );
}
