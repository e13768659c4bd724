/** What the unlock policy remembers between visits: cooldowns, the day's openings and the lock-out. Pure; it survives restarts as JSON. */

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
  /** When the lock was last told to open for anybody; 0 for never. */
  openedAt: number;
  /** How often the lock was told to open for a face on the last day that had one; `YYYY-MM-DD` at home, empty for none. */
  today: { day: string; openings: number };
  /** Misses in a row. A miss is a visit in which a face was taken for an enrolled person and refused for who it was. */
  misses: number;
  /** When the last miss was, milliseconds since the epoch. */
  missedAt: number;
}

export const freshGuard: Guard = {
  unlockedAt: {},
  openedAt: 0,
  today: { day: '', openings: 0 },
  misses: 0,
  missedAt: 0,
};

/** A guard as it was stored, perhaps by an earlier version that knew less. */
export function restoredGuard(stored: Partial<Guard> | undefined): Guard {
  return { ...freshGuard, ...stored };
}

/** `day` is the day at home. */
export function afterUnlock(guard: Guard, personId: number, now: number, day: string): Guard {
  return {
    unlockedAt: { ...guard.unlockedAt, [personId]: now },
    openedAt: now,
    today: { day: laterDay(guard, day), openings: openingsOn(guard, day) + 1 },
    misses: 0,
    missedAt: guard.missedAt,
  };
}

/** An owner had it opened: no face opens it right after that. Misses still count, for the owner vouched for this visit only. */
export function afterOwnersUnlock(guard: Guard, now: number): Guard {
  return { ...guard, openedAt: now };
}

export function afterMiss(guard: Guard, now: number): Guard {
  return { ...guard, misses: guard.misses + 1, missedAt: now };
}

/** The owner arms face unlock again. */
export function rearmed(guard: Guard): Guard {
  return { ...guard, misses: 0 };
}

/** How often the lock was told to open for a face on `day`. A clock set back to an earlier day begins no new one. */
export function openingsOn({ today }: Guard, day: string): number {
  return day <= today.day ? today.openings : 0;
}

function laterDay({ today }: Guard, day: string): string {
  return day <= today.day ? today.day : day;
}

/** Seconds for which `person` must still wait before being let in again. */
export function cooldownLeft(guard: Guard, personId: number, cooldownSeconds: number, now: number): number {
  const at = guard.unlockedAt[personId];
  return at === undefined ? 0 : secondsLeft(at, cooldownSeconds, now);
}

/** Seconds for which everybody must still wait. */
export function pauseLeft({ openedAt }: Guard, pauseSeconds: number, now: number): number {
  return openedAt === 0 ? 0 : secondsLeft(openedAt, pauseSeconds, now);
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
