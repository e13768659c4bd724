/** How the history does, and what there is to filter it by. */
import { stat } from 'node:fs/promises';
import type { Database, Reads } from '../store/database.ts';
import { schemaVersion } from '../store/migrations/migrate.ts';
import type { CameraHealth, Choices, Health } from './api-types.ts';
import type { Names } from './cards.ts';
import { readDays, subjectsOf, total } from './counts.ts';
import { refusalTitle } from './gates.ts';
import type { Home } from './heatmap.ts';
import { resolveRange } from './range.ts';

export async function health(database: Database, home: Home, names: Names): Promise<Health> {
  const row = await database.get<{
    visits: number | null;
    unseen: number;
    oldest: string | null;
    newest: string | null;
  }>(
    `SELECT (SELECT sum(length(quarters) - length(removed)) / 2 FROM visit_days WHERE subject = 'all') AS visits,
      (SELECT count(*) FROM events WHERE seen = 0) AS unseen,
      (SELECT min(recorded_at) FROM events) AS oldest, (SELECT max(recorded_at) FROM events) AS newest`,
  );
  const cameras: CameraHealth[] = [];
  for (const camera of await cameraIds(database, names))
    cameras.push(await cameraHealth(database, camera, home, names));
  return {
    schema: await schemaVersion(database),
    databaseBytes: (await stat(database.file)).size,
    visits: row?.visits ?? 0,
    unseen: row?.unseen ?? 0,
    oldest: row?.oldest ?? null,
    newest: row?.newest ?? null,
    cameras,
    timeZone: home.zone.timeZone,
    firstWeekday: home.firstWeekday,
  };
}

export async function choices(reads: Reads, names: Names): Promise<Choices> {
  const people = new Set([...names.people.keys(), ...(await subjectsOf(reads, 'person:'))]);
  return {
    cameras: (await cameraIds(reads, names)).map((camera) => ({
      camera,
      cameraName: names.cameras.get(camera) ?? camera,
    })),
    people: [...people].map((person) => ({ person, personName: names.people.get(person) ?? person })),
    labels: await subjectsOf(reads, 'label:'),
    refused: (await subjectsOf(reads, 'refused:')).map((gate) => ({ gate, title: refusalTitle(gate) })),
  };
}

async function cameraHealth(reads: Reads, camera: string, home: Home, names: Names): Promise<CameraHealth> {
  const last = await reads.get<{ recorded_at: string; failure: string | null }>(
    'SELECT recorded_at, failure FROM events WHERE camera_id = ? ORDER BY recorded_at DESC, id DESC LIMIT 1',
    [camera],
  );
  const today = resolveRange({ days: 1 }, home.zone, home.now);
  const days = await readDays(reads, 'all', today, camera);
  return {
    camera,
    cameraName: names.cameras.get(camera) ?? camera,
    lastVisit: last?.recorded_at ?? null,
    visitsToday: total(days, today),
    failure: last?.failure ?? null,
  };
}

/** The configured ones first, then those only the history knows. */
async function cameraIds(reads: Reads, names: Names): Promise<string[]> {
  // One step of the index for each camera: listing them all row by row would read the whole of it.
  const rows = await reads.all<{ id: string }>(
    `WITH RECURSIVE cameras (id) AS (
      SELECT min(camera_id) FROM events
      UNION ALL SELECT (SELECT min(camera_id) FROM events WHERE camera_id > cameras.id) FROM cameras WHERE cameras.id IS NOT NULL
    ) SELECT id FROM cameras WHERE id IS NOT NULL`,
  );
  return [...new Set([...names.cameras.keys(), ...rows.map(({ id }) => id)])];
}
