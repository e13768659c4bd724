/** Visits into a database by the thousand, past the store, so that a million take minutes. */

import { isoTime } from '../../../src/store/columns.ts';
import type { Database, Queries } from '../../../src/store/database.ts';
import { insert, type Row } from '../../../src/store/insert.ts';
import { decisionRow, detectionRow, eventRow, faceRow, gateRows } from '../../../src/store/visit-rows.ts';
import type { Visit } from '../../../src/visits/visit.ts';
import { people } from './household.ts';

const batch = 1000;

/** Ids are given from `firstId` on. Fits any schema from 2 on; the index of schema 4 is not written. */
export async function fill(
  database: Database,
  visits: Iterable<Visit>,
  onRows: (count: number) => void,
  firstId = 1,
): Promise<void> {
  let id = firstId;
  let some: Visit[] = [];
  const flush = async () => {
    await write(database, some, id);
    id += some.length;
    onRows(some.length);
    some = [];
  };
  for (const visit of visits) {
    some.push(visit);
    if (some.length === batch) await flush();
  }
  if (some.length > 0) await flush();
}

export async function enrolHousehold(database: Database, at: number): Promise<void> {
  const rows = people.map((name, index) => ({ id: index + 1, name, display_name: name, created_at: isoTime(at) }));
  await insert(database, 'persons', rows);
}

async function write(database: Database, visits: readonly Visit[], firstId: number): Promise<void> {
  const rows: Record<'events' | 'detections' | 'faces' | 'decisions' | 'gates', Row[]> = {
    events: [],
    detections: [],
    faces: [],
    decisions: [],
    gates: [],
  };
  visits.forEach((visit, index) => {
    const id = firstId + index;
    const personId = visit.identity.kind === 'person' ? visit.identity.personId : null;
    const path = `thumbnails/2026/01/01/${String(id).padStart(9, '0')}-${visit.cameraId}-00000000.jpg`;
    rows.events.push({
      id,
      ...eventRow(visit, {
        person_id: personId,
        thumbnail_path: path,
        thumbnail_bytes: 42_000,
        created_at: isoTime(visit.decidedAt),
      }),
      seen: Number(id % 50 !== 0),
    });
    rows.detections.push(...visit.detections.map((detection) => detectionRow(id, detection)));
    rows.faces.push(...visit.faces.map((face) => faceRow(id, face, face.personId)));
    rows.decisions.push(decisionRow(id, 0, visit.decidedAt, visit.decision));
    rows.gates.push(...gateRows(id, 0, visit.decision));
  });
  await database.transaction(async (queries) => {
    const { faces, ...others } = rows;
    for (const [table, some] of Object.entries(others)) await insertJson(queries, table, some);
    await insert(queries, 'faces', faces);
  });
}

/** One value to bind instead of thousands; a JSON text has no blobs. */
async function insertJson(queries: Queries, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) return;
  const values = columns.map((_, index) => `value ->> ${index}`).join(', ');
  const json = JSON.stringify(rows.map((row) => columns.map((column) => row[column] ?? null)));
  const names = columns.map((column) => `"${column}"`).join(', ');
  await queries.run(`INSERT INTO ${table} (${names}) SELECT ${values} FROM json_each(?)`, [json]);
}

const shifted = new Set(['recorded_at', 'created_at', 'frame_taken_at', 'decided_at']);

/** Copies the events with ids of 1 to `count`, `days` later, under ids `count * copy` higher. */
export async function copyLater(database: Database, count: number, copy: number, days: number): Promise<void> {
  await database.transaction(async (queries) => {
    for (const table of ['events', 'detections', 'faces', 'decisions', 'gates']) {
      const columns = await queries.all<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`);
      const id = table === 'events' ? 'id' : 'event_id';
      const kept = columns.filter(({ name }) => name !== 'id' || table === 'events');
      const values = kept.map(({ name }) => {
        if (name === id) return `"${name}" + ${count * copy}`;
        return shifted.has(name) ? `strftime('%Y-%m-%dT%H:%M:%fZ', "${name}", '+${days} days')` : `"${name}"`;
      });
      const names = kept.map(({ name }) => `"${name}"`).join(', ');
      await queries.run(
        `INSERT INTO ${table} (${names}) SELECT ${values.join(', ')} FROM ${table} WHERE "${id}" BETWEEN 1 AND ${count}`,
      );
    }
  });
}
