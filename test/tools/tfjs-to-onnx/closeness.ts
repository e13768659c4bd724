// How far two results lie apart.
import type { Numbers } from './tfjs.ts';

/**
 * The largest relative error of any element. Relative to the element itself, or, where the element is small, to a hundredth of the
 * output's largest magnitude: sums of large terms that cancel keep the rounding of the terms. That magnitude counts as at least 1,
 * because the outputs under 1 are probabilities, and 0.00002 against 0.00003 is the same answer there.
 */
export function relativeError(ours: Numbers, theirs: Numbers): number {
  if (ours.data.length !== theirs.data.length) return Number.POSITIVE_INFINITY;
  const largest = largestMagnitude(theirs.data);
  let worst = 0;
  for (let at = 0; at < theirs.data.length; at++) {
    const [our, their] = [ours.data[at] ?? Number.NaN, theirs.data[at] ?? Number.NaN];
    const error = Math.abs(our - their) / Math.max(Math.abs(their), largest / 100);
    // Written so that NaN is worse than anything.
    if (!(error <= worst)) worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  }
  return worst;
}

function largestMagnitude(data: Iterable<number>): number {
  let largest = 1;
  for (const number of data) largest = Math.max(largest, Math.abs(number));
  return largest;
}
