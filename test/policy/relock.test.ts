/** When an unlocked door is locked again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DoorState, LockState } from '../../src/locks/lock.ts';
import { type Relock, type RelockFacts, type RelockRules, relock } from '../../src/policy/relock.ts';

const never: RelockRules = { afterMs: null, onceClosed: false };
const timed: RelockRules = { afterMs: 30_000, onceClosed: false };
const closing: RelockRules = { afterMs: null, onceClosed: true };
const both: RelockRules = { afterMs: 30_000, onceClosed: true };

describe('An unlocked door', () => {
  it.each<[string, RelockRules, Partial<RelockFacts>, Relock]>([
    ['stays so where nothing is set', never, { unlockedMs: 1e9 }, 'wait'],
    ['stays so where nothing is set, though it has closed', never, { door: 'closed', closedMs: 1e9 }, 'wait'],
    ['waits for its time', timed, { unlockedMs: 10_000 }, { inMs: 20_000 }],
    ['locks after its time', timed, { unlockedMs: 30_000 }, 'lock'],
    ['locks after its time where it was never opened', timed, { unlockedMs: 30_000, door: 'closed' }, 'lock'],
    ['locks after its time where the door is not known', timed, { unlockedMs: 30_000, door: 'unknown' }, 'lock'],
    ['does not lock while open, however late', timed, { unlockedMs: 1e9, door: 'open' }, 'wait'],
    ['lets the latch spring first', timed, { unlockedMs: 60_000, door: 'closed', closedMs: 500 }, { inMs: 1_500 }],
    ['locks once it has closed after its time', timed, { unlockedMs: 60_000, door: 'closed', closedMs: 2_000 }, 'lock'],
    [
      'keeps its time where only that is set',
      timed,
      { unlockedMs: 10_000, door: 'closed', closedMs: 9_000 },
      { inMs: 20_000 },
    ],
    ['waits to be opened', closing, { unlockedMs: 1e9, door: 'closed' }, 'wait'],
    ['waits to be closed', closing, { door: 'open' }, 'wait'],
    ['waits for its latch', closing, { door: 'closed', closedMs: 0 }, { inMs: 2_000 }],
    ['locks once it has closed', closing, { door: 'closed', closedMs: 2_000 }, 'lock'],
    ['waits for a sensor it does not have', closing, { unlockedMs: 1e9 }, 'wait'],
    ['locks by whichever comes first: the door', both, { unlockedMs: 9_000, door: 'closed', closedMs: 2_000 }, 'lock'],
    ['locks by whichever comes first: the time', both, { unlockedMs: 30_000, door: 'closed' }, 'lock'],
    ['waits for whichever comes first', both, { unlockedMs: 9_000, door: 'closed', closedMs: 500 }, { inMs: 1_500 }],
  ])('%s', (_name, rules, facts, expected) => {
    expect(relock(rules, { state: 'unlocked', door: null, unlockedMs: 0, closedMs: null, ...facts })).toEqual(expected);
  });

  const rules = fc.record({ afterMs: fc.option(fc.nat(100_000)), onceClosed: fc.boolean() });
  const facts = fc.record({
    state: fc.constantFrom<LockState[]>('locked', 'unlocked', 'jammed', 'unknown'),
    door: fc.option(fc.constantFrom<DoorState[]>('open', 'closed', 'unknown')),
    unlockedMs: fc.nat(200_000),
    closedMs: fc.option(fc.nat(200_000)),
  });

  it('is never locked while open, or where it is not plainly unlocked', () => {
    fc.assert(
      fc.property(rules, facts, (rule, fact) => {
        if (relock(rule, fact) === 'lock') expect([fact.state, fact.door === 'open']).toEqual(['unlocked', false]);
      }),
    );
  });

  it('is locked, or waits on, exactly when the wait it was told is over', () => {
    fc.assert(
      fc.property(rules, facts, (rule, fact) => {
        const first = relock(rule, fact);
        if (typeof first === 'string') return;
        expect(first.inMs).toBeGreaterThan(0);
        const closedMs = fact.closedMs === null ? null : fact.closedMs + first.inMs;
        expect(relock(rule, { ...fact, unlockedMs: fact.unlockedMs + first.inMs, closedMs })).toBe('lock');
      }),
    );
  });
});
