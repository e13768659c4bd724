/** What a range of dates adds up to. */
import type { Reads } from '../store/database.ts';
import type { PersonStats, Quantiles, Stats } from './api-types.ts';
import type { Names } from './cards.ts';
import { byDay, byHour, readDays, total } from './counts.ts';
import { refusalTitle } from './gates.ts';
import { datesOf, type Home } from './heatmap.ts';
import { countedRange, type Range } from './range.ts';
import { dateOf } from './zone.ts';

export interface StatsOf {
  range: Range;
  camera?: string | undefined;
}

export async function stats(reads: Reads, { range, camera }: StatsOf, { zone }: Home, names: Names): Promise<Stats> {
  const all = (await readDays(reads, 'all', range, camera)).get('all');
  const labels = await readDays(reads, 'label:', range, camera);
  const identities = await readDays(reads, 'identity:', range, camera);
  const decisions = await readDays(reads, 'decision:', range, camera);
  const refusals = await readDays(reads, 'refused:', range, camera);
  const people = await readDays(reads, 'person:', range, camera);
  const of = (days: Map<string, string>, subject: string) => total(days.get(subject), range);
  return {
    ...countedRange(range),
    totals: {
      visits: total(all, range),
      known: of(identities, 'identity:person'),
      strangers: of(identities, 'identity:stranger'),
      opened: of(decisions, 'decision:opened'),
      failed: of(decisions, 'decision:failed'),
      refused: of(decisions, 'decision:refused'),
    },
    days: daysOf(all, labels, range, zone),
    labels: counted(labels, range).map(([label, visits]) => ({ label, visits })),
    refusals: counted(refusals, range).map(([gate, visits]) => ({ gate, title: refusalTitle(gate), visits })),
    people: await peopleOf(reads, people, range, zone, names),
    ms: await responseTimes(reads, range, camera),
  };
}

/** What follows the colon of each subject, with its visits, most first. */
function counted(days: Map<string, string>, range: Range): [string, number][] {
  return [...days]
    .map(([subject, text]): [string, number] => [afterColon(subject), total(text, range)])
    .filter(([, visits]) => visits > 0)
    .sort(([, a], [, b]) => b - a);
}

function daysOf(all: string | undefined, labels: Map<string, string>, range: Range, zone: Home['zone']): Stats['days'] {
  const visits = byDay(all, range, zone);
  const byLabel = [...labels].map(([subject, text]) => [afterColon(subject), byDay(text, range, zone)] as const);
  return datesOf(range).map((day) => ({
    date: dateOf(day),
    visits: visits.get(day) ?? 0,
    labels: Object.fromEntries(
      byLabel.flatMap(([label, counts]) => (counts.get(day) ? [[label, counts.get(day) ?? 0] as const] : [])),
    ),
  }));
}

async function peopleOf(
  reads: Reads,
  people: Map<string, string>,
  range: Range,
  zone: Home['zone'],
  names: Names,
): Promise<PersonStats[]> {
  const found: PersonStats[] = [];
  for (const [person, visits] of counted(people, range)) {
    const seen = await firstAndLast(reads, person);
    found.push({
      person,
      personName: names.people.get(person) ?? person,
      visits,
      firstSeen: seen?.first ?? range.from,
      lastSeen: seen?.last ?? range.to,
      hours: byHour(people.get(`person:${person}`), range, zone),
    });
  }
  return found;
}

/** When somebody was first and last the one a visit was named after. Null where never. */
export async function firstAndLast(reads: Reads, person: string): Promise<{ first: string; last: string } | null> {
  const row = await reads.get<{ first: string | null; last: string | null }>(
    `SELECT (SELECT recorded_at FROM events WHERE person_name = ?1 ORDER BY recorded_at LIMIT 1) AS first,
      (SELECT recorded_at FROM events WHERE person_name = ?1 ORDER BY recorded_at DESC LIMIT 1) AS last`,
    [person],
  );
  return row?.first && row.last ? { first: row.first, last: row.last } : null;
}

async function responseTimes(reads: Reads, range: Range, camera?: string): Promise<Stats['ms']> {
  const row = await reads.get<Record<keyof Stats['ms'], string>>(
    `SELECT json_group_array(ms_decision) AS decision, json_group_array(ms_unlock) AS unlock,
        json_group_array(ms_objects) AS objects, json_group_array(ms_faces) AS faces
      FROM (SELECT ms_decision, ms_unlock, ms_objects, ms_faces FROM events
        WHERE recorded_at >= ? AND recorded_at < ? ${camera === undefined ? '' : 'AND camera_id = ?'}
        ORDER BY recorded_at DESC LIMIT 1000)`,
    [range.from, range.to, ...(camera === undefined ? [] : [camera])],
  );
  return {
    decision: quantiles(row?.decision),
    unlock: quantiles(row?.unlock),
    objects: quantiles(row?.objects),
    faces: quantiles(row?.faces),
  };
}

function quantiles(json: string | undefined): Quantiles {
  const all = JSON.parse(json ?? '[]') as (number | null)[];
  const known = all.filter((value) => value !== null).sort((a, b) => a - b);
  const at = (share: number) => known[Math.min(known.length - 1, Math.floor(share * known.length))] ?? null;
  return { count: known.length, p50: at(0.5), p95: at(0.95) };
}

function afterColon(subject: string): string {
  return subject.slice(subject.indexOf(':') + 1);
}
