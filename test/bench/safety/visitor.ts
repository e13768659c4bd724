/** A visit replayed: pictures one after the other before a camera, and what of them does not hang on who is enrolled. */
import { Gallery } from '../../../src/people/people.ts';
import { freshGuard } from '../../../src/policy/guard.ts';
import { isUsable } from '../../../src/policy/sighting.ts';
import { decideUnlock } from '../../../src/policy/unlock.ts';
import type { UnlockInput } from '../../../src/policy/unlock-input.ts';
import type { Analysis } from '../../../src/vision/analysis.ts';
import { Findings } from '../../../src/visits/findings.ts';
import type { Track } from '../../../src/visits/track.ts';
import type { VisitRules } from '../../../src/visits/visiting.ts';
import type { FaceId, Likeness } from './likeness.ts';

export interface Visit {
  /** The usable faces of the track the door is decided on. */
  faces: readonly FaceId[];
  /** The length of their sum. */
  length: number;
  /** Their mean score. */
  antispoof: number;
  /** Gates that stay shut whoever is enrolled. */
  refusedBy: readonly string[];
}

export interface Replayed extends UnlockInput {
  sightings: Track;
}

const began = Date.UTC(2026, 0, 5, 17, 30);
/** From the last picture to the decision, milliseconds. */
const lookMs = 200;

/** What the policy is asked after the last of these pictures, taken evenly over a little more than the span it wants. */
export function replay(pictures: readonly Analysis[], gallery: Gallery, rules: VisitRules): Replayed {
  const findings = new Findings(gallery, rules.recognition);
  const step = (rules.unlock.spanSeconds * 1100) / Math.max(1, pictures.length - 1);
  pictures.forEach((analysis, index) => {
    const picture = { kind: 'encoded', bytes: new Uint8Array() } as const;
    findings.add({ picture, takenAt: began + index * step, live: true }, analysis);
  });
  const now = began + (pictures.length - 1) * step + lookMs;
  const candidate = findings.candidate(now);
  return {
    now,
    rules: rules.unlock,
    armed: true,
    guard: freshGuard,
    lock: 'locked',
    rang: true,
    candidate,
    barred: new Set(),
    sightings: findings.mainTrack,
  };
}

/** Gates about who it is, which `judge` answers; the others don't change with the people enrolled. */
const ofIdentity = ['frames', 'span', 'contradicting', 'similarity', 'margin', 'anti-spoof'];

export function prepareVisit(pictures: readonly Analysis[], likeness: Likeness, rules: VisitRules): Visit {
  const input = replay(pictures, new Gallery([]), rules);
  const usable = input.sightings.filter((face) => isUsable(face, rules.unlock));
  const failing = decideUnlock(input).gates.filter(({ gate, pass }) => !pass && !ofIdentity.includes(gate));
  const tooFew = usable.length < rules.unlock.frames ? ['usable pictures'] : [];
  const faces = usable.map(({ face }) => likeness.idOf(face));
  return {
    faces,
    length: likeness.length(faces),
    antispoof: usable.reduce((sum, face) => sum + face.antispoof, 0) / usable.length,
    refusedBy: [...failing.map(({ gate }) => gate), ...tooFew],
  };
}
