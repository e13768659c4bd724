/** The day's calls. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookReading, DAILY_LIMIT, freshBudget, RESERVE, spendOnCommand } from '../../../src/locks/switchbot/budget.ts';

const DAY = 86_400_000;

/** Plays `locks` that read every `wantedMs` for three days, with `bursts` of commands; the times of all calls. */
function play(locks: number, wantedMs: number, bursts: readonly { at: number; calls: number }[]) {
  let budget = freshBudget(0);
  const readings: number[] = [];
  const commands: number[] = [];
  const due = Array.from({ length: locks }, () => 0);
  const waiting = [...bursts].sort((a, b) => a.at - b.at);
  for (;;) {
    const lock = due.indexOf(Math.min(...due));
    const now = due[lock] as number;
    while (waiting[0] && waiting[0].at <= now) {
      const { at, calls } = waiting.shift() as { at: number; calls: number };
      for (let i = 0; i < calls; i++) {
        budget = spendOnCommand(budget, at);
        commands.push(at);
      }
    }
    if (now > 3 * DAY) return { readings, commands };
    readings.push(now);
    const booked = bookReading(budget, now, wantedMs);
    budget = booked.budget;
    due[lock] = now + booked.waitMs;
  }
}

function mostInADay(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  let from = 0;
  sorted.forEach((time, index) => {
    while (time - (sorted[from] as number) >= DAY) from++;
    most = Math.max(most, index - from + 1);
  });
  return most;
}

describe('The budget of calls', () => {
  it('lets no 24 hours hold more than the limit, with any number of locks, pace and commands within the reserve', () => {
    const burst = fc.record({ at: fc.integer({ min: 0, max: 3 * DAY }), calls: fc.integer({ min: 1, max: 100 }) });
    const bursts = fc.array(burst, { maxLength: 10 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1_000, max: 120_000 }),
        bursts,
        (locks, wanted, commands) => {
          const calls = play(locks, wanted, commands);
          expect(mostInADay(calls.readings)).toBeLessThanOrEqual(DAILY_LIMIT - RESERVE);
          expect(mostInADay([...calls.readings, ...calls.commands])).toBeLessThanOrEqual(DAILY_LIMIT);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('pays for commands beyond the reserve with fewer readings', () => {
    const bursts = Array.from({ length: 72 }, (_, hour) => ({ at: hour * 3_600_000, calls: 200 }));
    const calls = play(3, 5_000, bursts);
    expect(mostInADay([...calls.readings, ...calls.commands])).toBeLessThanOrEqual(DAILY_LIMIT);
  });

  it('does not slow one lock down that is read every 30 s', () => {
    const { readings } = play(1, 30_000, []);
    expect(readings).toHaveLength((3 * DAY) / 30_000 + 1);
  });

  it('shares what there is evenly among many locks', () => {
    const each = Array.from({ length: 10 }, () => 0);
    let budget = freshBudget(0);
    const due = each.map(() => 0);
    for (let i = 0; i < 20_000; i++) {
      const lock = due.indexOf(Math.min(...due));
      each[lock] = (each[lock] as number) + 1;
      const booked = bookReading(budget, due[lock] as number, 5_000);
      budget = booked.budget;
      due[lock] = (due[lock] as number) + booked.waitMs;
    }
    expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
  });

  it('gains nothing from a clock that goes back, and one full bucket from one that leaps ahead', () => {
    let budget = freshBudget(0);
    for (let i = 0; i < 400; i++) budget = bookReading(budget, 0, 0).budget;
    expect(bookReading(budget, 0, 0).waitMs).toBeGreaterThan(0);
    expect(bookReading(budget, -DAY, 0).waitMs).toBeGreaterThan(0);
    for (let i = 0; i < 400; i++) budget = bookReading(budget, 100 * DAY, 0).budget;
    expect(bookReading(budget, 100 * DAY, 0).waitMs).toBeGreaterThan(0);
  });
});
