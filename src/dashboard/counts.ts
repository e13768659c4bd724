/** Visits counted by subject and quarter of an hour, read from the days they were rolled up into. */
import type { Reads } from '../store/database.ts';
import type { Range } from './range.ts';
import { type HomeZone, quarterMs } from './zone.ts';

const dayMs = 86_400_000;

/** Sees every quarter of an hour with visits: its UTC day, the quarter in it, and how many (negative for deleted ones). */
export type CountVisitor = (utcDay: number, quarter: number, visits: number) => void;

interface Days {
  subject: string;
  days: string;
}

/**
 * The visits of one subject, or with a trailing `:` of each of its kind, as one text by subject: a row for each day
 * would spend most of the time on its way from SQLite.
 */
export async function readDays(
  reads: Reads,
  subject: string,
  range: Pick<Range, 'firstUtcDay' | 'lastUtcDay'>,
  camera?: string,
): Promise<Map<string, string>> {
  const kind = subject.endsWith(':');
  const rows = await reads.all<Days>(
    `SELECT subject, group_concat(day || '+' || quarters || '-' || removed, ';') AS days FROM visit_days
      WHERE ${kind ? 'subject > ? AND subject < ?' : 'subject = ?'} AND day BETWEEN ? AND ?
        ${camera === undefined ? '' : 'AND camera_id = ?'} GROUP BY subject`,
    [
      ...(kind ? [subject, `${subject.slice(0, -1)};`] : [subject]),
      range.firstUtcDay,
      range.lastUtcDay,
      ...(camera === undefined ? [] : [camera]),
    ],
  );
  return new Map(rows.map((row) => [row.subject, row.days]));
}

/** Walks what `readDays` gave for one subject, within the range. */
export function eachCount(days: string | undefined, range: Range, visit: CountVisitor): void {
  const quarters = new Int32Array(100);
  eachDay(days, (text, { utcDay, added, removed, end }) => {
    quarters.fill(0);
    addQuarters(quarters, text, added, removed - 1, 1);
    addQuarters(quarters, text, removed, end, -1);
    const [first, last] = quartersWithin(range, utcDay);
    for (let quarter = first; quarter <= last; quarter++) {
      const visits = quarters[quarter] as number;
      if (visits !== 0) visit(utcDay, quarter, visits);
    }
  });
}

export function total(days: string | undefined, range: Range): number {
  let visits = 0;
  const edges: string[] = [];
  eachDay(days, (text, { utcDay, start, added, removed, end }) => {
    const [first, last] = quartersWithin(range, utcDay);
    if (first === 0 && last === 95) visits += (removed - 1 - added - (end - removed)) / 2;
    else edges.push(text.slice(start, end));
  });
  eachCount(edges.join(';'), range, (_day, _quarter, some) => {
    visits += some;
  });
  return visits;
}

/** Where one `day+quarters-removed` stands in the text. */
interface DayText {
  utcDay: number;
  start: number;
  added: number;
  removed: number;
  end: number;
}

function eachDay(days: string | undefined, visit: (text: string, day: DayText) => void): void {
  if (!days) return;
  for (let start = 0; start < days.length; ) {
    const added = days.indexOf('+', start) + 1;
    const removed = days.indexOf('-', added) + 1;
    const next = days.indexOf(';', removed);
    const end = next < 0 ? days.length : next;
    visit(days, { utcDay: Number(days.slice(start, added - 1)), start, added, removed, end });
    start = end + 1;
  }
}

function addQuarters(quarters: Int32Array, text: string, from: number, to: number, by: number): void {
  for (let at = from; at < to; at += 2) {
    const quarter = (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
    quarters[quarter] = (quarters[quarter] as number) + by;
  }
}

/** The first and last quarter of a UTC day that the range holds. */
function quartersWithin({ fromMs, toMs }: Range, utcDay: number): [number, number] {
  const startMs = utcDay * dayMs;
  return [
    Math.max(0, Math.ceil((fromMs - startMs) / quarterMs)),
    Math.min(95, Math.ceil((toMs - startMs) / quarterMs) - 1),
  ];
}

/** Visits by the home's day, days from 1970-01-01. */
export function byDay(days: string | undefined, range: Range, zone: HomeZone): Map<number, number> {
  const counts = new Map<number, number>();
  const add = (day: number, visits: number) => {
    if (visits !== 0) counts.set(day, (counts.get(day) ?? 0) + visits);
  };
  const others: string[] = [];
  eachDay(days, (text, { utcDay, start, added, removed, end }) => {
    const [first, last] = quartersWithin(range, utcDay);
    const offset = zone.offset(utcDay, 0);
    if (first > 0 || last < 95 || offset !== zone.offset(utcDay, 95)) {
      others.push(text.slice(start, end));
      return;
    }
    // A UTC day is the end of one day of the home and the beginning of the next: only how many are in which is counted.
    const turn = Math.ceil((offset < 0 ? -offset : 1440 - offset) / 15);
    const late = later(text, added, removed - 1, turn) - later(text, removed, end, turn);
    const all = (removed - 1 - added - (end - removed)) / 2;
    const day = offset < 0 ? utcDay - 1 : utcDay;
    add(day, all - late);
    add(day + 1, late);
  });
  eachCount(others.join(';'), range, (utcDay, quarter, visits) => {
    add(Math.floor((utcDay * 1440 + quarter * 15 + zone.offset(utcDay, quarter)) / 1440), visits);
  });
  return counts;
}

/** How many of the quarters are `turn` or later. */
function later(text: string, from: number, to: number, turn: number): number {
  let count = 0;
  for (let at = from; at < to; at += 2) {
    if ((text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48 >= turn) count++;
  }
  return count;
}

/** Visits by the hour of the home's day. */
export function byHour(days: string | undefined, range: Range, zone: HomeZone): number[] {
  const hours = new Array<number>(24).fill(0);
  eachCount(days, range, (utcDay, quarter, visits) => {
    const minutes = quarter * 15 + zone.offset(utcDay, quarter);
    const hour = Math.floor((((minutes % 1440) + 1440) % 1440) / 60);
    hours[hour] = (hours[hour] as number) + visits;
  });
  return hours;
}

/** When the history begins, milliseconds since the epoch; null where it is empty. */
export async function historyBegan(reads: Reads): Promise<number | null> {
  const row = await reads.get<{ at: string | null }>('SELECT min(recorded_at) AS at FROM events');
  return row?.at ? Date.parse(row.at) : null;
}
