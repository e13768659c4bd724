/** Visits by combination: who is enrolled with which pictures, who comes, and which pictures of them the camera takes. */
import type { VisitRules } from '../../../src/visits/visiting.ts';
import type { Subject } from './album.ts';
import { judge, type Member, type Outcome } from './judge.ts';
import { type FaceId, Likeness } from './likeness.ts';
import type { Random } from './random.ts';
import { prepareVisit, type Visit } from './visitor.ts';

/** Pictures a person is enrolled with: as many as the command line recommends. */
export const enrolledPictures = 5;

/** A member with the pictures enrolled, as indexes into the subject's own. */
export interface EnrolledMember extends Member {
  pictures: readonly number[];
}

export interface Trial {
  /** The visitor is one of the household, seen in pictures that are not enrolled. */
  genuine: boolean;
  household: readonly EnrolledMember[];
  /** Index in the album. */
  visitor: number;
  /** Of the visitor's own; where there are too few, some come more than once. */
  pictures: readonly number[];
}

/** Hears of every trial. */
export type Listener = (trial: Trial, visit: Visit, outcome: Outcome | null) => void;

export class Trials {
  readonly album: readonly Subject[];
  readonly likeness: Likeness;
  /** Subjects with pictures enough to be enrolled. */
  readonly residents: readonly number[];
  /** Each resident with everybody else. */
  readonly pairs: readonly (readonly [resident: number, visitor: number])[];
  /** Of each subject, the pictures to enrol from with the face in each. */
  readonly #enrollable: readonly (readonly { picture: number; face: FaceId }[])[];
  readonly #random: Random;

  constructor(album: readonly Subject[], random: Random) {
    this.album = album;
    this.likeness = new Likeness([...new Set(album.flatMap(({ pictures }) => pictures.flatMap(({ faces }) => faces)))]);
    const everybody = album.map((_, index) => index);
    this.residents = everybody.filter((index) => (album[index] as Subject).enrollable.length >= enrolledPictures);
    const strangersTo = (resident: number) => everybody.filter((visitor) => visitor !== resident);
    this.pairs = this.residents.flatMap((resident) =>
      strangersTo(resident).map((visitor) => [resident, visitor] as const),
    );
    this.#enrollable = album.map(({ enrollable }) =>
      enrollable.map(({ picture, face }) => ({ picture, face: this.likeness.idOf(face) })),
    );
    this.#random = random;
  }

  /** `count` visits by somebody else to households of `size`, spread evenly over the pairs of a resident and a visitor. */
  impostors(count: number, size: number, rules: VisitRules, listener: Listener): void {
    const play = this.#player(rules, listener);
    for (let i = 0; i < count; i++) {
      const [resident, visitor] = this.pairs[i % this.pairs.length] as readonly [number, number];
      const household = this.#household(resident, size, visitor);
      play({ genuine: false, household, visitor, pictures: this.#shown(visitor, [], rules.unlock.frames) });
    }
  }

  /** `count` visits by one of the household, spread evenly over those with pictures left that are not enrolled. */
  residentsAtTheirDoor(count: number, size: number, rules: VisitRules, listener: Listener): void {
    const play = this.#player(rules, listener);
    const { frames } = rules.unlock;
    const known = this.residents.filter((index) => this.#subject(index).pictures.length >= enrolledPictures + frames);
    for (let i = 0; i < count && known.length > 0; i++) {
      const visitor = known[i % known.length] as number;
      const household = this.#household(visitor, size, visitor);
      const enrolled = (household[0] as EnrolledMember).pictures;
      play({ genuine: true, household, visitor, pictures: this.#shown(visitor, enrolled, frames) });
    }
  }

  /** What is true of a visit whoever is enrolled is found out once. */
  #player(rules: VisitRules, listener: Listener): (trial: Trial) => void {
    const visits = new Map<string, Visit>();
    return (trial) => {
      const key = `${trial.visitor}:${trial.pictures}`;
      const visit = visits.get(key) ?? prepareVisit(this.picturesOf(trial), this.likeness, rules);
      visits.set(key, visit);
      listener(trial, visit, judge(this.likeness, visit, trial.household));
    };
  }

  picturesOf({ visitor, pictures }: Trial) {
    return pictures.map((index) => this.#subject(visitor).pictures[index] as Subject['pictures'][number]);
  }

  #subject(index: number): Subject {
    return this.album[index] as Subject;
  }

  /** `first` and others drawn from those who are not the visitor; there must be more residents than `size`. */
  #household(first: number, size: number, visitor: number): EnrolledMember[] {
    const members = [first];
    while (members.length < size) {
      const other = this.residents[this.#random.below(this.residents.length)] as number;
      if (other !== visitor && !members.includes(other)) members.push(other);
    }
    return members.map((index) => this.#enrol(index));
  }

  #enrol(subject: number): EnrolledMember {
    const chosen = this.#random.pick(this.#enrollable[subject] ?? [], enrolledPictures);
    const faces = chosen.map(({ face }) => face);
    return { subject, faces, length: this.likeness.length(faces), pictures: chosen.map(({ picture }) => picture) };
  }

  #shown(visitor: number, enrolled: readonly number[], count: number): number[] {
    const all = this.#subject(visitor).pictures.map((_, index) => index);
    const some = this.#random.pick(
      all.filter((index) => !enrolled.includes(index)),
      count,
    );
    // In order, so that a visit of the same pictures is prepared once.
    return Array.from({ length: count }, (_, index) => some[index % some.length] as number).sort((a, b) => a - b);
  }
}
