/** Enrolled people as the page shows them. */
import { cosine, meanEmbedding } from '../people/people.ts';
import type { Reads } from '../store/database.ts';
import { readPeople } from '../store/people.ts';
import type { EnrolledPerson } from './api-types.ts';
import { termOf } from './filter.ts';
import { firstAndLast } from './stats.ts';

/** The source of a template that was enrolled from an event, with the event's id. */
const fromEvent = /^event (\d{1,15})\b/;

interface TemplateRow {
  id: number;
  person_id: number;
  model: string;
  source: string;
  created_at: string;
}

/** `alike` is the least cosine between two people's templates at which one might be taken for the other. */
export async function enrolledPeople(reads: Reads, alike: number): Promise<EnrolledPerson[]> {
  const persons = await reads.all<{ id: number; name: string; display_name: string; created_at: string }>(
    'SELECT id, name, display_name, created_at FROM persons ORDER BY display_name, name',
  );
  const templates = await reads.all<TemplateRow>(
    'SELECT id, person_id, model, source, created_at FROM templates ORDER BY id',
  );
  const likeness = await lookAlikes(reads, alike);
  const people: EnrolledPerson[] = [];
  for (const { id, name, display_name, created_at } of persons) {
    const seen = await firstAndLast(reads, name);
    people.push({
      person: name,
      personName: display_name,
      enrolledAt: created_at,
      templates: templates.filter(({ person_id }) => person_id === id).map(templateOf),
      visits: await visitsOf(reads, name),
      firstSeen: seen?.first ?? null,
      lastSeen: seen?.last ?? null,
      thumbnail: await newestPicture(reads, name),
      lookAlikes: likeness.get(name) ?? [],
    });
  }
  return people;
}

function templateOf({ id, model, source, created_at }: TemplateRow): EnrolledPerson['templates'][number] {
  const event = fromEvent.exec(source)?.[1];
  return { id, model, source, createdAt: created_at, event: event === undefined ? null : Number(event) };
}

async function visitsOf(reads: Reads, name: string): Promise<number> {
  const row = await reads.get<{ visits: number | null }>(
    'SELECT sum(length(quarters) - length(removed)) / 2 AS visits FROM visit_days WHERE subject = ?',
    [`person:${name}`],
  );
  return row?.visits ?? 0;
}

async function newestPicture(reads: Reads, name: string): Promise<EnrolledPerson['thumbnail']> {
  const row = await reads.get<{ event: number; path: string }>(
    `SELECT e.id AS event, e.thumbnail_path AS path
      FROM event_terms t CROSS JOIN event_order o ON o.moment = t.rowid CROSS JOIN events e ON e.id = o.event_id
      WHERE event_terms MATCH ? AND e.thumbnail_path IS NOT NULL ORDER BY t.rowid DESC LIMIT 1`,
    [termOf(`person:${name}`)],
  );
  return row ?? null;
}

async function lookAlikes(reads: Reads, alike: number): Promise<Map<string, EnrolledPerson['lookAlikes']>> {
  const people = (await readPeople(reads)).flatMap((person) => {
    const length = person.templates.at(-1)?.length;
    const mean = meanEmbedding(person.templates.filter((template) => template.length === length));
    return mean ? [{ ...person, mean }] : [];
  });
  return new Map(
    people.map(({ id, name, mean }) => {
      const others = people.filter((other) => other.id !== id && other.mean.length === mean.length);
      const near = others
        .map((other) => ({ person: other.name, personName: other.displayName, similarity: cosine(mean, other.mean) }))
        .filter(({ similarity }) => similarity >= alike);
      return [name, near.sort((a, b) => b.similarity - a.similarity)];
    }),
  );
}
