/** Stands at one lock: asks the policy, and opens at most once for each decision. */
import type { Clock } from '../clock.ts';
import type { Lock, LockState } from '../locks/lock.ts';
import { reason } from '../log.ts';
import { decideConfirmed } from '../policy/confirmed.ts';
import type { Decision } from '../policy/decision.ts';
import {
  afterMiss,
  afterOwnersUnlock,
  afterUnlock,
  freshGuard,
  type Guard,
  lockoutLeft,
  rearmed,
  restoredGuard,
} from '../policy/guard.ts';
import { wallTime } from '../policy/home-time.ts';
import { homeDay } from '../policy/schedule.ts';
import { decideUnlock, isMiss } from '../policy/unlock.ts';
import type { UnlockInput } from '../policy/unlock-input.ts';

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
  load(): Promise<Partial<Guard> | undefined>;
  save(guard: Guard): Promise<void>;
}

export interface DoorkeeperPorts {
  lock: Lock;
  store: GuardStore;
  clock: Clock;
  /** Asked anew for each decision; `disarm` is called after too many misses. Must not throw. */
  arming: { readonly armed: boolean; disarm(): void };
}

export type VisitEvidence = Pick<UnlockInput, 'rules' | 'candidate' | 'barred' | 'sightings' | 'rang'>;

export class Doorkeeper {
  readonly #ports: DoorkeeperPorts;
  #guard: Guard = freshGuard;
  /** A command is on its way: until the lock answers, nobody knows where it stands. */
  #opening = false;
  #stopped = false;

  constructor(ports: DoorkeeperPorts) {
    this.#ports = ports;
  }

  get lockId(): string {
    return this.#ports.lock.id;
  }

  async start(): Promise<void> {
    this.#guard = restoredGuard(await this.#ports.store.load());
  }

  /** Opens for nobody any more. A command under way is not called back. */
  stop(): void {
    this.#stopped = true;
  }

  /**
   * Asks the policy, and opens where every gate passed. Both happen in one turn of the event loop, so that of two visits
   * at once only the first opens.
   */
  consider(evidence: VisitEvidence): Verdict {
    const decision = decideUnlock(this.#input(evidence));
    const { candidate, rules } = evidence;
    if (!decision.unlock || !candidate) return { decision, opening: null };
    const now = this.#ports.clock.now();
    const guard = afterUnlock(this.#guard, candidate.personId, now, homeDay(wallTime(now, rules.timeZone)));
    return { decision, opening: this.#open(guard, async () => undefined) };
  }

  /**
   * Opens because an owner confirmed it, where the lock is plainly locked; in the same turn, as above. `record` writes the
   * decision down before the lock is told; where it cannot, nothing opens.
   */
  confirmed(by: string, record: (decision: Decision) => Promise<void>): Verdict {
    const decision = decideConfirmed({ by, lock: this.#lockState, running: !this.#stopped });
    if (!decision.unlock) return { decision, opening: null };
    const guard = afterOwnersUnlock(this.#guard, this.#ports.clock.now());
    return { decision, opening: this.#open(guard, () => record(decision)) };
  }

  /** Told when a visit ended without opening, so that misses count towards a lock-out. Never throws. */
  async refused(evidence: VisitEvidence, decision: Decision): Promise<void> {
    if (!isMiss(this.#input(evidence), decision)) return;
    this.#guard = afterMiss(this.#guard, this.#ports.clock.now());
    const off = lockoutLeft(this.#guard, evidence.rules.lockout, this.#ports.clock.now()) === Infinity;
    if (off) this.#ports.arming.disarm();
    // It counts from now on even where it cannot be written; that the disk is in trouble, the event's own write says.
    await this.#ports.store.save(this.#guard).catch(() => undefined);
  }

  /** The owner armed face unlock: misses are forgotten. Rejects where that cannot be written. */
  async rearm(): Promise<void> {
    const guard = rearmed(this.#guard);
    await this.#ports.store.save(guard);
    // What happened while it was written counts.
    this.#guard = rearmed(this.#guard);
  }

  #open(guard: Guard, record: () => Promise<void>): Promise<Opening> {
    this.#opening = true;
    this.#guard = guard;
    return this.#command(record).finally(() => {
      this.#opening = false;
    });
  }

  /** The cooldown is on disk before the command goes out: a restart must not open the door a second time. */
  async #command(record: () => Promise<void>): Promise<Opening> {
    const { clock, store, lock } = this.#ports;
    const began = clock.now();
    const since = () => clock.now() - began;
    try {
      await record();
      await store.save(this.#guard);
      await lock.unlock();
      return { unlocked: true, error: null, ms: since() };
    } catch (error) {
      return { unlocked: false, error: reason(error), ms: since() };
    }
  }

  get #lockState(): LockState {
    return this.#opening || this.#stopped ? 'unknown' : this.#ports.lock.state;
  }

  #input(evidence: VisitEvidence): UnlockInput {
    const { clock, arming } = this.#ports;
    return { ...evidence, lock: this.#lockState, guard: this.#guard, armed: arming.armed, now: clock.now() };
  }
}
