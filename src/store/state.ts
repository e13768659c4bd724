/** What must survive a restart, as JSON under a key. */

import { isoTime } from './columns.ts';
import type { Queries, Reads } from './database.ts';
import { StoreError } from './store-error.ts';

/** Undefined where nothing is stored. Throws a StoreError where it cannot be read, which is not the same. */
export async function readState<Value>(reads: Reads, key: string): Promise<Value | undefined> {
  const row = await reads.get<{ value: string }>('SELECT value FROM state WHERE key = ?', [key]);
  if (!row) return undefined;
  try {
    return JSON.parse(row.value) as Value;
  } catch (error) {
    throw new StoreError('damaged', `What the history keeps under "${key}" cannot be read.`, error);
  }
}

/** Undefined deletes. */
export async function writeState(queries: Queries, key: string, value: unknown, now: number): Promise<void> {
  if (value === undefined) {
    await queries.run('DELETE FROM state WHERE key = ?', [key]);
    return;
  }
  await queries.run(
    `INSERT INTO state (key, value, updated_at) VALUES (?, ?, ?)
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
    [key, JSON.stringify(value), isoTime(now)],
  );
}
