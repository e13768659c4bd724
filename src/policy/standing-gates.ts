/** The gates that hold or not whatever the camera sees: mode, hours, lock, cooldowns, caps. Pure. */
import type { Gate } from './decision.ts';
import { cooldownLeft, lockoutLeft, openingsOn, pauseLeft } from './guard.ts';
import { wallTime } from './home-time.ts';
import { homeDay, inWords, isWithin, scheduleInWords } from './schedule.ts';
import type { UnlockInput } from './unlock-input.ts';

/** The names of these gates: no frame changes what they say. */
export const standing: readonly string[] = [
  'mode',
  'armed',
  'schedule',
  'lock',
  'lock-out',
  'cooldown',
  'pause',
  'daily-cap',
  'look-alike',
];

export function standingGates(input: UnlockInput): Gate[] {
  const { rules, lock, armed } = input;
  return [
    { gate: 'mode', pass: rules.mode === 'auto', value: rules.mode, limit: 'auto' },
    { gate: 'armed', pass: armed === true, value: armed, limit: true },
    scheduleGate(input),
    { gate: 'lock', pass: lock === 'locked', value: lock, limit: 'locked' },
    ...waitingGates(input),
    lookAlikeGate(input),
    bellGate(input),
  ];
}

function scheduleGate({ rules, now }: UnlockInput): Gate {
  const { schedule, timeZone } = rules;
  const wall = wallTime(now, timeZone);
  const limit = schedule.length > 0 ? scheduleInWords(schedule) : 'always';
  return { gate: 'schedule', pass: isWithin(schedule, wall), value: inWords(wall), limit };
}

function waitingGates({ now, rules, guard, candidate }: UnlockInput): Gate[] {
  const lockout = lockoutLeft(guard, rules.lockout, now);
  const cooldown = candidate ? cooldownLeft(guard, candidate.personId, rules.cooldownSeconds, now) : 0;
  const pause = pauseLeft(guard, rules.globalCooldownSeconds, now);
  const openings = openingsOn(guard, homeDay(wallTime(now, rules.timeZone)));
  return [
    { gate: 'lock-out', pass: lockout === 0, value: lockout === Infinity ? 'off until armed' : lockout, limit: 0 },
    { gate: 'cooldown', pass: cooldown === 0, value: cooldown, limit: 0 },
    { gate: 'pause', pass: pause === 0, value: pause, limit: 0 },
    { gate: 'daily-cap', pass: openings < rules.dailyCap, value: openings, limit: rules.dailyCap },
  ];
}

/** Two enrolled people who look too alike are both left to the owner. */
function lookAlikeGate({ barred, candidate }: UnlockInput): Gate {
  const twin = candidate !== null && barred.has(candidate.personId);
  return { gate: 'look-alike', pass: !twin, value: twin, limit: false };
}

/** Not among `standing`: whoever stands there may still ring. */
function bellGate({ rules, rang }: UnlockInput): Gate {
  return { gate: 'bell', pass: !rules.needsRing || rang === true, value: rang, limit: rules.needsRing };
}
