/** What a lock's status means. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { battery, doorState, lockState, reading } from '../../../src/locks/switchbot/state.ts';

describe('The state of a SwitchBot lock', () => {
  it.each([
    ['locked', 'locked'],
    ['lock', 'locked'],
    ['LOCKED', 'locked'],
    [' Locked ', 'locked'],
    ['unlocked', 'unlocked'],
    ['unlock', 'unlocked'],
    ['UNLOCKED', 'unlocked'],
    ['jammed', 'jammed'],
    ['JAMMED', 'jammed'],
    ['latchBoltLocked', 'unlocked'],
    ['LATCH_BOLT_LOCKED', 'unknown'],
    ['halfLocked', 'unknown'],
    ['locking', 'unknown'],
    ['unlocking', 'unknown'],
    ['not locked', 'unknown'],
    ['locked?', 'unknown'],
    ['', 'unknown'],
    [undefined, 'unknown'],
    [null, 'unknown'],
    [true, 'unknown'],
    [1, 'unknown'],
    [['locked'], 'unknown'],
    [{ toString: () => 'locked' }, 'unknown'],
  ])('%j is %s', (value, state) => {
    expect(lockState(value)).toBe(state);
  });

  it('is locked for no text but the two plain spellings, and one of four states for anything', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.anything(), fc.mixedCase(fc.constantFrom('locked', 'halfLocked', 'locking'))),
        (value) => {
          const state = lockState(value);
          expect(['locked', 'unlocked', 'jammed', 'unknown']).toContain(state);
          const plain = typeof value === 'string' && ['lock', 'locked'].includes(value.trim().toLowerCase());
          expect(state === 'locked').toBe(plain);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['open', 'open'],
    ['opened', 'open'],
    ['OPEN', 'open'],
    ['close', 'closed'],
    ['closed', 'closed'],
    ['timeOutNotClose', 'open'],
    ['ajar', 'unknown'],
    ['', 'unknown'],
    [undefined, 'unknown'],
  ])('a door said to be %j is %s', (value, state) => {
    expect(doorState(value)).toBe(state);
  });

  it.each([
    [60, 60],
    [0, 0],
    [250, 100],
    [-3, 0],
    [66.6, 67],
    [Number.NaN, undefined],
    ['60', undefined],
    [null, undefined],
  ])('a battery of %j is %j percent', (value, percent) => {
    expect(battery(value)).toBe(percent);
  });

  it('never gives a reading of locked that carries a fault, whatever the status holds', () => {
    const word = fc.constantFrom('locked', 'unlocked', 'online', 'offline', 'Offline', '', 'closed');
    const body = fc.record(
      { lockState: word, doorState: word, onlineStatus: word, calibrate: fc.boolean(), battery: fc.anything() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, (status) => {
        const { state, door, fault } = reading(status, 'Front door');
        if (fault) expect([state, door ?? 'unknown']).toEqual(['unknown', 'unknown']);
        expect(door === undefined).toBe(!('doorState' in status));
        expect(Boolean(fault)).toBe(status.onlineStatus?.toLowerCase() === 'offline' || status.calibrate === false);
      }),
    );
  });
});
