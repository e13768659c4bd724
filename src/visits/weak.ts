/** Whether a visit saw so little that its recording is worth looking at. Pure. */
import type { Visit } from './visit.ts';

/** Fewer frames than this may all have missed the face of somebody who was there. */
const fewFrames = 3;

/** What a visit saw, as it is told or as it is stored. */
export type Seen = Pick<Visit, 'recordingId' | 'unlocked' | 'frames'> & {
  identity: { kind: Visit['identity']['kind'] };
  detections: readonly { label: string }[];
};

/** Nobody was made out; and nothing at all was seen, or a person in a picture or two. */
export function isWeak({ recordingId, unlocked, identity, frames, detections }: Seen): boolean {
  if (recordingId === null || unlocked || identity.kind !== 'nobody') return false;
  return detections.length === 0 || (frames < fewFrames && detections.some(({ label }) => label === 'person'));
}
