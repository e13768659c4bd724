/** What came of the trials, counted for many sets of limits at once. */
import { type Limits, type Outcome, opens } from './judge.ts';
import type { Trial } from './trials.ts';
import type { Visit } from './visitor.ts';

/** Of one kind of visit. */
export interface Count {
  visits: number;
  /** Refused for quality or for a second face, whoever is enrolled; the rest are judged. */
  refused: number;
  /** By limits. */
  opened: number[];
  /** Of those: for somebody of the household other than the visitor. */
  asAnother: number[];
}

/** Of one resident and one visitor from elsewhere. */
export interface PairCount {
  resident: number;
  visitor: number;
  judged: number;
  /** By limits. */
  opened: number[];
  highest: number;
}

export class Tally {
  readonly limits: readonly Limits[];
  readonly impostors: Count;
  readonly genuine: Count;
  readonly refusedBy = new Map<string, number>();
  /** Highest similarity to anyone of the household, of all visits judged. */
  readonly similarities = { impostors: [] as number[], stillImpostors: [] as number[], genuine: [] as number[] };
  readonly #pairs = new Map<string, PairCount>();

  constructor(limits: readonly Limits[]) {
    this.limits = limits;
    const none = () => limits.map(() => 0);
    this.impostors = { visits: 0, refused: 0, opened: none(), asAnother: none() };
    this.genuine = { visits: 0, refused: 0, opened: none(), asAnother: none() };
  }

  /** By the resident each visitor was taken for. */
  get pairs(): PairCount[] {
    return [...this.#pairs.values()];
  }

  readonly add = (trial: Trial, visit: Visit, outcome: Outcome | null): void => {
    const count = trial.genuine ? this.genuine : this.impostors;
    count.visits++;
    if (visit.refusedBy.length > 0 || !outcome) {
      count.refused++;
      for (const gate of visit.refusedBy) this.refusedBy.set(gate, (this.refusedBy.get(gate) ?? 0) + 1);
      return;
    }
    this.#similaritiesOf(trial).push(outcome.similarity);
    const pair = trial.genuine ? null : this.#pair(outcome.nearest.subject, trial.visitor);
    if (pair) {
      pair.judged++;
      pair.highest = Math.max(pair.highest, outcome.similarity);
    }
    this.limits.forEach((limits, index) => {
      if (!opens(visit, outcome, limits)) return;
      increment(count.opened, index);
      if (pair) increment(pair.opened, index);
      if (trial.genuine && outcome.nearest.subject !== trial.visitor) increment(count.asAnother, index);
    });
  };

  #similaritiesOf({ genuine, pictures }: Trial): number[] {
    if (genuine) return this.similarities.genuine;
    return new Set(pictures).size > 1 ? this.similarities.impostors : this.similarities.stillImpostors;
  }

  #pair(resident: number, visitor: number): PairCount {
    const key = `${resident}:${visitor}`;
    const known = this.#pairs.get(key);
    if (known) return known;
    const pair = { resident, visitor, judged: 0, opened: this.limits.map(() => 0), highest: -1 };
    this.#pairs.set(key, pair);
    return pair;
  }
}

function increment(counts: number[], index: number): void {
  counts[index] = (counts[index] ?? 0) + 1;
}

/** Visits that were good enough to be judged. */
export function judged(count: Count): number {
  return count.visits - count.refused;
}
