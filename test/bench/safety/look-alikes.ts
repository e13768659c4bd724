/** How alike the templates of different people are, and two templates of one person. */
import type { VisitRules } from '../../../src/visits/visiting.ts';
import type { Likeness } from './likeness.ts';
import { enrolledPictures, type Listener, type Trials } from './trials.ts';

export interface TemplatePair {
  names: readonly [string, string];
  /** Cosine similarity of templates of five pictures each. */
  similarity: number;
}

/** One of two residents at the door. */
export interface NearMiss {
  /** Of the templates of the two. */
  near: number;
  /** Of the face at the door to the other one's template. */
  taken: number;
}

/** `count` visits to households of two, by the one, as the other would see them. */
export function nearMisses(trials: Trials, count: number, rules: VisitRules): NearMiss[] {
  const misses: NearMiss[] = [];
  const listener: Listener = ({ household }, { refusedBy }, outcome) => {
    const [one, other] = household.map(({ faces }) => faces);
    if (!one || !other || !outcome || refusedBy.length > 0) return;
    misses.push({ near: trials.likeness.between(one, other), taken: outcome.similarity - outcome.margin });
  };
  trials.residentsAtTheirDoor(count, 2, rules, listener);
  return misses;
}

/** Every two residents, each with the first pictures that can be enrolled; the nearest first. */
export function templatePairs({ album, likeness, residents }: Trials): TemplatePair[] {
  const people = residents.map((index) => {
    const { name, enrollable } = album[index] as (typeof album)[number];
    return { name, faces: enrollable.slice(0, enrolledPictures).map(({ face }) => likeness.idOf(face)) };
  });
  return people
    .flatMap((one, index) =>
      people.slice(index + 1).map((other) => ({
        names: [one.name, other.name] as const,
        similarity: likeness.between(one.faces, other.faces),
      })),
    )
    .sort((a, b) => b.similarity - a.similarity);
}

/** Of each resident, the similarity of a template of one half of the pictures to one of the other half. */
export function halves({ album, likeness, residents }: Trials): number[] {
  return residents.map((index) => {
    const faces = (album[index] as (typeof album)[number]).enrollable.map(({ face }) => likeness.idOf(face));
    return alike(likeness, faces);
  });
}

function alike(likeness: Likeness, faces: readonly number[]): number {
  const middle = Math.ceil(faces.length / 2);
  return likeness.between(faces.slice(0, middle), faces.slice(middle));
}
