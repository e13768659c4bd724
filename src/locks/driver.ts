/** What a make of lock must be able to do; everything about when to do it is elsewhere, once for all makes. */
import type { FailureKind } from './failure.ts';
import type { DoorState, LockState } from './lock.ts';

export type Command = 'lock' | 'unlock';

/** What a lock said of itself at one moment. */
export interface LockReading {
  state: LockState;
  door?: DoorState;
  /** Percent, 0 to 100. */
  battery?: number;
  /** Why the reading is not to be trusted, in one sentence. */
  fault?: string;
}

/** The troubles since the last good reading. */
export interface Trouble {
  kind: FailureKind;
  /** How many readings failed in a row, 1 or more. */
  times: number;
}

export interface LockDriver {
  /** Milliseconds to wait before each reading that follows a command. */
  readonly readBackMs: readonly number[];
  /**
   * Sends a command once, never again on its own account. Resolves once it is accepted, which is not yet moved.
   * Throws LockFailure, with `notTold` where the lock certainly heard nothing.
   */
  send(command: Command, signal: AbortSignal): Promise<void>;
  /** Throws LockFailure. */
  read(purpose: 'watch' | 'confirm', signal: AbortSignal): Promise<LockReading>;
  /** Milliseconds until the next reading while no command is under way. */
  pace(state: LockState, trouble: Trouble | null): number;
}

/** Twice the wait for each failure in a row, up to `mostMs`. */
export function backOff(ms: number, times: number, mostMs: number): number {
  return Math.max(ms, Math.min(mostMs, ms * 2 ** Math.min(times, 20)));
}
