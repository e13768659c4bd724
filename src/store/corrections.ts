/** What the owner corrects in the history: who a face is, what a person is called, what has been seen. */
import type { Queries } from './database.ts';
import { personName } from './person-name.ts';
import { StoreError } from './store-error.ts';

/** Changes what a person is called from now on. Throws the StoreError `invalid`. */
export async function renamePerson(queries: Queries, name: string, displayName: string): Promise<void> {
  const { changes } = await queries.run('UPDATE persons SET display_name = ? WHERE name = ?', [
    personName(displayName),
    name,
  ]);
  if (changes === 0) throw new StoreError('invalid', `Nobody is enrolled as ${name}.`);
}

export async function markSeen(queries: Queries, events: readonly number[], seen: boolean): Promise<void> {
  for (const id of events) await queries.run('UPDATE events SET seen = ? WHERE id = ?', [Number(seen), id]);
}

/** Everything up to and including `until`, UTC ISO 8601. */
export async function markAllSeen(queries: Queries, until: string): Promise<void> {
  await queries.run('UPDATE events SET seen = 1 WHERE seen = 0 AND recorded_at <= ?', [until]);
}

/**
 * The owner says who a face of an event is, null for "not who you think"; the event is then known by it. The gates and the
 * sentence stay as they were: they say what was decided, and on what grounds. Throws the StoreError `invalid`.
 */
export async function identifyFace(queries: Queries, event: number, face: number, name: string | null): Promise<void> {
  const person = name === null ? null : await personOf(queries, name);
  // Counts and searches go by who came: taken out before the change, and put in again after it.
  await queries.run('DELETE FROM event_index WHERE event_id = ?', [event]);
  const { changes } = await queries.run(
    'UPDATE faces SET person_id = ?, person_name = ?, similarity = NULL WHERE id = ? AND event_id = ?',
    [person?.id ?? null, person?.display_name ?? null, face, event],
  );
  if (changes === 0) throw new StoreError('invalid', 'That visit or face is not in the history any more.');
  await queries.run('UPDATE events SET identity = ?, person_id = ?, person_name = ?, similarity = NULL WHERE id = ?', [
    person ? 'person' : 'stranger',
    person?.id ?? null,
    person?.display_name ?? null,
    event,
  ]);
  await queries.run('INSERT INTO event_index (event_id) VALUES (?)', [event]);
}

async function personOf(queries: Queries, name: string): Promise<{ id: number; display_name: string }> {
  const person = await queries.get<{ id: number; display_name: string }>(
    'SELECT id, display_name FROM persons WHERE name = ?',
    [name],
  );
  if (!person) throw new StoreError('invalid', `Nobody is enrolled as ${name}: enrol them first.`);
  return person;
}
