/** Visits counted by subject and quarter of an hour, read from the days they were rolled up into. */
import type { Reads } from '../store/database.ts';
import type { Range } from './range.ts';
import { type HomeZone, quarterMs } from './zone.ts';

const dayMs = 86_400_000;

/** Sees every quarter of an hour with visits: its UTC day, the quarter in it, and how many (negative for deleted ones). */
export type CountVisitor = (utcDay: number, quarter: number, visits: number) => void;

/**
 * The subjects of a kind, ?1 its first key and ?2 the first beyond it: one step of the key for each of them, as reading
 * all their days would find the same few a thousand times.
 */
const subjects = `WITH RECURSIVE subjects (subject) AS (
  SELECT min(subject) FROM visit_days WHERE subject > ?1 AND subject < ?2
  UNION ALL SELECT (SELECT min(d.subject) FROM visit_days d WHERE d.subject > subjects.subject AND d.subject < ?2)
    FROM subjects WHERE subjects.subject IS NOT NULL
)`;

/** `kind` ends in a colon, as in `label:`. */
function keysOf(kind: string): [string, string] {
  return [kind, `${kind.slice(0, -1)};`];
}

/** Every subject of a kind (`label:`) that the history has ever had, by what follows the colon. */
export async function subjectsOf(reads: Reads, kind: string): Promise<string[]> {
  const rows = await reads.all<{ subject: string }>(
    `${subjects} SELECT subject FROM subjects WHERE subject IS NOT NULL`,
    keysOf(kind),
  );
  return rows.map(({ subject }) => subject.slice(kind.length));
}

type Days = Pick<Range, 'firstUtcDay' | 'lastUtcDay'>;

/** A day as `eachCount` reads it; a row for each would spend most of the time on its way from SQLite. */
const dayTexts = `group_concat(day || '+' || quarters || '-' || removed, ';')`;

/** The visits of one subject as one text; undefined where there are none. */
export async function readDays(
  reads: Reads,
  subject: string,
  days: Days,
  camera?: string,
): Promise<string | undefined> {
  const row = await reads.get<{ days: string | null }>(
    `SELECT ${dayTexts} AS days FROM visit_days
      WHERE subject = ? AND day BETWEEN ? AND ? ${camera === undefined ? '' : 'AND camera_id = ?'}`,
    [subject, days.firstUtcDay, days.lastUtcDay, ...(camera === undefined ? [] : [camera])],
  );
  return row?.days ?? undefined;
}

/** The same for each subject of a kind (`label:`), by what follows the colon. */
export async function readDaysOf(
  reads: Reads,
  kind: string,
  days: Days,
  camera?: string,
): Promise<Map<string, string>> {
  const rows = await reads.all<{ subject: string; days: string }>(
    `${subjects} SELECT subject, days FROM (
      SELECT subject, (SELECT ${dayTexts} FROM visit_days d WHERE d.subject = subjects.subject
        AND day BETWEEN ?3 AND ?4 ${camera === undefined ? '' : 'AND camera_id = ?5'}) AS days FROM subjects
    ) WHERE days IS NOT NULL`,
    [...keysOf(kind), days.firstUtcDay, days.lastUtcDay, ...(camera === undefined ? [] : [camera])],
  );
  return new Map(rows.map((row) => [row.subject.slice(kind.length), row.days]));
}

/**
 * How many visits each subject of a kind has in the range, by what follows the colon, most first. Only the days that the
 * range cuts are looked into: of the others, how long they are is enough.
 */
export async function totalsOf(reads: Reads, kind: string, range: Range, camera?: string): Promise<[string, number][]> {
  const whole = wholeDays(range);
  const ofDays = (sum: string, days: string) =>
    `(SELECT ${sum} FROM visit_days d WHERE d.subject = subjects.subject AND ${days}
      ${camera === undefined ? '' : 'AND camera_id = ?7'})`;
  const rows = await reads.all<{ subject: string; whole: number | null; cut: string | null }>(
    `${subjects} SELECT subject,
        ${ofDays('sum(octet_length(quarters) - octet_length(removed)) / 2', 'day BETWEEN ?3 AND ?4')} AS whole,
        ${ofDays(dayTexts, 'day IN (?5, ?6) AND day NOT BETWEEN ?3 AND ?4')} AS cut
      FROM subjects WHERE subject IS NOT NULL`,
    [...keysOf(kind), ...whole, range.firstUtcDay, range.lastUtcDay, ...(camera === undefined ? [] : [camera])],
  );
  return rows
    .map(({ subject, whole, cut }): [string, number] => [
      subject.slice(kind.length),
      (whole ?? 0) + total(cut ?? undefined, range),
    ])
    .filter(([, visits]) => visits > 0)
    .sort(([, a], [, b]) => b - a);
}

/** The first and last UTC day that lie whole within the range. */
function wholeDays({ fromMs, toMs }: Range): [number, number] {
  return [Math.ceil(fromMs / dayMs), Math.floor(toMs / dayMs) - 1];
}

/** Walks what `readDays` gave, within the range. */
export function eachCount(days: string | undefined, range: Range, visit: CountVisitor): void {
  const quarters = new Int32Array(100);
  eachDay(days, (text, { utcDay, added, removed, end }) => {
    quarters.fill(0);
    countQuarters(quarters, text, added, removed - 1, 1);
    countQuarters(quarters, text, removed, end, -1);
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

function countQuarters(quarters: Int32Array, text: string, from: number, to: number, by: 1 | -1): void {
  for (let at = from; at < to; at += 2) {
    const quarter = quarterAt(text, at);
    quarters[quarter] = (quarters[quarter] as number) + by;
  }
}

function quarterAt(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
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
  const others = eachWholeDay(days, range, zone, (text, { utcDay, added, removed, end }, offset) => {
    // A UTC day is the end of one day of the home and the beginning of the next: only how many are in which is counted.
    const turn = Math.ceil((offset < 0 ? -offset : 1440 - offset) / 15);
    const late = later(text, added, removed - 1, turn) - later(text, removed, end, turn);
    const all = (removed - 1 - added - (end - removed)) / 2;
    const day = offset < 0 ? utcDay - 1 : utcDay;
    add(day, all - late);
    add(day + 1, late);
  });
  eachCount(others, range, (utcDay, quarter, visits) => {
    add(Math.floor((utcDay * 1440 + quarter * 15 + zone.offset(utcDay, quarter)) / 1440), visits);
  });
  return counts;
}

/** How many of the quarters are `turn` or later. */
function later(text: string, from: number, to: number, turn: number): number {
  let count = 0;
  for (let at = from; at < to; at += 2) {
    if (quarterAt(text, at) >= turn) count++;
  }
  return count;
}

/** Visits by the hour of the home's day. */
export function byHour(days: string | undefined, range: Range, zone: HomeZone): number[] {
  const hours = new Array<number>(24).fill(0);
  const steady = new Map<number, Int32Array>();
  const others = eachWholeDay(days, range, zone, (text, { added, removed, end }, offset) => {
    const quarters = steady.get(offset) ?? new Int32Array(100);
    steady.set(offset, quarters);
    countQuarters(quarters, text, added, removed - 1, 1);
    countQuarters(quarters, text, removed, end, -1);
  });
  const add = (quarter: number, offset: number, visits: number) => {
    const hour = Math.floor((((quarter * 15 + offset) % 1440) + 1440) / 60) % 24;
    hours[hour] = (hours[hour] as number) + visits;
  };
  for (const [offset, quarters] of steady) {
    for (const [quarter, visits] of quarters.entries()) add(quarter, offset, visits);
  }
  eachCount(others, range, (utcDay, quarter, visits) => add(quarter, zone.offset(utcDay, quarter), visits));
  return hours;
}

/** Visits the days that the range does not cut and in which no clock changes; returns the text of the others. */
function eachWholeDay(
  days: string | undefined,
  range: Range,
  zone: HomeZone,
  visit: (text: string, day: DayText, offset: number) => void,
): string {
  const others: string[] = [];
  eachDay(days, (text, day) => {
    const [first, last] = quartersWithin(range, day.utcDay);
    const offset = zone.offset(day.utcDay, 0);
    if (first === 0 && last === 95 && offset === zone.offset(day.utcDay, 95)) visit(text, day, offset);
    else others.push(text.slice(day.start, day.end));
  });
  return others.join(';');
}

/** When the history begins, milliseconds since the epoch; null where it is empty. */
export async function historyBegan(reads: Reads): Promise<number | null> {
  const row = await reads.get<{ at: string | null }>('SELECT min(recorded_at) AS at FROM events');
  return row?.at ? Date.parse(row.at) : null;
}
