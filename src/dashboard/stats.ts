/** What a range of dates adds up to. */
import type { Reads } from '../store/database.ts';
import type { PersonStats, Quantiles, Stats } from './api-types.ts';
import type { Names } from './cards.ts';
import { byDay, byHour, readDays, readDaysOf, totalsOf } from './counts.ts';
import { refusalTitle } from './gates.ts';
import { datesOf, type Home } from './heatmap.ts';
import { ignoredVisits } from './ignored.ts';
import { countedRange, type Range } from './range.ts';
import { dateOf } from './zone.ts';

export interface StatsOf {
  range: Range;
  camera?: string | undefined;
}

export async function stats(reads: Reads, { range, camera }: StatsOf, { zone }: Home, names: Names): Promise<Stats> {
  const all = await readDays(reads, 'all', range, camera);
  const labels = await readDaysOf(reads, 'label:', range, camera);
  const people = await readDaysOf(reads, 'person:', range, camera);
  const identities = new Map(await totalsOf(reads, 'identity:', range, camera));
  const decisions = new Map(await totalsOf(reads, 'decision:', range, camera));
  const ignored = (await ignoredVisits(reads, range, camera)).length;
  const refusals = await totalsOf(reads, 'refused:', range, camera);
  const visits = byDay(all, range, zone);
  const labelled = [...labels].map(([label, days]): [string, Map<number, number>] => [label, byDay(days, range, zone)]);
  return {
    ...countedRange(range),
    totals: {
      visits: sum(visits.values()),
      known: identities.get('person') ?? 0,
      strangers: (identities.get('stranger') ?? 0) - ignored,
      ignored,
      opened: decisions.get('opened') ?? 0,
      failed: decisions.get('failed') ?? 0,
      refused: decisions.get('refused') ?? 0,
    },
    days: daysOf(visits, labelled, range),
    labels: mostFirst(labelled.map(([label, days]) => ({ label, visits: sum(days.values()) }))),
    refusals: refusals.map(([gate, visits]) => ({ gate, title: refusalTitle(gate), visits })),
    people: await peopleOf(reads, people, range, zone, names),
    ms: await responseTimes(reads, range, camera),
  };
}

function sum(counts: Iterable<number>): number {
  return [...counts].reduce((all, count) => all + count, 0);
}

/** Without those that have no visit. */
function mostFirst<Counted extends { visits: number }>(counted: Counted[]): Counted[] {
  return counted.filter(({ visits }) => visits > 0).sort((a, b) => b.visits - a.visits);
}

function daysOf(
  visits: ReadonlyMap<number, number>,
  labels: readonly [string, ReadonlyMap<number, number>][],
  range: Range,
): Stats['days'] {
  return datesOf(range).map((day) => ({
    date: dateOf(day),
    visits: visits.get(day) ?? 0,
    labels: Object.fromEntries(
      labels.flatMap(([label, counts]) => (counts.get(day) ? [[label, counts.get(day) ?? 0] as const] : [])),
    ),
  }));
}

async function peopleOf(
  reads: Reads,
  people: ReadonlyMap<string, string>,
  range: Range,
  zone: Home['zone'],
  names: Names,
): Promise<PersonStats[]> {
  const counted = mostFirst(
    [...people].map(([person, days]) => {
      const hours = byHour(days, range, zone);
      return { person, hours, visits: sum(hours) };
    }),
  );
  const found: PersonStats[] = [];
  for (const { person, visits, hours } of counted) {
    const seen = await firstAndLast(reads, person);
    found.push({
      person,
      personName: names.people.get(person) ?? person,
      visits,
      firstSeen: seen?.first ?? range.from,
      lastSeen: seen?.last ?? range.to,
      hours,
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
