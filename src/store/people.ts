/** Enrolled people and their templates in the database. */
import type { Person } from '../people/people.ts';
import { embeddingBlob, isoTime, storedEmbedding } from './columns.ts';
import type { Queries, Reads } from './database.ts';
import { insert } from './insert.ts';
import { personName } from './person-name.ts';
import { StoreError } from './store-error.ts';

export interface NewTemplate {
  /** L2-normalised. */
  embedding: Float32Array;
  /** The model that made it; embeddings of two models cannot be compared. */
  model: string;
  /** Where it came from, for the owner: a file's name, or an event and its face. */
  source: string;
}

/** What went with a person. */
export interface Forgotten {
  /** Erased. */
  templates: number;
  /** Faces of past events whose embeddings were erased. */
  faces: number;
  /** Past events that keep the name, as the record of who came, and nothing else of the person. */
  events: number;
}

/** Everyone by name, with the templates of one model, or of all. */
export async function readPeople(reads: Reads, model?: string): Promise<Person[]> {
  const rows = await reads.all<{ id: number; name: string; display_name: string; embedding: Buffer | null }>(
    `SELECT p.id, p.name, p.display_name, t.embedding FROM persons p
      LEFT JOIN templates t ON t.person_id = p.id AND t.model = coalesce(?, t.model) ORDER BY p.name, t.id`,
    [model ?? null],
  );
  const people = new Map<number, Person>();
  for (const { id, name, display_name, embedding } of rows) {
    const person = people.get(id) ?? { id, name, displayName: display_name, templates: [] };
    people.set(id, person);
    if (embedding) person.templates.push(storedEmbedding(embedding));
  }
  return [...people.values()];
}

/** Who is enrolled, with nothing of what they are known by. */
export type PersonNames = Omit<Person, 'templates'>;

/** Everyone by name. */
export async function readNames(reads: Reads): Promise<PersonNames[]> {
  const rows = await reads.all<{ id: number; name: string; display_name: string }>(
    'SELECT id, name, display_name FROM persons ORDER BY name',
  );
  return rows.map(({ id, name, display_name }) => ({ id, name, displayName: display_name }));
}

/** Creates a person or adds to one. To be called in a transaction. Resolves to the person's id. */
export async function enrolPerson(
  queries: Queries,
  typed: { name: string; displayName: string },
  templates: readonly NewTemplate[],
  now: number,
): Promise<number> {
  const name = personName(typed.name);
  const displayName = personName(typed.displayName, 'The display name');
  if (templates.length === 0)
    throw new StoreError('invalid', `${name} cannot be enrolled without a picture of a face.`);
  for (const template of templates) checkTemplate(template);
  const row = await queries.get<{ id: number }>(
    `INSERT INTO persons (name, display_name, created_at) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET display_name = excluded.display_name RETURNING id`,
    [name, displayName, isoTime(now)],
  );
  const id = row?.id ?? 0;
  const rows = templates.map(({ embedding, model, source }) => ({
    person_id: id,
    embedding: embeddingBlob(embedding),
    model,
    source,
    created_at: isoTime(now),
  }));
  await insert(queries, 'templates', rows);
  return id;
}

/**
 * Erases the person, their templates and the embeddings of their faces in past events, and unlinks those. To be called
 * in a transaction. Null where nobody has that name.
 */
export async function forgetPerson(queries: Queries, typed: string): Promise<Forgotten | null> {
  const name = typed.normalize('NFC').trim();
  const person = await queries.get<{ id: number }>('SELECT id FROM persons WHERE name = ?', [name]);
  if (!person) return null;
  const id = [person.id];
  const faces = await queries.run('UPDATE faces SET embedding = NULL, person_id = NULL WHERE person_id = ?', id);
  const events = await queries.run('UPDATE events SET person_id = NULL WHERE person_id = ?', id);
  const templates = await queries.run('DELETE FROM templates WHERE person_id = ?', id);
  await queries.run('DELETE FROM persons WHERE id = ?', id);
  return { templates: templates.changes, faces: faces.changes, events: events.changes };
}

/** A template that is no unit vector would be near to everybody or to nobody. */
function checkTemplate({ embedding, source }: NewTemplate): void {
  const length = Math.sqrt(embedding.reduce((sum, value) => sum + value * value, 0));
  if (!(Math.abs(length - 1) < 0.01)) {
    throw new StoreError('invalid', `The template from ${source} is not the embedding of a face.`);
  }
}
