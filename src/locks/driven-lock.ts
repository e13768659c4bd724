/** A lock moved and read through a driver: one thing at a time, watched at the driver's pace. */
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import { carryOut } from './carry-out.ts';
import type { Command, LockDriver, LockReading, Trouble } from './driver.ts';
import { asFailure, isPassing, LockFailure } from './failure.ts';
import type { Lock, LockDetails, LockState } from './lock.ts';
import { Shown } from './shown.ts';

/** An unlock that had to wait longer than this for its turn is not sent: whoever wanted in may have gone. */
export const UNLOCK_PATIENCE_MS = 15_000;
/** After an unlock nobody saw happen, `locked` is not believed for so long: the cloud is known to report old states. */
export const DOUBT_MS = 60_000;
/** So many passing troubles in a row make a fault. */
const PATIENCE_READINGS = 3;
/** Locking twice does no harm, so it may be tried again where the first try was not seen to work. */
const LOCK_TRIES = 2;

export class DrivenLock implements Lock {
  readonly id: string;
  readonly name: string;
  readonly #driver: LockDriver;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #state: Shown<LockState>;
  readonly #details: Shown<LockDetails>;
  readonly #stop = new AbortController();
  #trouble: Trouble | null = null;
  #queue: Promise<void> = Promise.resolve();
  /** Commands under way or waiting. */
  #commands = 0;
  #reading = new AbortController();
  #cancelWatch = () => {};
  #cancelDoubt: (() => void) | null = null;

  constructor(identity: { id: string; name: string }, driver: LockDriver, surroundings: { clock: Clock; log: Log }) {
    this.id = identity.id;
    this.name = identity.name;
    this.#driver = driver;
    this.#clock = surroundings.clock;
    this.#log = surroundings.log;
    const onError = (error: unknown) => this.#log.error(`${this.name}: ${reason(error)}`);
    this.#state = new Shown<LockState>('unknown', Object.is, onError);
    this.#details = new Shown<LockDetails>({}, sameDetails, onError);
  }

  get state(): LockState {
    return this.#state.value;
  }

  get details(): LockDetails {
    return this.#details.value;
  }

  onState(listener: (state: LockState) => void): () => void {
    return this.#state.on(listener);
  }

  onDetails(listener: (details: LockDetails) => void): () => void {
    return this.#details.on(listener);
  }

  /** Resolves after the first reading, whether it worked or not. */
  async start(): Promise<void> {
    await this.#watch();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#reading.abort();
    this.#cancelWatch();
    this.#settleDoubt();
    await this.#queue;
  }

  lock(): Promise<void> {
    return this.#command('lock', async () => {
      await this.#lockWithinTries();
      this.#settleDoubt();
      this.#state.set('locked');
    });
  }

  unlock(): Promise<void> {
    let late = false;
    const cancel = this.#clock.after(UNLOCK_PATIENCE_MS, () => {
      late = true;
    });
    const told = this.#command('unlock', async () => {
      if (late)
        throw new LockFailure('busy', `${this.name} was busy for too long, so it was not told to unlock.`, true);
      await this.#unlockOnce();
    });
    return told.finally(cancel);
  }

  async #lockWithinTries(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#carryOut('lock');
      } catch (error) {
        const again = error instanceof LockFailure && error.kind === 'unconfirmed' && this.#commands === 1;
        if (!again || attempt === LOCK_TRIES) throw error;
      }
    }
  }

  async #unlockOnce(): Promise<void> {
    try {
      await this.#carryOut('unlock');
    } catch (error) {
      if (error instanceof LockFailure && error.kind === 'unconfirmed') this.#raiseDoubt();
      throw error;
    }
  }

  #carryOut(command: Command): Promise<void> {
    return carryOut(command, {
      name: this.name,
      driver: this.#driver,
      clock: this.#clock,
      signal: this.#stop.signal,
      before: this.state,
      heard: (reading) => this.#heard(reading),
    });
  }

  async #command(command: Command, task: () => Promise<void>): Promise<void> {
    this.#commands++;
    // A reading under way would only be in the way, and its answer may be older than the command.
    this.#reading.abort();
    try {
      await this.#inTurn(async () => {
        if (this.#stop.signal.aborted) {
          throw new LockFailure('stopped', `Latchkey stopped before ${this.name} was told to ${command}.`, true);
        }
        await task();
      });
    } finally {
      this.#commands--;
      this.#watchLater();
    }
  }

  /** Runs `task` after everything asked before it. */
  #inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(task);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  async #watch(): Promise<void> {
    await this.#inTurn(() => this.#readOnce());
    this.#watchLater();
  }

  #watchLater(): void {
    this.#cancelWatch();
    if (this.#stop.signal.aborted || this.#commands > 0) return;
    const wait = this.#driver.pace(this.state, this.#trouble);
    this.#cancelWatch = this.#clock.after(wait, () => void this.#watch());
  }

  async #readOnce(): Promise<void> {
    if (this.#stop.signal.aborted || this.#commands > 0) return;
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    try {
      const reading = await this.#driver.read('watch', signal);
      if (!signal.aborted) this.#heard(reading);
    } catch (error) {
      if (!signal.aborted) this.#failed(asFailure(error, this.name));
    }
  }

  #heard(reading: LockReading): void {
    if (this.#trouble && this.details.fault) this.#log.info(`${this.name} can be read again.`);
    if (reading.fault && reading.fault !== this.details.fault) this.#log.warn(reading.fault);
    this.#trouble = null;
    const { state, ...details } = reading;
    if (state === 'unlocked' || state === 'jammed') this.#settleDoubt();
    this.#details.set(details);
    this.#state.set(state === 'locked' && this.#cancelDoubt ? 'unknown' : state);
  }

  #failed(failure: LockFailure): void {
    const news = this.#trouble?.kind !== failure.kind || !this.details.fault;
    this.#trouble = { kind: failure.kind, times: (this.#trouble?.times ?? 0) + 1 };
    if (isPassing(failure.kind) && this.#trouble.times < PATIENCE_READINGS) return;
    if (news) this.#log.warn(`${this.name} cannot be read: ${failure.message}`);
    const details: LockDetails = { ...this.details, fault: failure.message };
    if (details.door) details.door = 'unknown';
    this.#details.set(details);
    this.#state.set('unknown');
  }

  #raiseDoubt(): void {
    this.#settleDoubt();
    this.#cancelDoubt = this.#clock.after(DOUBT_MS, () => this.#settleDoubt());
    if (this.state === 'locked') this.#state.set('unknown');
  }

  #settleDoubt(): void {
    this.#cancelDoubt?.();
    this.#cancelDoubt = null;
  }
}

function sameDetails(a: LockDetails, b: LockDetails): boolean {
  return a.door === b.door && a.battery === b.battery && a.fault === b.fault;
}
