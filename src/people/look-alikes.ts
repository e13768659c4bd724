/** Enrolled people who look too alike for a camera to let either in by itself. Pure. */
import { cosine, meanEmbedding, type Person } from './people.ts';

export interface LookAlikes {
  /** The one enrolled first. */
  first: Person;
  second: Person;
  /** Cosine similarity of their templates, -1 to 1. */
  similarity: number;
}

/**
 * How far under the similarity that opens the door two templates must stay.
 *
 * Measured on LFW by `npm run bench:safety` (templates of 5 pictures, the mean of 3 others at the door): of visits by one
 * of two people, 99 % come at most 0.06 nearer to the other one's template than the two templates are to each other. Of
 * 1,653 pairs of strangers one is barred by it where 0.80 opens the door.
 */
export const lookAlikeDistance = 0.06;

/** Pairs whose templates are as near as `unlockThreshold` less the distance, or nearer; the nearest first. */
export function lookAlikes(people: readonly Person[], unlockThreshold: number): LookAlikes[] {
  const limit = unlockThreshold - lookAlikeDistance;
  const templates = people.flatMap((person) => {
    const template = meanEmbedding(person.templates);
    return template ? [{ person, template }] : [];
  });
  return templates
    .flatMap(({ person: first, template }, index) =>
      templates.slice(index + 1).map((other) => {
        return { first, second: other.person, similarity: cosine(template, other.template) };
      }),
    )
    .filter(({ similarity }) => similarity >= limit)
    .sort((a, b) => b.similarity - a.similarity);
}

/** Ids of the people whom the door must not be opened for without a tap. */
export function barredFromAuto(pairs: readonly LookAlikes[]): ReadonlySet<number> {
  return new Set(pairs.flatMap(({ first, second }) => [first.id, second.id]));
}

/** What the owner is told of a pair. */
export function lookAlikeSentence({ first, second, similarity }: LookAlikes): string {
  const names = `${first.displayName} and ${second.displayName}`;
  return `${names} look too alike (${similarity.toFixed(2)}): the door opens for neither without being asked. Better pictures of both may help.`;
}
