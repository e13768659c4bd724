/** The home's time zone: which date and hour a moment falls in there, daylight saving included. */
import { wallTime } from '../policy/home-time.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const dayMinutes = 1440;
export const quarterMs = 15 * minuteMs;
const quartersADay = 96;

export class HomeZone {
  readonly timeZone: string;
  /** Minutes ahead of UTC by UTC day: one number, or one for each quarter of a day in which clocks change. */
  readonly #days = new Map<number, number | number[]>();
  /** Visits are counted day by day: most questions are about the day of the last one. */
  #lastDay = Number.NaN;
  #lastOffsets: number | number[] = 0;

  /** Throws a RangeError for a name that is no time zone. */
  constructor(timeZone: string) {
    wallTime(0, timeZone);
    this.timeZone = timeZone;
  }

  /** Minutes ahead of UTC during a quarter of a UTC day; days are counted from 1970-01-01. */
  offset(utcDay: number, quarter: number): number {
    if (utcDay !== this.#lastDay) [this.#lastDay, this.#lastOffsets] = [utcDay, this.#offsetsOn(utcDay)];
    const known = this.#lastOffsets;
    return typeof known === 'number' ? known : (known[quarter] as number);
  }

  /** Minutes of the home's own clock since its 1970-01-01T00:00. */
  localMinutes(ms: number): number {
    const utcDay = Math.floor(ms / dayMs);
    const quarter = Math.floor((ms - utcDay * dayMs) / quarterMs);
    return Math.floor(ms / minuteMs) + this.offset(utcDay, quarter);
  }

  /** The home's date, as in `2026-11-22`. */
  date(ms: number): string {
    return dateOf(Math.floor(this.localMinutes(ms) / dayMinutes));
  }

  /** When a date of the home begins. Where clocks skip midnight, the first moment after it. */
  startOf(date: string): number {
    const local = dayOf(date) * dayMs;
    // Daylight saving moves the guess by an hour or two at most; the first quarter that is on this date is sought.
    let at = local - 15 * 4 * quarterMs;
    const end = local + 15 * 4 * quarterMs;
    while (at < end && this.localMinutes(at) * minuteMs < local) at += quarterMs;
    return at;
  }

  #offsetsOn(utcDay: number): number | number[] {
    const known = this.#days.get(utcDay) ?? this.#offsetsOf(utcDay);
    this.#days.set(utcDay, known);
    return known;
  }

  #offsetsOf(utcDay: number): number | number[] {
    const from = utcDay * dayMs;
    const first = this.#offsetAt(from);
    if (first === this.#offsetAt(from + dayMs - quarterMs)) return first;
    return Array.from({ length: quartersADay }, (_, quarter) => this.#offsetAt(from + quarter * quarterMs));
  }

  #offsetAt(ms: number): number {
    const { year, month, day, hour, minute } = wallTime(ms, this.timeZone);
    return (Date.UTC(year, month - 1, day, hour, minute) - Math.floor(ms / minuteMs) * minuteMs) / minuteMs;
  }
}

/** Days since 1970-01-01 of a date as in `2026-11-22`. */
export function dayOf(date: string): number {
  return Math.floor(Date.parse(`${date}T00:00:00Z`) / dayMs);
}

export function dateOf(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}
