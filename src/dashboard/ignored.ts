/** Faces the owner wants to hear nothing of, as the page shows them, and the visits they were muted at. */
import { resembles } from '../people/ignored.ts';
import { Gallery } from '../people/people.ts';
import { storedEmbedding } from '../store/columns.ts';
import type { SqlValue } from '../store/connection.ts';
import type { Reads } from '../store/database.ts';
import { readPeople } from '../store/people.ts';
import type { DaySummary, IgnoredFace } from './api-types.ts';
import type { Range } from './range.ts';
import type { HomeZone } from './zone.ts';

interface IgnoredRow {
  id: number;
  event_id: number | null;
  thumbnail_path: string | null;
  embedding: Buffer;
  model: string;
  created_at: string;
}

/** Newest first. `namedAt` is the least similarity at which a face gets a name. */
export async function ignoredFaces(reads: Reads, namedAt: number): Promise<IgnoredFace[]> {
  const rows = await reads.all<IgnoredRow>(
    `SELECT i.id, i.event_id, e.thumbnail_path, i.embedding, i.model, i.created_at
      FROM ignored_faces i LEFT JOIN events e ON e.id = i.event_id ORDER BY i.id DESC`,
  );
  const galleries = new Map<string, Gallery>();
  for (const { model } of rows) {
    if (!galleries.has(model)) galleries.set(model, new Gallery(await readPeople(reads, model)));
  }
  return rows.map(({ id, event_id, thumbnail_path, embedding, model, created_at }) => ({
    id,
    event: event_id,
    thumbnail: thumbnail_path,
    since: created_at,
    like: resembles(storedEmbedding(embedding), galleries.get(model) ?? new Gallery([]), namedAt)?.name ?? null,
  }));
}

/** When the visits were that showed only strangers nobody wants to hear of; milliseconds since the epoch. */
export async function ignoredVisits(reads: Reads, { from, to }: Range, camera?: string): Promise<number[]> {
  const values: SqlValue[] = camera === undefined ? [from, to] : [from, to, camera];
  const rows = await reads.all<{ recorded_at: string }>(
    `SELECT recorded_at FROM events INDEXED BY events_ignored
      WHERE ignored = 1 AND recorded_at >= ? AND recorded_at < ? ${camera === undefined ? '' : 'AND camera_id = ?'}`,
    values,
  );
  return rows.map(({ recorded_at }) => Date.parse(recorded_at));
}

/** The days without the strangers that nobody wants to hear of. */
export async function withoutIgnored(
  reads: Reads,
  days: readonly DaySummary[],
  { range, zone, camera }: { range: Range; zone: HomeZone; camera?: string | undefined },
): Promise<DaySummary[]> {
  const ignored = new Map<string, number>();
  for (const at of await ignoredVisits(reads, range, camera)) {
    const date = zone.date(at);
    ignored.set(date, (ignored.get(date) ?? 0) + 1);
  }
  return days.map((day) => ({ ...day, strangers: day.strangers - (ignored.get(day.date) ?? 0) }));
}
