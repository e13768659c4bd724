/** Watches the locks for what the family should hear of: a jam, a door left open, a lock that cannot be read. */
import { type Alert, jammedAlert, leftOpenAlert } from './alerts/alert.ts';
import type { Clock } from './clock.ts';
import type { Lock } from './locks/lock.ts';
import type { Troubles } from './troubles.ts';

export interface WatchmanPorts {
  clock: Clock;
  troubles: Troubles;
  /** How long a lock or its door may stay open; 0 for ever. */
  leftOpenMinutes: number;
  /** Must not throw. */
  tell(alert: Alert): void;
}

export class Watchman {
  readonly #locks: readonly Lock[];
  readonly #ports: WatchmanPorts;
  /** Locks that stand open, each with what cancels the wait. */
  readonly #open = new Map<Lock, () => void>();
  #unsubscribe: (() => void)[] = [];

  constructor(locks: readonly Lock[], ports: WatchmanPorts) {
    this.#locks = locks;
    this.#ports = ports;
  }

  start(): void {
    this.#unsubscribe = this.#locks.flatMap((lock) => [
      lock.onState((state) => {
        if (state === 'jammed') this.#ports.tell(jammedAlert(lock, this.#ports.clock.now()));
        this.#look(lock);
      }),
      lock.onDetails?.(() => this.#look(lock)) ?? (() => {}),
    ]);
    for (const lock of this.#locks) this.#look(lock);
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const cancel of this.#open.values()) cancel();
    this.#open.clear();
  }

  #look(lock: Lock): void {
    const { troubles } = this.#ports;
    const { door, fault } = lock.details ?? {};
    if (fault === undefined) troubles.end(`lock ${lock.id}`, `${lock.name} can be read.`);
    else troubles.begin(`lock ${lock.id}`, fault);
    if (lock.state === 'unlocked' || door === 'open') this.#opened(lock);
    // Jammed or unknown may well be open: only a lock that says it is locked, in a door that is not open, ends the wait.
    else if (lock.state === 'locked') this.#closed(lock);
  }

  #opened(lock: Lock): void {
    const { clock, leftOpenMinutes, tell } = this.#ports;
    if (leftOpenMinutes === 0 || this.#open.has(lock)) return;
    const late = () => tell(leftOpenAlert(lock, leftOpenMinutes, clock.now()));
    this.#open.set(lock, clock.after(leftOpenMinutes * 60_000, late));
  }

  #closed(lock: Lock): void {
    this.#open.get(lock)?.();
    this.#open.delete(lock);
  }
}
