/** A range of the home's dates as moments. Pure but for the zone. */
import type { CountedRange, DateRange } from './api-types.ts';
import { dateOf, dayOf, type HomeZone } from './zone.ts';

export interface Range extends CountedRange {
  /** Milliseconds since the epoch: the beginning of the first date and the end of the last. */
  fromMs: number;
  toMs: number;
  /** UTC days that the range touches, from 1970-01-01. */
  firstUtcDay: number;
  lastUtcDay: number;
}

const dayMs = 86_400_000;

export function resolveRange(asked: DateRange, zone: HomeZone, now: number): Range {
  const today = zone.date(now);
  const { first, last } = 'days' in asked ? { first: dateOf(dayOf(today) - asked.days + 1), last: today } : asked;
  const fromMs = zone.startOf(first);
  const toMs = zone.startOf(dateOf(dayOf(last) + 1));
  return {
    first,
    last,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    timeZone: zone.timeZone,
    fromMs,
    toMs,
    firstUtcDay: Math.floor(fromMs / dayMs),
    lastUtcDay: Math.floor((toMs - 1) / dayMs),
  };
}

export function countedRange({ first, last, from, to, timeZone }: Range): CountedRange {
  return { first, last, from, to, timeZone };
}
