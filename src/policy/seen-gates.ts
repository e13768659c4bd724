/** The gates on what the camera saw: how well the face can be seen, whose it is, and whether it is one. Pure. */
import type { Gate } from './decision.ts';
import { atLeast, atMost } from './gates.ts';
import { isUsable, type Sighting } from './sighting.ts';
import type { Candidate, UnlockInput, UnlockRules } from './unlock-input.ts';

/** Frames older than this say nothing about who stands there now. */
export const windowSeconds = 10;

/** The live sightings of the last seconds that show one usable face, taken for the candidate. */
export function agreeingSightings({ now, rules, candidate, sightings }: UnlockInput): Sighting[] {
  return recent(sightings, now).filter(
    (sighting) => sighting.facesNear === 1 && isUsable(sighting, rules) && agrees(sighting, candidate, rules),
  );
}

/**
 * Gates on how well the face can be seen: the best of the track is shown, the agreeing frames must all be so. A second
 * face shuts the door whenever it appears: someone may stand there who was not invited.
 */
export function faceGates({ now, rules, sightings }: UnlockInput): Gate[] {
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
    screenGate(live),
  ];
}

/** Vetoes whenever it appears: a face shown by a thing is nobody at the door. */
function screenGate(live: readonly Sighting[]): Gate {
  const shownBy = live.find((sighting) => sighting.shownBy !== null)?.shownBy ?? null;
  return { gate: 'screen', pass: shownBy === null, value: shownBy, limit: null };
}

/** Gates on who it is. */
export function identityGates(input: UnlockInput): Gate[] {
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

function most(sightings: readonly Sighting[], of: (sighting: Sighting) => number): number | null {
  return sightings.length > 0 ? Math.max(...sightings.map(of)) : null;
}

function least(sightings: readonly Sighting[], of: (sighting: Sighting) => number): number | null {
  return sightings.length > 0 ? Math.min(...sightings.map(of)) : null;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
