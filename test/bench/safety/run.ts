/** The whole bench but its words: every trial judged, a random sample of them put through the product's own code. */
import type { VisitRules } from '../../../src/visits/visiting.ts';
import type { Subject } from './album.ts';
import { sum } from './figures.ts';
import { verify } from './full-path.ts';
import { grid, type Variant } from './grid.ts';
import { opens } from './judge.ts';
import { type NearMiss, nearMisses } from './look-alikes.ts';
import { type Random, seeded } from './random.ts';
import { Tally } from './tally.ts';
import { enrolledPictures, type Listener, Trials } from './trials.ts';

export interface Plan {
  /** Visits by strangers; a tenth as many by residents come on top. */
  trials: number;
  /** Put through the product's own code. */
  checks: number;
  seed: number;
  householdSizes: readonly number[];
}

export interface Result {
  trials: Trials;
  variants: readonly Variant[];
  /** By household size. */
  tallies: ReadonlyMap<number, Tally>;
  checked: number;
  nearMisses: readonly NearMiss[];
  random: Random;
}

/** Throws where the product's own code decides otherwise than the arithmetic. */
export function run(album: readonly Subject[], rules: VisitRules, plan: Plan): Result {
  const random = seeded(plan.seed);
  const trials = new Trials(album, random);
  const variants = grid(rules.unlock);
  if (trials.pairs.length === 0) {
    throw new Error(
      `Nobody can be enrolled and visited: there must be a folder NAME for each of two people, one with ${enrolledPictures} good pictures at least.`,
    );
  }
  const sizes = plan.householdSizes.filter((size) => size === 1 || size < trials.residents.length);
  const check = new Checks(trials, rules, plan, seeded(plan.seed + 1));
  const tallies = new Map<number, Tally>();
  for (const size of sizes) {
    const tally = new Tally(variants.map(({ limits }) => limits));
    const listener: Listener = (...seen) => {
      tally.add(...seen);
      check.perhaps(...seen);
    };
    const share = Math.ceil(plan.trials / sizes.length);
    trials.impostors(share, size, rules, listener);
    trials.residentsAtTheirDoor(Math.ceil(share / 10), size, rules, listener);
    tallies.set(size, tally);
  }
  const misses = trials.residents.length > 2 ? nearMisses(trials, Math.ceil(plan.trials / 20), rules) : [];
  return { trials, variants, tallies, checked: check.done, nearMisses: misses, random };
}

/** Strangers let in at the defaults. */
export function falseUnlocks({ tallies }: Result): number {
  return sum([...tallies.values()], (tally) => tally.impostors.opened[0] as number);
}

class Checks {
  readonly #trials: Trials;
  readonly #rules: VisitRules;
  readonly #lenient: VisitRules;
  readonly #every: number;
  readonly #random: Random;
  done = 0;

  constructor(trials: Trials, rules: VisitRules, plan: Plan, random: Random) {
    this.#trials = trials;
    this.#rules = rules;
    this.#lenient = lenient(rules);
    // Residents come on top of the strangers, and are sampled five times as often.
    this.#every = Math.max(1, Math.floor((plan.trials * 1.5) / Math.max(1, plan.checks)));
    this.#random = random;
  }

  /** A sample of the trials, more of the residents', and whoever is let in wrongly. */
  readonly perhaps: Listener = (trial, visit, outcome) => {
    const every = trial.genuine ? Math.max(1, Math.floor(this.#every / 5)) : this.#every;
    const wronglyIn = !trial.genuine && opens(visit, outcome, this.#rules.unlock);
    if (this.#random.below(every) > 0 && !wronglyIn) return;
    this.done++;
    verify(this.#trials, trial, visit, outcome, this.#rules);
    verify(this.#trials, trial, visit, outcome, this.#lenient);
  };
}

/** Under these most strangers come in: to agree on refusals alone would show little. */
function lenient(rules: VisitRules): VisitRules {
  const unlock = { ...rules.unlock, threshold: 0.4, frameThreshold: 0.35, margin: 0.02, minAntispoof: 0 };
  return { ...rules, unlock, recognition: { ...rules.recognition, threshold: unlock.frameThreshold } };
}
