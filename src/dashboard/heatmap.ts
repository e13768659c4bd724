/** Visits by hour and weekday, and by date, in the home's zone. */
import type { Reads } from '../store/database.ts';
import type { Calendar, DaySummary, Heatmap, HeatmapCell } from './api-types.ts';
import { byDay, eachCount, historyBegan, readDays } from './counts.ts';
import { countedRange, type Range } from './range.ts';
import { dateOf, dayOf, type HomeZone, quarterMs, weekdayOf } from './zone.ts';

/** Where and when the home is. */
export interface Home {
  zone: HomeZone;
  /** 0 is Sunday. */
  firstWeekday: number;
  /** Milliseconds since the epoch. */
  now: number;
}

export interface Counted {
  range: Range;
  subject: string;
  camera?: string | undefined;
}

export async function hourHeatmap(reads: Reads, { range, subject, camera }: Counted, home: Home): Promise<Heatmap> {
  const days = await readDays(reads, subject, range, camera);
  const began = await historyBegan(reads);
  const visits = new Array<number>(168).fill(0);
  eachCount(days, range, (utcDay, quarter, some) => {
    const at = slot(home.zone, utcDay, quarter);
    visits[at] = (visits[at] as number) + some;
  });
  const hours = coveredHours(range, home, began);
  const cells = visits.map((count, at): HeatmapCell => {
    const covered = hours[at] as number;
    return {
      weekday: Math.floor(at / 24),
      hour: at % 24,
      visits: covered === 0 && count === 0 ? null : count,
      hours: covered,
    };
  });
  return {
    ...countedRange(range),
    firstWeekday: home.firstWeekday,
    cells,
    visits: visits.reduce((sum, count) => sum + count, 0),
  };
}

export async function calendar(reads: Reads, { range, subject, camera }: Counted, home: Home): Promise<Calendar> {
  const counts = byDay(await readDays(reads, subject, range, camera), range, home.zone);
  const began = await historyBegan(reads);
  const firstKnown = began === null ? Number.POSITIVE_INFINITY : dayOf(home.zone.date(began));
  const today = dayOf(home.zone.date(home.now));
  const days = datesOf(range).map((day) => {
    const visits = counts.get(day) ?? 0;
    const known = visits > 0 || (day >= firstKnown && day <= today);
    return { date: dateOf(day), visits: known ? visits : null };
  });
  const visits = days.reduce((sum, day) => sum + (day.visits ?? 0), 0);
  return { ...countedRange(range), firstWeekday: home.firstWeekday, days, visits };
}

/** Each date of the range with its visits, newest first; dates without a visit are left out. */
export async function daySummaries(reads: Reads, range: Range, { zone }: Home, camera?: string): Promise<DaySummary[]> {
  const counts = async (subject: string) => byDay(await readDays(reads, subject, range, camera), range, zone);
  const all = await counts('all');
  const strangers = await counts('identity:stranger');
  const opened = await counts('decision:opened');
  return [...all]
    .filter(([, visits]) => visits > 0)
    .sort(([a], [b]) => b - a)
    .map(([day, visits]) => ({
      date: dateOf(day),
      visits,
      strangers: strangers.get(day) ?? 0,
      opened: opened.get(day) ?? 0,
    }));
}

/** The home's days of a range, from 1970-01-01. */
export function datesOf({ first, last }: Pick<Range, 'first' | 'last'>): number[] {
  const [from, to] = [dayOf(first), dayOf(last)];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function slot(zone: HomeZone, utcDay: number, quarter: number): number {
  const minutes = utcDay * 1440 + quarter * 15 + zone.offset(utcDay, quarter);
  const day = Math.floor(minutes / 1440);
  return weekdayOf(day) * 24 + Math.floor((minutes - day * 1440) / 60);
}

/** How many hours of each weekday and hour lie within the range, the history and the past. */
function coveredHours(range: Range, { zone, now }: Home, began: number | null): number[] {
  const hours = new Array<number>(168).fill(0);
  if (began === null) return hours;
  const first = Math.floor(Math.max(range.fromMs, began) / quarterMs);
  const last = Math.floor(Math.min(range.toMs - 1, now) / quarterMs);
  for (let quarter = first; quarter <= last; quarter++) {
    const utcDay = Math.floor(quarter / 96);
    const at = slot(zone, utcDay, quarter - utcDay * 96);
    hours[at] = (hours[at] as number) + 0.25;
  }
  return hours;
}
