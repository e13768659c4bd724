/** Whether the owner has face unlock armed: one switch for the whole house, kept over restarts. */
import { type Log, reason } from '../log.ts';

/** Where it is kept over restarts. */
export interface ArmingStore {
  /** What was saved last; undefined where nothing was. */
  load(): Promise<boolean | undefined>;
  save(armed: boolean): Promise<void>;
}

export class Arming {
  readonly #store: ArmingStore;
  readonly #log: Log;
  readonly #listeners = new Set<(armed: boolean) => void>();
  /** Until it is known, nothing opens. */
  #armed = false;
  #wish = false;
  /** What is saved last is what was told last. */
  #saved: Promise<void> = Promise.resolve();

  constructor(store: ArmingStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  get armed(): boolean {
    return this.#armed;
  }

  /** Armed unless it was left disarmed, or `disarmed` says that every start begins so. */
  async start({ disarmed }: { disarmed: boolean }): Promise<void> {
    try {
      const stored = await this.#store.load();
      this.#become(!disarmed && stored !== false);
    } catch (error) {
      this.#log.error(`Face unlock stays disarmed until it is armed again: ${reason(error)}`);
    }
  }

  /** Takes effect before it is written. Rejects where it cannot be written; to be armed it must be. */
  async set(armed: boolean): Promise<void> {
    this.#wish = armed;
    if (!armed) this.#become(false);
    const saving = this.#saved.then(() => this.#store.save(armed));
    this.#saved = saving.catch(() => undefined);
    await saving;
    // Somebody may have disarmed it while it was written.
    if (this.#wish) this.#become(true);
  }

  /** Calls `listener` at every change; the returned function ends that. */
  onChange(listener: (armed: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #become(armed: boolean): void {
    if (armed === this.#armed) return;
    this.#armed = armed;
    for (const listener of [...this.#listeners]) listener(armed);
  }
}
