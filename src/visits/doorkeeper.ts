/** Stands at one lock: asks the policy, and opens at most once for each decision. */
import type { Clock } from '../clock.ts';
import type { Lock, LockState } from '../locks/lock.ts';
import { reason } from '../log.ts';
import type { Decision } from '../policy/decision.ts';
import { afterMiss, afterUnlock, freshGuard, type Guard } from '../policy/guard.ts';
import { decideUnlock, isMiss, type UnlockInput } from '../policy/unlock.ts';

/** What became of telling the lock to open. */
export interface Opening {
  unlocked: boolean;
  /** One sentence, where it did not open. */
  error: string | null;
  /** Milliseconds from the decision to the lock's answer. */
  ms: number;
}

/** A decision, and the opening that followed from it. */
export interface Verdict {
  decision: Decision;
  opening: Promise<Opening> | null;
}

/** Where the guard is kept over restarts. */
export interface GuardStore {
  load(): Promise<Guard | undefined>;
  save(guard: Guard): Promise<void>;
}

export type VisitEvidence = Pick<UnlockInput, 'rules' | 'candidate' | 'sightings'>;

export class Doorkeeper {
  readonly #lock: Lock;
  readonly #store: GuardStore;
  readonly #clock: Clock;
  #guard: Guard = freshGuard;
  /** A command is on its way: until the lock answers, nobody knows where it stands. */
  #opening = false;

  constructor(lock: Lock, store: GuardStore, clock: Clock) {
    this.#lock = lock;
    this.#store = store;
    this.#clock = clock;
  }

  get lockId(): string {
    return this.#lock.id;
  }

  async start(): Promise<void> {
    this.#guard = (await this.#store.load()) ?? freshGuard;
  }

  /**
   * Asks the policy, and opens where every gate passed. Both happen in one turn of the event loop, so that of two visits
   * at once only the first opens.
   */
  consider(evidence: VisitEvidence): Verdict {
    const decision = decideUnlock(this.#input(evidence));
    if (!decision.unlock || !evidence.candidate) return { decision, opening: null };
    this.#opening = true;
    this.#guard = afterUnlock(this.#guard, evidence.candidate.personId, this.#clock.now());
    const opening = this.#command().finally(() => {
      this.#opening = false;
    });
    return { decision, opening };
  }

  /** Told when a visit ended without opening, so that misses count towards a lock-out. Never throws. */
  async refused(evidence: VisitEvidence, decision: Decision): Promise<void> {
    if (!isMiss(this.#input(evidence), decision)) return;
    this.#guard = afterMiss(this.#guard, this.#clock.now());
    // It counts from now on even where it cannot be written; that the disk is in trouble, the event's own write says.
    await this.#store.save(this.#guard).catch(() => undefined);
  }

  /** The cooldown is on disk before the command goes out: a restart must not open the door a second time. */
  async #command(): Promise<Opening> {
    const began = this.#clock.now();
    const since = () => this.#clock.now() - began;
    try {
      await this.#store.save(this.#guard);
      await this.#lock.unlock();
      return { unlocked: true, error: null, ms: since() };
    } catch (error) {
      return { unlocked: false, error: reason(error), ms: since() };
    }
  }

  #input(evidence: VisitEvidence): UnlockInput {
    const lock: LockState = this.#opening ? 'unknown' : this.#lock.state;
    return { ...evidence, lock, guard: this.#guard, now: this.#clock.now() };
  }
}
