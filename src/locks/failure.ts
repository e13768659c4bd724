/** Why a lock could not be moved or read, told apart by what follows from it. */
import { LockError } from './lock.ts';

export type FailureKind =
  /** The token, password or signature was refused. */
  | 'unauthorised'
  /** No more calls are allowed for now. */
  | 'limit'
  /** No such lock, or the id belongs to something else. */
  | 'no-such-lock'
  /** The lock or its hub is not connected. */
  | 'offline'
  /** The request was understood and turned down. */
  | 'refused'
  /** No connection to whoever speaks for the lock. */
  | 'unreachable'
  | 'timeout'
  /** An answer, but none that can be made sense of. */
  | 'unexplained'
  | 'jammed'
  /** Told to move, and not seen to have moved. */
  | 'unconfirmed'
  /** Not told: another command took too long. */
  | 'busy'
  /** Latchkey was stopped. */
  | 'stopped';

export class LockFailure extends LockError {
  override name = 'LockFailure';
  readonly kind: FailureKind;
  /** True only where the lock certainly was not told to move; false means maybe. */
  readonly notTold: boolean;

  constructor(kind: FailureKind, sentence: string, notTold = false) {
    super(sentence);
    this.kind = kind;
    this.notTold = notTold;
  }
}

/** Passing troubles of the line: one alone says nothing about the lock. */
export function isPassing(kind: FailureKind): boolean {
  return kind === 'unreachable' || kind === 'timeout' || kind === 'unexplained';
}

/** An error as a LockFailure; anything unforeseen keeps its details to itself, since they might name a secret. */
export function asFailure(error: unknown, name: string): LockFailure {
  if (error instanceof LockFailure) return error;
  return new LockFailure('unexplained', `${name}: an unforeseen error in Latchkey; please report it.`);
}
