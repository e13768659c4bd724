/** Locks a lock again some time after it was unlocked, by anyone, or once its door has closed. */
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import { mayRelock } from '../policy/relock.ts';
import type { DoorState, Lock, LockState } from './lock.ts';

export interface RelockOptions {
  /** How long after it was unlocked; 0 for never. */
  seconds: number;
  /** As soon as the door was opened and closed, for a lock that knows its door. */
  onceClosed?: boolean;
  clock: Clock;
  log: Log;
}

const firstPauseSeconds = 5;
const longestPauseSeconds = 300;
/** What a door needs to fall into its latch. */
const settleSeconds = 2;

/** From an unlock until the lock is seen locked. */
interface Episode {
  timeUp: boolean;
  wasOpen: boolean;
  settled: boolean;
}

/** Locking is safe to repeat, so a lock that does not lock is tried again, ever more slowly, until it does. */
export class AutoRelock {
  readonly #lock: Lock;
  readonly #options: RelockOptions;
  #episode: Episode | null = null;
  #door: DoorState | null = null;
  #cancelTime = () => {};
  #cancelSettling = () => {};
  /** Cancels the rest between two attempts; null where none is taken. */
  #cancelRest: (() => void) | null = null;
  #attempt: Promise<void> | null = null;
  /** Attempts that failed since the lock was last locked. */
  #failures = 0;
  #unsubscribe: (() => void)[] = [];
  #stopped = false;

  constructor(lock: Lock, options: RelockOptions) {
    this.#lock = lock;
    this.#options = options;
  }

  /** Also a lock that is found unlocked is locked again: a restart must not leave the door open for good. */
  start(): void {
    this.#unsubscribe = [
      this.#lock.onState((state) => this.#onState(state)),
      this.#lock.onDetails?.(({ door }) => this.#onDoor(door ?? null)) ?? (() => {}),
    ];
    this.#onDoor(this.#lock.details?.door ?? null);
    this.#onState(this.#lock.state);
  }

  /** Resolves once no attempt is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#endEpisode();
    await this.#attempt;
  }

  #onState(state: LockState): void {
    if (state === 'locked') {
      if (this.#failures > 0) this.#options.log.info(`${this.#lock.name} is locked again.`);
      this.#failures = 0;
      this.#endEpisode();
    } else if (state === 'unlocked' && !this.#episode) this.#beginEpisode();
  }

  #beginEpisode(): void {
    const { seconds, clock } = this.#options;
    const episode = { timeUp: false, wasOpen: this.#door === 'open', settled: true };
    this.#episode = episode;
    if (seconds === 0) return;
    this.#cancelTime = clock.after(seconds * 1000, () => {
      episode.timeUp = true;
      this.#consider();
    });
  }

  #endEpisode(): void {
    this.#episode = null;
    this.#cancelTime();
    this.#cancelSettling();
    this.#cancelRest?.();
    this.#cancelRest = null;
  }

  #onDoor(door: DoorState | null): void {
    if (door === this.#door) return;
    this.#door = door;
    const episode = this.#episode;
    if (!episode) return;
    this.#cancelSettling();
    if (door === 'open') episode.wasOpen = true;
    episode.settled = door !== 'closed' || !episode.wasOpen;
    const settle = () => {
      episode.settled = true;
      this.#consider();
    };
    if (episode.settled) this.#consider();
    else this.#cancelSettling = this.#options.clock.after(settleSeconds * 1000, settle);
  }

  #consider(): void {
    const episode = this.#episode;
    if (!episode || this.#attempt || this.#cancelRest) return;
    const onceClosed = this.#options.onceClosed ?? false;
    if (!mayRelock({ ...episode, unlocked: true, door: this.#door, onceClosed })) return;
    this.#attempt = this.#relock(episode).finally(() => {
      this.#attempt = null;
      // What fell due meanwhile could not be seen to.
      this.#consider();
    });
  }

  async #relock(episode: Episode): Promise<void> {
    const { clock, log } = this.#options;
    const { name } = this.#lock;
    try {
      await this.#lock.lock();
      if (this.#episode !== episode) return;
      // It was locked, and somebody has unlocked it since: that has its own time.
      this.#endEpisode();
      if (!this.#stopped) this.#onState(this.#lock.state);
    } catch (error) {
      // Meanwhile somebody else locked it, or unlocked it anew, which has its own time.
      if (this.#stopped || this.#episode !== episode) return;
      const pause = Math.min(firstPauseSeconds * 2 ** this.#failures++, longestPauseSeconds);
      log.error(`${name} could not be locked again, and is tried again in ${pause} s: ${reason(error)}`);
      this.#cancelRest = clock.after(pause * 1000, () => {
        this.#cancelRest = null;
        this.#consider();
      });
    }
  }
}
