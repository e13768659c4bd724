/** The pace of locks in the house, which answer at once and count no calls. */

/** Waits before the readings after a command: 0.5, 1.5, 3, 5, 10 and 20 s after it. */
export const LOCAL_READ_BACK_MS: readonly number[] = [500, 1_000, 1_500, 2_000, 5_000, 10_000];
/** A lock that fails is still asked so often. */
export const PASSING_MOST_MS = 60_000;
