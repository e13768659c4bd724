/**
 * How often SwitchBot may be called. Pure.
 *
 * The cloud allows 10,000 calls a day and does not say when its day begins, so no 24 hours at all may hold more. Two
 * token buckets see to that: readings of the watch draw on one, commands and their read-backs on the other. Whatever a
 * bucket gives in 24 hours is at most what it holds when full plus what flows in during a day.
 */

export const DAILY_LIMIT = 10_000;
/** Of those, kept for commands. */
export const RESERVE = 1_000;
const DAY_MS = 86_400_000;

interface Kind {
  /** Calls that may be made at once, after a quiet time. */
  full: number;
  perDay: number;
}

// 50 below the limit: each lock has one reading booked ahead, which may be made just after the 24 hours it was booked in.
const WATCH: Kind = { full: 400, perDay: DAILY_LIMIT - RESERVE - 400 - 50 };
const COMMANDS: Kind = { full: 200, perDay: RESERVE - 200 };

interface Bucket {
  /** Calls that may be made now; below zero, calls promised ahead. */
  calls: number;
  /** When they were counted, milliseconds since the epoch. */
  at: number;
}

export interface Budget {
  watch: Bucket;
  commands: Bucket;
}

/** What nobody counted before a restart may have been spent: little is left until time has passed. */
export function freshBudget(now: number): Budget {
  return { watch: { calls: 60, at: now }, commands: { calls: COMMANDS.full, at: now } };
}

/** Books one reading of the watch, `wantedMs` from now or as soon after that as the budget allows. */
export function bookReading(budget: Budget, now: number, wantedMs: number): { budget: Budget; waitMs: number } {
  const watch = refill(budget.watch, WATCH, now);
  const missing = Math.max(0, 1 - watch.calls);
  const waitMs = Math.max(wantedMs, Math.ceil((missing * DAY_MS) / WATCH.perDay));
  return { budget: { ...budget, watch: { ...watch, calls: watch.calls - 1 } }, waitMs };
}

/** Counts one call for a command. Commands always go ahead: past the reserve they are paid for by fewer readings. */
export function spendOnCommand(budget: Budget, now: number): Budget {
  const commands = refill(budget.commands, COMMANDS, now);
  if (commands.calls >= 1) return { ...budget, commands: { ...commands, calls: commands.calls - 1 } };
  const watch = refill(budget.watch, WATCH, now);
  return { commands, watch: { ...watch, calls: watch.calls - 1 } };
}

/** A clock that went back gains nothing; one that leapt ahead gains a full bucket at most. */
function refill(bucket: Bucket, kind: Kind, now: number): Bucket {
  const gained = (Math.max(0, now - bucket.at) * kind.perDay) / DAY_MS;
  return { calls: Math.min(kind.full, bucket.calls + gained), at: now };
}
