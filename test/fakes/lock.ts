/** A lock whose motor, hands and faults a test plays. */
import { type Lock, type LockDetails, LockError, type LockState } from '../../src/locks/lock.ts';

export class FakeLock implements Lock {
  readonly id = 'front-lock';
  readonly name = 'Front lock';
  /** What was sent to the lock, in order. */
  readonly commands: ('lock' | 'unlock')[] = [];
  /** Where set, commands fail with it. */
  fault: string | null = null;
  /** Where set, commands are not answered until it resolves. */
  answer: Promise<void> | null = null;
  #state: LockState;
  #details: LockDetails = {};
  readonly #listeners = new Set<(state: LockState) => void>();
  readonly #detailListeners = new Set<(details: LockDetails) => void>();

  constructor(state: LockState = 'locked') {
    this.#state = state;
  }

  get state(): LockState {
    return this.#state;
  }

  get listeners(): number {
    return this.#listeners.size + this.#detailListeners.size;
  }

  /** Somebody turns the key, or the lock reports something. */
  become(state: LockState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  get details(): LockDetails {
    return this.#details;
  }

  /** The door moves, the battery drains, or the lock cannot be read. */
  tell(details: LockDetails): void {
    this.#details = details;
    for (const listener of [...this.#detailListeners]) listener(details);
  }

  onDetails(listener: (details: LockDetails) => void): () => void {
    this.#detailListeners.add(listener);
    return () => this.#detailListeners.delete(listener);
  }

  async start(): Promise<void> {}

  onState(listener: (state: LockState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  lock(): Promise<void> {
    return this.#command('lock', 'locked');
  }

  unlock(): Promise<void> {
    return this.#command('unlock', 'unlocked');
  }

  async stop(): Promise<void> {}

  async #command(command: 'lock' | 'unlock', state: LockState): Promise<void> {
    this.commands.push(command);
    await this.answer;
    if (this.fault) throw new LockError(this.fault);
    this.become(state);
  }
}
