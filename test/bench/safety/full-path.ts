/** The same trial through the product's own code, from analyses to the decision, held against the arithmetic. */
import { Gallery, type Person } from '../../../src/people/people.ts';
import { decideUnlock } from '../../../src/policy/unlock.ts';
import type { Face } from '../../../src/vision/analysis.ts';
import type { VisitRules } from '../../../src/visits/visiting.ts';
import type { Subject } from './album.ts';
import { type Outcome, opens } from './judge.ts';
import type { EnrolledMember, Trial, Trials } from './trials.ts';
import { replay, type Visit } from './visitor.ts';

/** Templates are single precision in the product and double here. */
const rounding = 1e-5;

/** Throws where the product decides otherwise than the arithmetic, or sees another similarity or margin. */
export function verify(trials: Trials, trial: Trial, visit: Visit, outcome: Outcome | null, rules: VisitRules): void {
  const gallery = new Gallery(trial.household.map((member) => enrolled(trials, member)));
  const input = replay(trials.picturesOf(trial), gallery, rules);
  const { unlock } = decideUnlock(input);
  const { candidate } = input;
  const expected = opens(visit, outcome, rules.unlock);
  const near = (a: number | undefined, b: number | undefined) => Math.abs((a ?? 9) - (b ?? 9)) < rounding;
  const sameFigures = near(candidate?.similarity, outcome?.similarity) && near(candidate?.margin, outcome?.margin);
  const differs = (unlock || expected) && (!sameFigures || candidate?.personId !== outcome?.nearest.subject);
  if ((unlock !== expected && !isBorderline(outcome, rules)) || differs) {
    const said = `the policy ${unlock ? 'opens' : 'refuses'} at ${candidate?.similarity}, margin ${candidate?.margin}`;
    const found = `${expected ? 'opens' : 'refuses'} at ${outcome?.similarity}, margin ${outcome?.margin}`;
    throw new Error(`The arithmetic is not the policy: ${said}; the arithmetic ${found} (${JSON.stringify(trial)}).`);
  }
}

function isBorderline(outcome: Outcome | null, { unlock }: VisitRules): boolean {
  if (!outcome) return false;
  const distances = [
    outcome.similarity - unlock.threshold,
    outcome.margin - unlock.margin,
    outcome.weakest - unlock.frameThreshold,
  ];
  return distances.some((distance) => Math.abs(distance) < rounding);
}

function enrolled(trials: Trials, { subject, pictures }: EnrolledMember): Person {
  const { name, enrollable } = trials.album[subject] as Subject;
  const faces = pictures.map((picture) => enrollable.find((one) => one.picture === picture)?.face as Face);
  return { id: subject, name, displayName: name, templates: faces.map(({ embedding }) => embedding) };
}
