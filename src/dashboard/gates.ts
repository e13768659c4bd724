/** The gates of a decision in the owner's words: what each asks, and what it found. Pure. */
import type { Gate } from '../policy/decision.ts';

interface Words {
  title: string;
  passed: (gate: Gate) => string;
  failed: (gate: Gate) => string;
}

function figure(value: Gate['value'], digits = 2): string {
  return typeof value === 'number' ? String(Number(value.toFixed(digits))) : String(value ?? 'none');
}

/** `value` of `limit` in a unit, whichever way it went. */
function measured(title: string, bound: 'at least' | 'at most', unit: string, missing: string, digits = 2): Words {
  const told = ({ value, limit }: Gate) =>
    `${figure(value, digits)}${unit}, ${bound} ${figure(limit, digits)}${unit} is asked.`;
  return { title, passed: told, failed: (gate) => (gate.value === null ? missing : told(gate)) };
}

const noFace = 'No face was seen live.';
const nobodyAgreed = 'No picture agreed with anybody enrolled.';

const words: Record<string, Words> = {
  mode: {
    title: 'Face unlock is on',
    passed: () => 'Face unlock is automatic.',
    failed: ({ value }) => (value === 'confirm' ? 'An owner is asked first.' : 'Face unlock is off.'),
  },
  armed: {
    title: 'Face unlock is armed',
    passed: () => 'Face unlock was armed.',
    failed: () => 'Face unlock was disarmed.',
  },
  schedule: {
    title: 'Within the hours',
    passed: ({ value, limit }) => `It was ${figure(value)}; face unlock is on: ${figure(limit)}.`,
    failed: ({ value, limit }) => `It was ${figure(value)}; face unlock is on only: ${figure(limit)}.`,
  },
  lock: {
    title: 'The lock is locked',
    passed: () => 'The lock said it was locked.',
    failed: ({ value }) => (value === 'unlocked' ? 'The lock was open already.' : `The lock said: ${figure(value)}.`),
  },
  'lock-out': {
    title: 'No lock-out',
    passed: () => 'There were no misses lately.',
    failed: ({ value }) =>
      typeof value === 'number'
        ? `Too many misses: locked out for another ${figure(value, 0)} s.`
        : 'Too many misses: off until it is armed again.',
  },
  cooldown: {
    title: 'Not let in just now',
    passed: () => 'This person was not let in just before.',
    failed: ({ value }) => `This person was let in just now; again in ${figure(value, 0)} s.`,
  },
  pause: {
    title: 'Not opened just now',
    passed: () => 'The door was not opened for anybody just before.',
    failed: ({ value }) => `The door was opened just now; again in ${figure(value, 0)} s.`,
  },
  'daily-cap': {
    title: 'Not opened too often today',
    passed: ({ value, limit }) => `Opened ${figure(value, 0)} times for faces today, of ${figure(limit, 0)}.`,
    failed: ({ value }) => `Opened ${figure(value, 0)} times for faces today, which is the most.`,
  },
  'look-alike': {
    title: 'Looks like nobody else enrolled',
    passed: () => 'Nobody else enrolled looks too much like this person.',
    failed: () => 'Somebody else enrolled looks too much like this person.',
  },
  bell: {
    title: 'Rang the bell',
    passed: ({ value }) => (value === true ? 'The bell was rung.' : 'No ring is asked for.'),
    failed: () => 'Nobody rang the bell.',
  },
  screen: {
    title: 'No screen or book around the face',
    passed: () => 'Nothing that shows faces was around it.',
    failed: ({ value }) => `The face was shown by a ${figure(value)}.`,
  },
  owner: {
    title: 'An owner confirmed it',
    passed: ({ value }) => `${figure(value)} tapped Unlock.`,
    failed: () => 'No owner confirmed it.',
  },
  running: {
    title: 'Latchkey is running',
    passed: () => 'It was.',
    failed: () => 'It was stopping.',
  },
  live: {
    title: 'The picture is live and fresh',
    passed: ({ value, limit }) => `The newest was ${figure(value, 1)} s old, ${figure(limit, 1)} s at most.`,
    failed: ({ value, limit }) =>
      value === null
        ? 'There was no live picture.'
        : `The newest was ${figure(value, 1)} s old, ${figure(limit, 1)} s at most.`,
  },
  'one-face': {
    title: 'One face at the door',
    passed: () => 'One face was there, and no other.',
    failed: ({ value }) => (value === null ? noFace : `${figure(value, 0)} faces were there: only one may be.`),
  },
  'face-size': measured('The face is large enough', 'at least', ' pixels', noFace, 0),
  sharpness: measured('The face is sharp', 'at least', '', noFace, 0),
  yaw: measured('The face looks this way', 'at most', '°', noFace, 0),
  pitch: measured('The face looks neither up nor down', 'at most', '°', noFace, 0),
  frames: measured('Enough pictures agree', 'at least', '', nobodyAgreed, 0),
  span: measured('They agree for long enough', 'at least', ' s', nobodyAgreed, 1),
  contradicting: {
    title: 'No picture says otherwise',
    passed: () => 'No picture looked like someone else.',
    failed: ({ value }) => `${figure(value, 0)} of the pictures looked like someone else.`,
  },
  similarity: measured('The face is like the enrolled one', 'at least', '', 'No face was near anybody enrolled.'),
  margin: measured('Nobody else is as like', 'at least', ' ahead', 'No face was near anybody enrolled.'),
  'anti-spoof': measured('The face is no picture of a face', 'at least', '', nobodyAgreed),
};

export function gateTitle(gate: string): string {
  return words[gate]?.title ?? gate;
}

export function explainGate(gate: Gate): string {
  const known = words[gate.gate];
  if (!known) return `${figure(gate.value)}, ${figure(gate.limit)} is asked.`;
  return gate.pass ? known.passed(gate) : known.failed(gate);
}

/** What a refusal by this gate is called in a statistic. */
export function refusalTitle(gate: string): string {
  return refusals[gate] ?? gate;
}

const refusals: Record<string, string> = {
  mode: 'Face unlock was off, or an owner was asked',
  armed: 'Disarmed',
  schedule: 'Outside the hours',
  pause: 'Opened just before',
  'daily-cap': 'Opened too often that day',
  'look-alike': 'Looks too like somebody else',
  bell: 'Nobody rang',
  screen: 'Shown by a screen or book',
  lock: 'The lock was not plainly locked',
  'lock-out': 'Locked out after misses',
  cooldown: 'Let in just before',
  live: 'No fresh live picture',
  'one-face': 'More than one face',
  // Also of whom only the recording showed: this is the gate that says there was no face at all.
  'face-size': 'No face seen live, or too small',
  sharpness: 'Face blurred',
  yaw: 'Face turned away',
  pitch: 'Face looking up or down',
  frames: 'Too few pictures agreed',
  span: 'Pictures agreed too briefly',
  contradicting: 'Pictures disagreed',
  similarity: 'Not like anybody enrolled',
  margin: 'Too like two people',
  'anti-spoof': 'Looked like a picture of a face',
  unknown: 'Not known',
};
