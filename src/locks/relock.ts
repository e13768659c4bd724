/** Locks a lock again some time after it was unlocked, by anyone. */
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import type { Lock, LockState } from './lock.ts';

export interface RelockOptions {
  /** How long after it was unlocked. */
  seconds: number;
  clock: Clock;
  log: Log;
}

const firstPauseSeconds = 5;
const longestPauseSeconds = 300;

/** Locking is safe to repeat, so a lock that does not lock is tried again, ever more slowly, until it does. */
export class AutoRelock {
  readonly #lock: Lock;
  readonly #options: RelockOptions;
  /** Cancels the next attempt; null where none is due. */
  #cancel: (() => void) | null = null;
  #attempt: Promise<void> | null = null;
  /** Attempts that failed since the lock was last locked. */
  #failures = 0;
  #unsubscribe: () => void = () => {};
  #stopped = false;

  constructor(lock: Lock, options: RelockOptions) {
    this.#lock = lock;
    this.#options = options;
  }

  /** Also a lock that is found unlocked is locked again: a restart must not leave the door open for good. */
  start(): void {
    this.#unsubscribe = this.#lock.onState((state) => this.#onState(state));
    this.#onState(this.#lock.state);
  }

  /** Resolves once no attempt is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unsubscribe();
    this.#disarm();
    await this.#attempt;
  }

  #onState(state: LockState): void {
    if (state === 'locked') {
      if (this.#failures > 0) this.#options.log.info(`${this.#lock.name} is locked again.`);
      this.#failures = 0;
      this.#disarm();
    } else if (state === 'unlocked' && !this.#cancel) this.#arm(this.#options.seconds);
    // Jammed or unknown may well be open: what is due stays due.
  }

  #arm(seconds: number): void {
    this.#disarm();
    this.#cancel = this.#options.clock.after(seconds * 1000, () => {
      this.#cancel = null;
      this.#attempt ??= this.#relock().finally(() => {
        this.#attempt = null;
      });
    });
  }

  #disarm(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  async #relock(): Promise<void> {
    const { name } = this.#lock;
    try {
      await this.#lock.lock();
      // Somebody may have unlocked it since.
      if (!this.#stopped) this.#onState(this.#lock.state);
    } catch (error) {
      // Meanwhile somebody else locked it, or unlocked it anew, which has its own time.
      if (this.#stopped || this.#lock.state === 'locked' || this.#cancel) return;
      const pause = Math.min(firstPauseSeconds * 2 ** this.#failures++, longestPauseSeconds);
      this.#options.log.error(`${name} could not be locked again, and is tried again in ${pause} s: ${reason(error)}`);
      this.#arm(pause);
    }
  }
}
