/** When an unlocked door is locked again by itself. Pure. */
import type { DoorState, LockState } from '../locks/lock.ts';

export interface RelockRules {
  /** Milliseconds after the unlock; null for never. */
  afterMs: number | null;
  /** As soon as the door has been opened and closed again. */
  onceClosed: boolean;
}

export interface RelockFacts {
  state: LockState;
  /** Null where the lock knows nothing of its door. */
  door: DoorState | null;
  /** Milliseconds since it was unlocked. */
  unlockedMs: number;
  /** Milliseconds since the door closed, where it has been open since the unlock and is closed now; else null. */
  closedMs: number | null;
}

/** `lock` now, look again in so many milliseconds, or `wait` for something to change. */
export type Relock = 'lock' | 'wait' | { inMs: number };

/** The latch must have sprung before the bolt moves: a door that swings back would otherwise meet it. */
export const SETTLE_MS = 2_000;

/**
 * A bolt is never driven out of a door that is known to be open: it would hit the frame, and read as locked. A lock that
 * knows nothing of its door, or does not know now, is locked after its time all the same.
 */
export function relock(
  { afterMs, onceClosed }: RelockRules,
  { state, door, unlockedMs, closedMs }: RelockFacts,
): Relock {
  if (state !== 'unlocked' || door === 'open') return 'wait';
  const settling = closedMs === null ? 0 : SETTLE_MS - closedMs;
  const waits = [
    ...(afterMs === null ? [] : [Math.max(afterMs - unlockedMs, settling)]),
    ...(onceClosed && closedMs !== null ? [settling] : []),
  ];
  if (waits.length === 0) return 'wait';
  const inMs = Math.min(...waits);
  return inMs <= 0 ? 'lock' : { inMs };
}
