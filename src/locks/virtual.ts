/** A lock that exists in Homebridge only, for automations and for trying things out. */
import { reason } from '../log.ts';
import { type Lock, LockError, type LockState } from './lock.ts';

/** Where the state is kept over restarts. */
export interface LockMemory {
  /** What was saved last; undefined where nothing was. */
  load(): Promise<unknown>;
  save(state: LockState): Promise<void>;
}

export class VirtualLock implements Lock {
  readonly id: string;
  readonly name: string;
  readonly #memory: LockMemory;
  readonly #listeners = new Set<(state: LockState) => void>();
  #state: LockState = 'unknown';
  /** Commands are carried out one after the other, so that what is saved last is what was told last. */
  #last: Promise<void> = Promise.resolve();

  constructor({ id, name }: { id: string; name: string }, memory: LockMemory) {
    this.id = id;
    this.name = name;
    this.#memory = memory;
  }

  get state(): LockState {
    return this.#state;
  }

  /** A lock that was never moved is locked. Throws LockError where the state cannot be read; it is unknown then. */
  async start(): Promise<void> {
    try {
      const saved = await this.#memory.load();
      if (saved === undefined) this.#become('locked');
      else if (saved === 'locked' || saved === 'unlocked') this.#become(saved);
    } catch (error) {
      throw new LockError(`Its state could not be read: ${reason(error)}`);
    }
  }

  onState(listener: (state: LockState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  lock(): Promise<void> {
    return this.#move('locked');
  }

  unlock(): Promise<void> {
    return this.#move('unlocked');
  }

  async stop(): Promise<void> {
    await this.#last;
    this.#listeners.clear();
  }

  #move(state: LockState): Promise<void> {
    const moved = this.#last.then(async () => {
      await this.#memory.save(state).catch((error) => {
        throw new LockError(`Its state could not be saved: ${reason(error)}`);
      });
      this.#become(state);
    });
    this.#last = moved.catch(() => undefined);
    return moved;
  }

  #become(state: LockState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}
