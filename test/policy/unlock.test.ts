/** The unlock policy: a truth table for each gate, and that one failing gate is enough to keep the door shut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterMiss, afterUnlock, freshGuard, type Guard, rearmed } from '../../src/policy/guard.ts';
import type { Sighting } from '../../src/policy/sighting.ts';
import { decideUnlock, isMiss, isSettled, type UnlockInput, type UnlockRules } from '../../src/policy/unlock.ts';

const now = Date.UTC(2026, 10, 22, 8, 0, 0);

const rules: UnlockRules = {
  mode: 'auto',
  threshold: 0.7,
  margin: 0.08,
  frameThreshold: 0.62,
  frames: 3,
  spanSeconds: 1,
  maxAgeSeconds: 3,
  minFacePixels: 60,
  minSharpness: 20,
  maxYaw: 35,
  maxPitch: 30,
  minAntispoof: 0.3,
  cooldownSeconds: 30,
  lockout: { misses: 3, seconds: 30, offAfter: 10 },
};

const kurt = { personId: 1, name: 'Kurt', similarity: 0.85, margin: 0.4 };

function sighting(ageSeconds: number, changes: Partial<Sighting> = {}): Sighting {
  return {
    takenAt: now - ageSeconds * 1000,
    live: true,
    box: [100, 100, 200, 200],
    personId: 1,
    similarity: 0.8,
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

const welcome: UnlockInput = { now, rules, guard: freshGuard, lock: 'locked', candidate: kurt, sightings };

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
  ['let in 10 s ago', { guard: afterUnlock(freshGuard, 1, now - 10_000) }, ['cooldown']],
  ['let in 30 s ago', { guard: afterUnlock(freshGuard, 1, now - 30_000) }, []],
  ['somebody else let in 10 s ago', { guard: afterUnlock(freshGuard, 2, now - 10_000) }, []],
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
    fc.assert(
      fc.property(fc.constantFrom(...rows), fc.constantFrom(...table), ([, bad], [, other]) => {
        expect(decideUnlock({ ...welcome, ...other, ...bad }).unlock).toBe(false);
      }),
    );
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
    expect(lockedOut(afterUnlock(missed(5), 2, now), now)).toBe(false);
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
    ['a person in cooldown', { guard: afterUnlock(freshGuard, 1, now) }, false],
    ['too few frames of the right person', { sightings: sightings.slice(0, 1) }, false],
    ['face unlock off', { rules: { ...rules, mode: 'off' }, candidate: { ...kurt, similarity: 0.65 } }, false],
  ])('%s: %o', (_what, change, expected) => {
    expect(outcome(change)).toBe(expected);
  });
});

describe('isSettled', () => {
  it.each<[string, Partial<UnlockInput>, boolean]>([
    ['the door opens', {}, true],
    ['only the cooldown keeps the person out', { guard: afterUnlock(freshGuard, 1, now) }, true],
    ['face unlock is off and the person is certain', { rules: { ...rules, mode: 'off' } }, true],
    ['another frame may be the third', { sightings: sightings.slice(0, 2) }, false],
    ['a sharper frame may come', { sightings: all({ sharpness: 5 }) }, false],
  ])('%s', (_what, change, expected) => {
    expect(isSettled(decideUnlock({ ...welcome, ...change }))).toBe(expected);
  });
});
