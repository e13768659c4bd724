/** Whether an unlocked door is locked again now. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DoorState } from '../../src/locks/lock.ts';
import { mayRelock, type RelockFacts } from '../../src/policy/relock.ts';

/** Unlocked, its time up, with a door that has been through and has settled: locked whatever is set. */
const due: RelockFacts = {
  unlocked: true,
  door: 'closed',
  wasOpen: true,
  settled: true,
  timeUp: true,
  onceClosed: true,
};
const byTime = { ...due, onceClosed: false };
const byDoor = { ...due, timeUp: false };

describe('An unlocked door', () => {
  it.each<[string, RelockFacts, boolean]>([
    ['is locked when its time is up', byTime, true],
    ['is locked when its time is up though nobody came', { ...byTime, wasOpen: false }, true],
    ['is locked when its time is up where the lock knows no door', { ...byTime, door: null, wasOpen: false }, true],
    ['is locked when its time is up where the door is not known now', { ...byTime, door: 'unknown' }, true],
    ['is not locked while it stands open', { ...byTime, door: 'open' }, false],
    ['is not locked before its latch has sprung', { ...byTime, settled: false }, false],
    ['is not locked where it is locked', { ...byTime, unlocked: false }, false],
    ['is not locked before its time where only that is set', { ...byTime, timeUp: false }, false],
    ['is locked once it was opened and closed', byDoor, true],
    ['waits to be opened', { ...byDoor, wasOpen: false }, false],
    ['waits to be closed', { ...byDoor, door: 'open' }, false],
    ['waits for its latch', { ...byDoor, settled: false }, false],
    ['waits to be known as closed', { ...byDoor, door: 'unknown' }, false],
    ['is locked by its time where it was not opened', { ...due, wasOpen: false }, true],
  ])('%s', (_name, facts, expected) => {
    expect(mayRelock(facts)).toBe(expected);
  });

  it('is never locked while open, unsettled or locked already, nor for no reason', () => {
    const facts = fc.record({
      unlocked: fc.boolean(),
      door: fc.option(fc.constantFrom<DoorState[]>('open', 'closed', 'unknown')),
      wasOpen: fc.boolean(),
      settled: fc.boolean(),
      timeUp: fc.boolean(),
      onceClosed: fc.boolean(),
    });
    fc.assert(
      fc.property(facts, (fact) => {
        if (!mayRelock(fact)) return;
        expect([fact.unlocked, fact.settled, fact.door === 'open']).toEqual([true, true, false]);
        expect(fact.timeUp || (fact.onceClosed && fact.wasOpen)).toBe(true);
      }),
    );
  });
});
