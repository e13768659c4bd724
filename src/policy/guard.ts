/** What the unlock policy remembers between visits: cooldowns and the lock-out. Pure; it survives restarts as JSON. */

export interface LockoutRules {
  /** This many misses in a row begin a lock-out, and each further one a new one, twice as long. */
  misses: number;
  /** Length of the first lock-out. */
  seconds: number;
  /** After this many misses in a row face unlock is off until the owner arms it again. */
  offAfter: number;
}

export interface Guard {
  /** When each person was last let in, milliseconds since the epoch. */
  unlockedAt: Record<number, number>;
  /** Misses in a row. A miss is a visit in which a face was taken for an enrolled person and refused for who it was. */
  misses: number;
  /** When the last miss was, milliseconds since the epoch. */
  missedAt: number;
}

export const freshGuard: Guard = { unlockedAt: {}, misses: 0, missedAt: 0 };

export function afterUnlock(guard: Guard, personId: number, now: number): Guard {
  return { unlockedAt: { ...guard.unlockedAt, [personId]: now }, misses: 0, missedAt: guard.missedAt };
}

export function afterMiss(guard: Guard, now: number): Guard {
  return { ...guard, misses: guard.misses + 1, missedAt: now };
}

/** The owner arms face unlock again. */
export function rearmed(guard: Guard): Guard {
  return { ...guard, misses: 0 };
}

/** Seconds for which `person` must still wait before being let in again. */
export function cooldownLeft(guard: Guard, personId: number, cooldownSeconds: number, now: number): number {
  const at = guard.unlockedAt[personId];
  return at === undefined ? 0 : secondsLeft(at, cooldownSeconds, now);
}

/** Seconds of lock-out left; infinite when face unlock is off until it is armed again. */
export function lockoutLeft(guard: Guard, rules: LockoutRules, now: number): number {
  if (guard.misses >= rules.offAfter) return Number.POSITIVE_INFINITY;
  if (guard.misses < rules.misses) return 0;
  return secondsLeft(guard.missedAt, rules.seconds * 2 ** (guard.misses - rules.misses), now);
}

/** A clock set back must not stretch a wait beyond its full length, nor end it: time before `since` counts as `since`. */
function secondsLeft(since: number, length: number, now: number): number {
  return Math.max(0, length - Math.max(0, now - since) / 1000);
}
