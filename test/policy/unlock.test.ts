/** The unlock policy: a truth table for each gate, and that one failing gate is enough to keep the door shut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterMiss, afterOwnersUnlock, afterUnlock, freshGuard, type Guard, rearmed } from '../../src/policy/guard.ts';
import type { Hours } from '../../src/policy/schedule.ts';
import type { Sighting } from '../../src/policy/sighting.ts';
import { awaitsOwner, decideUnlock, isMiss, isSettled } from '../../src/policy/unlock.ts';
import type { UnlockInput } from '../../src/policy/unlock-input.ts';
import { rules } from './rules.ts';

const now = Date.UTC(2026, 10, 22, 8, 0, 0);

const kurt = { personId: 1, name: 'Kurt', similarity: 0.85, margin: 0.4 };

function sighting(ageSeconds: number, changes: Partial<Sighting> = {}): Sighting {
  return {
    takenAt: now - ageSeconds * 1000,
    live: true,
    box: [100, 100, 200, 200],
    personId: 1,
    similarity: 0.8,
    shownBy: null,
    facesNear: 1,
    size: 100,
    sharpness: 80,
    yaw: 5,
    pitch: -5,
    antispoof: 0.9,
    ...changes,
  };
}

const sightings = [sighting(1.6), sighting(0.9), sighting(0.3)];

const welcome: UnlockInput = {
  now,
  rules,
  armed: true,
  guard: freshGuard,
  lock: 'locked',
  rang: false,
  candidate: kurt,
  barred: new Set(),
  sightings,
};

/** The day in Berlin. */
const today = '2026-11-22';
const letIn = (personId: number, secondsAgo: number) =>
  afterUnlock(freshGuard, personId, now - secondsAgo * 1000, today);
const openings = (count: number, day = today): Guard => ({ ...freshGuard, today: { day, openings: count } });
const on = (...schedule: Hours[]): Partial<UnlockInput> => ({ rules: { ...rules, schedule } });

/** No face at all, or none live and recent: there is nothing to hold against any limit. */
const noFaceSeen = ['live', 'one-face', 'face-size', 'sharpness', 'yaw', 'pitch', 'frames', 'span', 'anti-spoof'];
const faceless = [...noFaceSeen.slice(0, -1), 'similarity', 'margin', 'anti-spoof'];

const all = (changes: Partial<Sighting>) => sightings.map((one) => ({ ...one, ...changes }));

/** What is changed in a welcome visit, and the gates that must then fail. */
const table: [what: string, change: Partial<UnlockInput>, failing: string[]][] = [
  ['nothing', {}, []],
  ['face unlock is off', { rules: { ...rules, mode: 'off' } }, ['mode']],
  ['the lock is open', { lock: 'unlocked' }, ['lock']],
  ['the lock is jammed', { lock: 'jammed' }, ['lock']],
  ['the lock is unknown', { lock: 'unknown' }, ['lock']],
  ['the camera has no lock', { lock: null }, ['lock']],
  ['three misses, just now', { guard: missed(3) }, ['lock-out']],
  ['two misses, just now', { guard: missed(2) }, []],
  ['let in 10 s ago', { guard: letIn(1, 10) }, ['cooldown']],
  ['let in 9.9 s ago', { guard: letIn(1, 9.9) }, ['cooldown', 'pause']],
  ['let in 30 s ago', { guard: letIn(1, 30) }, []],
  ['somebody else let in 10 s ago', { guard: letIn(2, 10) }, []],
  ['somebody else let in 9.9 s ago', { guard: letIn(2, 9.9) }, ['pause']],
  ['opened by an owner 3 s ago', { guard: afterOwnersUnlock(freshGuard, now - 3000) }, ['pause']],
  ['four openings today', { guard: openings(4) }, []],
  ['five openings today', { guard: openings(5) }, ['daily-cap']],
  ['five openings yesterday', { guard: openings(5, '2026-11-21') }, []],
  ['five openings on a day to come, for the clock was set back', { guard: openings(5, '2026-11-23') }, ['daily-cap']],
  ['face unlock asks first', { rules: { ...rules, mode: 'confirm' } }, ['mode']],
  ['face unlock is disarmed', { armed: false }, ['armed']],
  ['hours that are on (Sunday 09:00 in Berlin)', on({ days: ['sunday'], from: '08:00', to: '10:00' }), []],
  ['hours that begin now', on({ days: [], from: '09:00', to: '10:00' }), []],
  ['hours that end now', on({ days: [], from: '08:00', to: '09:00' }), ['schedule']],
  ['hours of another day', on({ days: ['monday'], from: '08:00', to: '10:00' }), ['schedule']],
  [
    'hours of which one is on',
    on({ days: ['monday'], from: '08:00', to: '10:00' }, { days: [], from: '08:00', to: '10:00' }),
    [],
  ],
  ['a person who looks too like another', { barred: new Set([1]) }, ['look-alike']],
  ['another who looks too like a third', { barred: new Set([2, 3]) }, []],
  ['no ring where one is needed', { rang: false, rules: { ...rules, needsRing: true } }, ['bell']],
  ['a ring where one is needed', { rules: { ...rules, needsRing: true }, rang: true }, []],
  ['a phone around the face', { sightings: all({ shownBy: 'cell phone' }) }, ['screen']],
  [
    'a book around the face in one frame',
    { sightings: [sighting(1.6, { shownBy: 'book' }), ...sightings.slice(1)] },
    ['screen'],
  ],
  ['a phone longer ago than the window', { sightings: [sighting(11, { shownBy: 'cell phone' }), ...sightings] }, []],
  ['no frames', { sightings: [], candidate: null }, faceless],
  ['recordings', { sightings: all({ live: false }) }, noFaceSeen],
  ['the newest frame is 3.1 s old', { sightings: [sighting(5), sighting(4), sighting(3.1)] }, ['live']],
  ['frames from the future', { sightings: [sighting(1.6), sighting(0.9), sighting(-0.1)] }, ['live']],
  ['frames older than the window', { sightings: [sighting(30), sighting(20), sighting(11)] }, noFaceSeen],
  ['a second face beside', { sightings: all({ facesNear: 2 }) }, ['one-face', 'frames', 'span', 'anti-spoof']],
  ['a second face in one frame', { sightings: [...sightings, sighting(0.1, { facesNear: 2 })] }, ['one-face']],
  ['a face of 59 pixels', { sightings: all({ size: 59 }) }, ['face-size', 'frames', 'span', 'anti-spoof']],
  ['a blurred face', { sightings: all({ sharpness: 19 }) }, ['sharpness', 'frames', 'span', 'anti-spoof']],
  ['a face turned left', { sightings: all({ yaw: -36 }) }, ['yaw', 'frames', 'span', 'anti-spoof']],
  ['a face looking down', { sightings: all({ pitch: 31 }) }, ['pitch', 'frames', 'span', 'anti-spoof']],
  ['two frames', { sightings: sightings.slice(0, 2) }, ['frames', 'span']],
  ['three frames in 0.9 s', { sightings: [sighting(0.9), sighting(0.5), sighting(0)] }, ['span']],
  ['one frame is like somebody else', { sightings: [...sightings, sighting(0.1, { personId: 2 })] }, ['contradicting']],
  ['one frame is like nobody', { sightings: [...sightings, sighting(0.1, { similarity: 0.5 })] }, ['contradicting']],
  ['a blurred frame is like nobody', { sightings: [...sightings, sighting(0.1, { sharpness: 5, similarity: 0 })] }, []],
  ['similarity 0.69', { candidate: { ...kurt, similarity: 0.69 } }, ['similarity']],
  ['similarity not a number', { candidate: { ...kurt, similarity: Number.NaN } }, ['similarity']],
  ['lead of 0.07', { candidate: { ...kurt, margin: 0.07 } }, ['margin']],
  ['a print of a face', { sightings: all({ antispoof: 0.2 }) }, ['anti-spoof']],
  ['one doubtful frame among three', { sightings: [sighting(1.6, { antispoof: 0.2 }), ...sightings.slice(1)] }, []],
];

function missed(times: number, at = now): Guard {
  let guard = freshGuard;
  for (let i = 0; i < times; i++) guard = afterMiss(guard, at);
  return guard;
}

describe('decideUnlock', () => {
  it.each(table)('when there is %s, exactly the gates it concerns fail', (_what, change, failing) => {
    const { unlock, gates } = decideUnlock({ ...welcome, ...change });
    expect(gates.filter((gate) => !gate.pass).map(({ gate }) => gate)).toEqual(failing);
    expect(unlock).toBe(failing.length === 0);
  });

  it('names every gate with what was seen and what it was held against', () => {
    const { gates } = decideUnlock(welcome);
    const names = gates.map(({ gate }) => gate);
    expect(new Set(names).size).toBe(names.length);
    expect(gates.find(({ gate }) => gate === 'similarity')).toEqual({
      gate: 'similarity',
      pass: true,
      value: 0.85,
      limit: 0.7,
    });
  });

  it('never opens when any one gate of the table is made to fail, whatever the others are', () => {
    const rows = table.filter(([, , failing]) => failing.length > 0);
    for (const [what, bad] of rows) {
      for (const [beside, other] of table) {
        expect(decideUnlock({ ...welcome, ...other, ...bad }).unlock, `${what}, ${beside}`).toBe(false);
      }
    }
  });

  it('opens only where each condition holds, over arbitrary sightings', () => {
    const arbitrary = fc.record({
      ageSeconds: fc.double({ min: -2, max: 12, noNaN: true }),
      live: fc.boolean(),
      personId: fc.constantFrom(1, 2, null),
      similarity: fc.double({ min: -1, max: 1 }),
      facesNear: fc.integer({ min: 1, max: 3 }),
      size: fc.integer({ min: 20, max: 300 }),
      sharpness: fc.double({ min: 0, max: 200 }),
      antispoof: fc.double({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(arbitrary, { maxLength: 8 }), (looks) => {
        const seen = looks.map(({ ageSeconds, ...rest }) => sighting(ageSeconds, rest));
        const { unlock } = decideUnlock({ ...welcome, sightings: seen });
        if (!unlock) return;
        const good = seen.filter((one) => one.live && one.size >= 60 && one.sharpness >= 20);
        const kurts = good.filter((one) => one.personId === 1 && one.similarity >= 0.62);
        expect(kurts.length).toBeGreaterThanOrEqual(3);
        expect(seen.some((one) => one.live && one.facesNear > 1 && now - one.takenAt <= 10_000)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the lock-out', () => {
  const lockedOut = (guard: Guard, at: number) =>
    decideUnlock({
      ...welcome,
      guard,
      now: at,
      sightings: sightings.map((s) => ({ ...s, takenAt: s.takenAt + at - now })),
    }).unlock === false;

  it.each([
    [3, 30],
    [4, 60],
    [5, 120],
    [9, 1920],
  ])('after %i misses in a row lasts %i s', (misses, seconds) => {
    expect(lockedOut(missed(misses), now + seconds * 1000 - 1)).toBe(true);
    expect(lockedOut(missed(misses), now + seconds * 1000)).toBe(false);
  });

  it('after ten misses lasts until face unlock is armed again', () => {
    expect(lockedOut(missed(10), now + 1e12)).toBe(true);
    expect(lockedOut(rearmed(missed(10)), now)).toBe(false);
  });

  it('is over once somebody was let in', () => {
    const after = now + 10_000;
    expect(lockedOut(afterUnlock(missed(5), 2, now, today), after)).toBe(false);
  });

  it('is neither ended nor lengthened by a clock set back', () => {
    const guard = missed(3, now + 3_600_000);
    const gate = decideUnlock({ ...welcome, guard }).gates.find((one) => one.gate === 'lock-out');
    expect(gate).toMatchObject({ pass: false, value: 30 });
  });
});

describe('isMiss', () => {
  const outcome = (change: Partial<UnlockInput>) => {
    const input = { ...welcome, ...change };
    return isMiss(input, decideUnlock(input));
  };

  it.each<[string, Partial<UnlockInput>, boolean]>([
    ['a face near enough for a name, too far to open', { candidate: { ...kurt, similarity: 0.65 } }, true],
    ['a print of an enrolled face', { sightings: all({ antispoof: 0.1 }) }, true],
    ['frames that contradict each other', { sightings: [...sightings, sighting(0.1, { personId: 2 })] }, true],
    ['somebody let in', {}, false],
    ['a stranger like nobody', { sightings: all({ similarity: 0.3 }), candidate: { ...kurt, similarity: 0.3 } }, false],
    ['a person in cooldown', { guard: letIn(1, 0) }, false],
    ['too few frames of the right person', { sightings: sightings.slice(0, 1) }, false],
    ['a phone held up with an enrolled face', { sightings: all({ shownBy: 'cell phone' }) }, true],
    ['a near face while disarmed', { armed: false, candidate: { ...kurt, similarity: 0.65 } }, false],
    [
      'a near face while an owner is asked',
      { rules: { ...rules, mode: 'confirm' }, candidate: { ...kurt, similarity: 0.65 } },
      true,
    ],
    ['face unlock off', { rules: { ...rules, mode: 'off' }, candidate: { ...kurt, similarity: 0.65 } }, false],
  ])('%s: %o', (_what, change, expected) => {
    expect(outcome(change)).toBe(expected);
  });
});

describe('isSettled', () => {
  it.each<[string, Partial<UnlockInput>, boolean]>([
    ['the door opens', {}, true],
    ['only the cooldown keeps the person out', { guard: letIn(1, 0) }, true],
    ['face unlock is off and the person is certain', { rules: { ...rules, mode: 'off' } }, true],
    ['face unlock is disarmed', { armed: false }, true],
    ['somebody may still ring', { rules: { ...rules, needsRing: true } }, false],
    ['another frame may be the third', { sightings: sightings.slice(0, 2) }, false],
    ['a sharper frame may come', { sightings: all({ sharpness: 5 }) }, false],
  ])('%s', (_what, change, expected) => {
    expect(isSettled(decideUnlock({ ...welcome, ...change }))).toBe(expected);
  });
});

describe('awaitsOwner', () => {
  const confirm = { rules: { ...rules, mode: 'confirm' as const } };

  it.each<[string, Partial<UnlockInput>, boolean]>([
    ['everything passed but the mode, which is to ask', confirm, true],
    ['the mode is off', { rules: { ...rules, mode: 'off' } }, false],
    ['the door opens by itself', {}, false],
    ['another gate failed too', { ...confirm, armed: false }, false],
  ])('%s: %o', (_what, change, expected) => {
    expect(awaitsOwner(decideUnlock({ ...welcome, ...change }))).toBe(expected);
  });

  it('and a decision to open exclude each other, whatever is changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...table), fc.constantFrom('off', 'confirm', 'auto'), ([, change], mode) => {
        const input = { ...welcome, ...change };
        const decision = decideUnlock({ ...input, rules: { ...input.rules, mode } });
        expect(decision.unlock && awaitsOwner(decision)).toBe(false);
        if (mode !== 'auto') expect(decision.unlock).toBe(false);
      }),
    );
  });
});
