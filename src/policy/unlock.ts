/** May it unlock? A list of gates, all of which must pass; every one is stored and shown. Pure. */
import type { LockState } from '../locks/lock.ts';
import type { Decision, Gate } from './decision.ts';
import { cooldownLeft, type Guard, type LockoutRules, lockoutLeft } from './guard.ts';
import { isUsable, type Quality, type Sighting } from './sighting.ts';

export type UnlockMode = 'off' | 'auto';

export interface UnlockRules extends Quality {
  mode: UnlockMode;
  /** Least cosine similarity between the mean of the agreeing frames and the person's template. */
  threshold: number;
  /** Least lead over the second-nearest person. */
  margin: number;
  /** Least similarity of a single frame to count as agreeing. */
  frameThreshold: number;
  /** Least number of agreeing frames. */
  frames: number;
  /** Least seconds between the first and the last of them. */
  spanSeconds: number;
  /** Greatest age of the newest of them. */
  maxAgeSeconds: number;
  minAntispoof: number;
  cooldownSeconds: number;
  lockout: LockoutRules;
}

/** The person most frames agree on, seen as the mean of those frames. */
export interface Candidate {
  personId: number;
  name: string;
  /** Of the mean embedding, -1 to 1. */
  similarity: number;
  margin: number;
}

export interface UnlockInput {
  /** Milliseconds since the epoch. */
  now: number;
  rules: UnlockRules;
  guard: Guard;
  /** Null where the camera has no lock. */
  lock: LockState | null;
  /** Null where no face was near anyone enrolled. */
  candidate: Candidate | null;
  /** Of one track, oldest first. */
  sightings: readonly Sighting[];
}

/** Frames older than this say nothing about who stands there now. */
export const windowSeconds = 10;

/** Decides one visit as it stands; called again with every frame. */
export function decideUnlock(input: UnlockInput): Decision {
  const gates = [...standingGates(input), ...faceGates(input), ...identityGates(input)];
  return { unlock: gates.every((gate) => gate.pass), gates };
}

/** A face was taken for someone enrolled in at least one usable frame, and yet refused for who it was. */
export function isMiss(input: UnlockInput, decision: Decision): boolean {
  if (decision.unlock || input.rules.mode !== 'auto' || agreeingSightings(input).length === 0) return false;
  const refused = ['contradicting', 'similarity', 'margin', 'anti-spoof'];
  return decision.gates.some((gate) => !gate.pass && refused.includes(gate.gate));
}

/** Nothing the next frames could show would change the decision: it is open, or shut for reasons not seen in frames. */
export function isSettled(decision: Decision): boolean {
  const standing = ['mode', 'lock', 'lock-out', 'cooldown'];
  const failing = decision.gates.filter((gate) => !gate.pass);
  return failing.every((gate) => standing.includes(gate.gate));
}

/** The live sightings of the last seconds that show one usable face, taken for the candidate. */
export function agreeingSightings({ now, rules, candidate, sightings }: UnlockInput): Sighting[] {
  return recent(sightings, now).filter(
    (sighting) => sighting.facesNear === 1 && isUsable(sighting, rules) && agrees(sighting, candidate, rules),
  );
}

/** Gates that hold or not whoever is at the door. */
function standingGates({ now, rules, guard, lock, candidate }: UnlockInput): Gate[] {
  const lockout = lockoutLeft(guard, rules.lockout, now);
  const cooldown = candidate ? cooldownLeft(guard, candidate.personId, rules.cooldownSeconds, now) : 0;
  return [
    { gate: 'mode', pass: rules.mode === 'auto', value: rules.mode, limit: 'auto' },
    { gate: 'lock', pass: lock === 'locked', value: lock, limit: 'locked' },
    { gate: 'lock-out', pass: lockout === 0, value: lockout === Infinity ? 'off until armed' : lockout, limit: 0 },
    { gate: 'cooldown', pass: cooldown === 0, value: cooldown, limit: 0 },
  ];
}

/**
 * Gates on how well the face can be seen: the best of the track is shown, the agreeing frames must all be so. A second
 * face shuts the door whenever it appears: someone may stand there who was not invited.
 */
function faceGates({ now, rules, sightings }: UnlockInput): Gate[] {
  const live = recent(sightings, now);
  const newest = live.at(-1);
  const age = newest ? (now - newest.takenAt) / 1000 : null;
  return [
    {
      gate: 'live',
      // A frame from the future is a clock that was set back: its age is unknown, so it is too old.
      pass: age !== null && age >= 0 && age <= rules.maxAgeSeconds,
      value: age,
      limit: rules.maxAgeSeconds,
    },
    atMost(
      'one-face',
      most(live, (face) => face.facesNear),
      1,
    ),
    atLeast(
      'face-size',
      most(live, (face) => face.size),
      rules.minFacePixels,
    ),
    atLeast(
      'sharpness',
      most(live, (face) => face.sharpness),
      rules.minSharpness,
    ),
    atMost(
      'yaw',
      least(live, (face) => Math.abs(face.yaw)),
      rules.maxYaw,
    ),
    atMost(
      'pitch',
      least(live, (face) => Math.abs(face.pitch)),
      rules.maxPitch,
    ),
  ];
}

/** Gates on who it is. */
function identityGates(input: UnlockInput): Gate[] {
  const { now, rules, candidate, sightings } = input;
  const agreeing = agreeingSightings(input);
  const contradicting = recent(sightings, now).filter(
    (sighting) => isUsable(sighting, rules) && !agrees(sighting, candidate, rules),
  );
  const [first, last] = [agreeing[0], agreeing.at(-1)];
  const span = first && last ? (last.takenAt - first.takenAt) / 1000 : 0;
  const antispoof = agreeing.length > 0 ? mean(agreeing.map((sighting) => sighting.antispoof)) : null;
  return [
    atLeast('frames', agreeing.length, rules.frames),
    atLeast('span', span, rules.spanSeconds),
    atMost('contradicting', contradicting.length, 0),
    atLeast('similarity', candidate?.similarity ?? null, rules.threshold),
    atLeast('margin', candidate?.margin ?? null, rules.margin),
    atLeast('anti-spoof', antispoof, rules.minAntispoof),
  ];
}

function agrees(sighting: Sighting, candidate: Candidate | null, rules: UnlockRules): boolean {
  return candidate !== null && sighting.personId === candidate.personId && sighting.similarity >= rules.frameThreshold;
}

function recent(sightings: readonly Sighting[], now: number): Sighting[] {
  return sightings.filter((sighting) => sighting.live && now - sighting.takenAt <= windowSeconds * 1000);
}

/** A missing or unordered value (null, NaN) never passes. */
function atLeast(gate: string, value: number | null, limit: number): Gate {
  return { gate, pass: value !== null && value >= limit, value, limit };
}

function atMost(gate: string, value: number | null, limit: number): Gate {
  return { gate, pass: value !== null && value <= limit, value, limit };
}

function most(sightings: readonly Sighting[], of: (sighting: Sighting) => number): number | null {
  return sightings.length > 0 ? Math.max(...sightings.map(of)) : null;
}

function least(sightings: readonly Sighting[], of: (sighting: Sighting) => number): number | null {
  return sightings.length > 0 ? Math.min(...sightings.map(of)) : null;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
