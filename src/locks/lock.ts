/** The interface every lock adapter speaks. Anything that is not plainly locked is not `locked`. */

export type LockState = 'locked' | 'unlocked' | 'jammed' | 'unknown';

/** A lock that could not be moved or read: `message` is one sentence for the owner. */
export class LockError extends Error {
  override name = 'LockError';
}

export type DoorState = 'open' | 'closed' | 'unknown';

/** What a lock tells besides its state; a part that it never tells is absent. */
export interface LockDetails {
  door?: DoorState;
  /** Percent, 0 to 100. */
  battery?: number;
  /** Why the lock cannot be read or trusted now, in one sentence; absent while all is well. */
  fault?: string;
}

export interface Lock {
  /** Stable, unique, `[a-z0-9-]`. */
  readonly id: string;
  /** As the owner calls it. */
  readonly name: string;
  /** The last state read; `unknown` before the first. */
  readonly state: LockState;
  /** Absent where the lock knows nothing but its state. */
  readonly details?: LockDetails;
  /** Begins to watch the state. Never writes to the lock. */
  start(): Promise<void>;
  /** Calls `listener` at every change of `state`; the returned function ends that. */
  onState(listener: (state: LockState) => void): () => void;
  /** Calls `listener` at every change of `details`; the returned function ends that. */
  onDetails?(listener: (details: LockDetails) => void): () => void;
  /** Resolves once the lock says it is locked. Throws LockError. */
  lock(): Promise<void>;
  /** Sent once, never repeated. Resolves once the lock says it is unlocked. Throws LockError. */
  unlock(): Promise<void>;
  stop(): Promise<void>;
}
