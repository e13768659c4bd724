/** Whether an unlocked door is locked again now. Pure. */
import type { DoorState } from '../locks/lock.ts';

export interface RelockFacts {
  /** It was seen unlocked, and not locked since. Jammed or unknown may well be open. */
  unlocked: boolean;
  /** Null where the lock knows nothing of its door. */
  door: DoorState | null;
  /** The door has been open since it was unlocked. */
  wasOpen: boolean;
  /** The door has stood still long enough since it closed for its latch to have sprung: the bolt would hit it otherwise. */
  settled: boolean;
  /** The time after which it is locked has passed; false where none is set. */
  timeUp: boolean;
  /** It is to be locked as soon as the door has been opened and closed. */
  onceClosed: boolean;
}

/**
 * A bolt is never driven out of a door that is known to be open: it would hit the frame, and read as locked. A lock that
 * knows nothing of its door, or does not know now, is locked after its time all the same.
 */
export function mayRelock({ unlocked, door, wasOpen, settled, timeUp, onceClosed }: RelockFacts): boolean {
  if (!unlocked || door === 'open' || !settled) return false;
  return timeUp || (onceClosed && wasOpen && door === 'closed');
}
