/** Faces the owner wants to hear nothing of, in the database. */
import type { IgnoredFace } from '../people/ignored.ts';
import { embeddingBlob, isoTime, storedEmbedding } from './columns.ts';
import type { Queries, Reads } from './database.ts';
import { insert } from './insert.ts';

export interface NewIgnored {
  /** The event whose face it is. */
  event: number;
  /** L2-normalised. */
  embedding: Float32Array;
  /** The model that made it; embeddings of two models cannot be compared. */
  model: string;
  /** The event showed nothing else, and is muted with it. */
  whole: boolean;
}

/** Those that one model made, or all. */
export async function readIgnored(reads: Reads, model?: string): Promise<IgnoredFace[]> {
  const rows = await reads.all<{ id: number; embedding: Buffer }>(
    'SELECT id, embedding FROM ignored_faces WHERE model = coalesce(?, model) ORDER BY id',
    [model ?? null],
  );
  return rows.map(({ id, embedding }) => ({ id, embedding: storedEmbedding(embedding) }));
}

/** To be called in a transaction. Resolves to the ignored face's id. */
export async function ignoreFace(
  queries: Queries,
  { event, embedding, model, whole }: NewIgnored,
  now: number,
): Promise<number> {
  const row = { event_id: event, embedding: embeddingBlob(embedding), model, created_at: isoTime(now) };
  const id = await insert(queries, 'ignored_faces', [row]);
  if (whole) await queries.run("UPDATE events SET ignored = 1 WHERE id = ? AND identity = 'stranger'", [event]);
  return id;
}

/** Erases it; past visits stay as they were told. False where there is none of that id. */
export async function stopIgnoring(queries: Queries, id: number): Promise<boolean> {
  const { changes } = await queries.run('DELETE FROM ignored_faces WHERE id = ?', [id]);
  return changes > 0;
}
