/** A visit in one sentence for the owner: who came, whether the door opened, and why. Pure. */
import type { Decision, Gate } from '../policy/decision.ts';
import type { Visit } from './visit.ts';

type Told = Pick<
  Visit,
  'trigger' | 'identity' | 'decision' | 'unlocked' | 'lockId' | 'lockError' | 'failure' | 'frames' | 'detections'
> & { cameraName: string; candidate: { name: string; similarity: number } | null };

export function sentenceFor(visit: Told): string {
  return [who(visit), door(visit)].filter((part) => part !== '').join(' ');
}

function who({ identity, trigger, cameraName, detections, frames }: Told): string {
  const came = trigger === 'ding' ? `rang at ${cameraName}.` : `was at ${cameraName}.`;
  if (identity.kind === 'person') return `${identity.name} ${came}`;
  if (identity.kind === 'stranger') return `A stranger ${came}`;
  if (frames === 0) return trigger === 'ding' ? `Someone ${came}` : `Something moved at ${cameraName}.`;
  const labels = [...new Set(detections.map((detection) => detection.label))];
  if (labels.includes('person')) return `Someone whose face could not be made out ${came}`;
  const seen = labels.length > 0 ? `only ${labels.join(', ')}` : 'nothing known';
  return trigger === 'ding' ? `Someone ${came} The pictures show ${seen}.` : `${cameraName} saw ${seen}.`;
}

function door({ identity, decision, unlocked, lockId, lockError, failure, candidate, frames }: Told): string {
  if (unlocked) return `The door opened: ${whyOpened(decision)}.`;
  if (decision.unlock) return `The lock was told to open and did not: ${lockError ?? 'it gave no reason.'}`;
  const shut = lockId === null ? 'Nobody could be recognised' : 'The door stayed shut';
  if (failure && identity.kind === 'nobody') return `${shut}: ${failure}`;
  if (frames === 0) return `${shut}: no picture came.`;
  // A camera without a door says who came, and no more.
  if (lockId === null) return '';
  return `${shut}: ${whyShut(decision, candidate)}.`;
}

function whyOpened({ gates }: Decision): string {
  const value = (name: string) => Number(gates.find(({ gate }) => gate === name)?.value ?? 0);
  const limit = (name: string) => Number(gates.find(({ gate }) => gate === name)?.limit ?? 0);
  return (
    `${value('frames')} pictures over ${value('span').toFixed(1)} s agreed, ` +
    `similarity ${value('similarity').toFixed(2)} (${limit('similarity').toFixed(2)} is needed)`
  );
}

/** The failing gates, those that say most about this visit first; at most two are told, all are stored. */
function whyShut({ gates }: Decision, candidate: Told['candidate']): string {
  const failing = gates.filter((gate) => !gate.pass);
  const told = order.flatMap((name) => failing.filter(({ gate }) => gate === name));
  return told
    .slice(0, told[0] && final.includes(told[0].gate) ? 1 : 2)
    .map((gate) => explain(gate, candidate))
    .join('; ');
}

/** A gate that needs no second reason beside it. */
const final = ['mode', 'lock', 'lock-out', 'cooldown', 'similarity'];

const order = [
  'mode',
  'lock-out',
  'cooldown',
  'lock',
  'face-size',
  'one-face',
  'sharpness',
  'yaw',
  'pitch',
  'similarity',
  'margin',
  'anti-spoof',
  'contradicting',
  'frames',
  'span',
  'live',
];

function explain({ gate, value, limit }: Gate, candidate: Told['candidate']): string {
  const figure = (digits: number) => (typeof value === 'number' ? value.toFixed(digits) : 'none');
  switch (gate) {
    case 'mode':
      return 'face unlock is off';
    case 'lock-out':
      return value === 'off until armed'
        ? 'face unlock is off after too many misses until it is armed again'
        : `face unlock is locked out for another ${figure(0)} s after too many misses`;
    case 'cooldown':
      return `${candidate?.name ?? 'this person'} was let in just now; again in ${figure(0)} s`;
    case 'lock':
      return value === 'unlocked'
        ? 'the lock is open already'
        : `the lock is not plainly locked (${value ?? 'no lock'})`;
    case 'face-size':
      return value === null ? 'no face was seen live' : `the face is too small (${figure(0)} of ${limit} pixels)`;
    case 'one-face':
      return value === null ? 'no face was seen live' : `${figure(0)} faces are at the door, only one may be`;
    case 'sharpness':
      return `the face is blurred (sharpness ${figure(0)}, ${limit} is needed)`;
    case 'yaw':
      return `the face is turned away by ${figure(0)}° (${limit}° at most)`;
    case 'pitch':
      return `the face looks up or down by ${figure(0)}° (${limit}° at most)`;
    case 'similarity':
      return candidate
        ? `nearest is ${candidate.name} at ${candidate.similarity.toFixed(2)}, ${limit} is needed`
        : 'nobody is enrolled';
    case 'margin':
      return `two enrolled people are too alike here (lead ${figure(2)}, ${limit} is needed)`;
    case 'anti-spoof':
      return value === null ? 'no picture agreed' : `it may be a picture of a face (${figure(2)}, ${limit} is needed)`;
    case 'contradicting':
      return `${figure(0)} of the pictures look like someone else`;
    case 'frames':
      return `only ${figure(0)} of ${limit} pictures agreed`;
    case 'span':
      return `the pictures span ${figure(1)} s, ${limit} s are needed`;
    case 'live':
      return value === null
        ? 'there was no live picture'
        : `the newest picture is ${figure(1)} s old (${limit} s at most)`;
    default:
      return `${gate} is ${value}, ${limit} is needed`;
  }
}
