/** How far the truth may lie above what was counted. */
import { quantile } from '../measure.ts';
import type { Random } from './random.ts';
import type { PairCount } from './tally.ts';

/** With 95 % confidence, the rate of something that did not happen in `n` independent trials is at most this. */
export function ruleOfThree(n: number): number {
  return Math.min(1, 3 / n);
}

/**
 * The rate that 95 % of the resamples stay under, by limits. The trials hang together by the people in them, so it is
 * people who are drawn again, with replacement: those drawn twice count twice, as residents and as visitors.
 */
export function bootstrap(pairs: readonly PairCount[], people: number, rounds: number, random: Random): number[] {
  const limits = pairs[0]?.opened.length ?? 0;
  const rates: number[][] = Array.from({ length: limits }, () => []);
  const opened = pairs.filter((pair) => pair.opened.some((count) => count > 0));
  for (let round = 0; round < rounds; round++) {
    const drawn = new Array<number>(people).fill(0);
    for (let i = 0; i < people; i++) {
      const who = random.below(people);
      drawn[who] = (drawn[who] as number) + 1;
    }
    const weight = ({ resident, visitor }: PairCount) => (drawn[resident] as number) * (drawn[visitor] as number);
    const judged = pairs.reduce((sum, pair) => sum + weight(pair) * pair.judged, 0);
    for (let index = 0; index < limits; index++) {
      const hits = opened.reduce((sum, pair) => sum + weight(pair) * (pair.opened[index] as number), 0);
      rates[index]?.push(judged > 0 ? hits / judged : 0);
    }
  }
  return rates.map((rate) => quantile(rate, 0.95));
}
