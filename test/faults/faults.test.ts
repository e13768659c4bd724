/** A house under seeded faults; npm run test:faults plays many more, and --seed replays one. */
import { describe, expect, it } from 'vitest';
import { play } from './play.ts';

const faultsInEach = 50;
const firstSeed = 20_261_122;
const schedules = 16;

describe('under any schedule of faults', () => {
  it('no unlock goes out undecided, twice or at start-up, nothing written is lost, and the lock comes to be shown as it is', async () => {
    const sum = { faults: 0, face: 0, tap: 0 };
    const violations: string[] = [];
    for (let seed = firstSeed; seed < firstSeed + schedules; seed++) {
      const outcome = await play(seed, faultsInEach);
      violations.push(...outcome.violations.map((sentence) => `seed ${seed}: ${sentence}`));
      sum.faults += outcome.faults;
      sum.face += outcome.opened.face;
      sum.tap += outcome.opened.tap;
    }
    expect(violations).toEqual([]);
    // A house in which nothing ever opens would keep every promise.
    expect(sum.faults).toBeGreaterThanOrEqual(faultsInEach * schedules);
    expect(sum.face).toBeGreaterThan(0);
    expect(sum.tap).toBeGreaterThan(0);
  });

  it('is the same for the same seed', async () => {
    expect(await play(firstSeed, faultsInEach)).toEqual(await play(firstSeed, faultsInEach));
  });
});
