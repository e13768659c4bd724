/** The interface every lock adapter speaks. Anything that is not plainly locked is not `locked`. */

export type LockState = 'locked' | 'unlocked' | 'jammed' | 'unknown';

/** A lock that could not be moved or read: `message` is one sentence for the owner. */
export class LockError extends Error {
  override name = 'LockError';
}

export interface Lock {
  /** Stable, unique, `[a-z0-9-]`. */
  readonly id: string;
  /** As the owner calls it. */
  readonly name: string;
  /** The last state read; `unknown` before the first. */
  readonly state: LockState;
  /** Begins to watch the state. Never writes to the lock. */
  start(): Promise<void>;
  /** Calls `listener` at every change of `state`; the returned function ends that. */
  onState(listener: (state: LockState) => void): () => void;
  /** Resolves once the lock says it is locked. Throws LockError. */
  lock(): Promise<void>;
  /** Sent once, never repeated. Resolves once the lock says it is unlocked. Throws LockError. */
  unlock(): Promise<void>;
  stop(): Promise<void>;
}
