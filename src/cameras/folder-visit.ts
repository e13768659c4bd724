/** What arrives at a folder camera between a trigger and the quiet after it: a bounded queue with one reader. */
import type { Clock } from '../clock.ts';
import type { Trigger } from './camera.ts';
import type { FileState } from './folder-watcher.ts';
import type { FileKind } from './picture-file.ts';

/** A whole file; its bytes stay on the disk until they are asked for. */
export interface Arrival {
  path: string;
  kind: FileKind;
  state: FileState;
  /** Milliseconds since the epoch. */
  takenAt: number;
  live: boolean;
}

export interface FolderVisitRules {
  clock: Clock;
  visitSeconds: number;
  quietSeconds: number;
  /** Whether another file is being written; it is not quiet then. */
  isBusy(): boolean;
  /** Called once: from here on what arrives belongs to another visit. */
  onOver(): void;
}

/** More than a visit can look at; of a flood the newest are kept. */
const mostWaiting = 64;

export class FolderVisit {
  readonly trigger: Trigger;
  readonly #rules: FolderVisitRules;
  readonly #over = new AbortController();
  readonly #cancelDeadline: () => void;
  #waiting: Arrival[] = [];
  /** `waiting` for the next arrival, or `looking` at the last one. */
  #reader: 'none' | 'waiting' | 'looking' | 'gone' = 'none';
  #closed = false;
  #wake: () => void = () => {};
  #cancelQuiet: () => void = () => {};

  constructor(trigger: Trigger, rules: FolderVisitRules) {
    this.trigger = trigger;
    this.#rules = rules;
    this.#cancelDeadline = rules.clock.after(rules.visitSeconds * 1000, () => this.end());
  }

  /** Whether what arrives now belongs to this visit. It goes on while its last arrival is being looked at. */
  get isOpen(): boolean {
    return !this.#closed || this.#reader === 'looking';
  }

  get isRead(): boolean {
    return this.#reader !== 'none';
  }

  /** Aborts when the visit must not go on, even if it has more to show. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  add(arrival: Arrival): void {
    this.#awaitQuiet();
    // Whoever looked has seen enough: the rest of this visit changes nothing any more.
    if (this.#reader === 'gone') return;
    this.#waiting.push(arrival);
    if (this.#waiting.length > mostWaiting) this.#waiting.shift();
    this.#wake();
  }

  /** What arrived and arrives, oldest first, until it has been quiet, the visit is over or `signal` aborts. */
  async *arrivals(signal: AbortSignal): AsyncGenerator<Arrival> {
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted && !this.over.aborted) {
        const next = this.#waiting.shift();
        this.#reader = next ? 'looking' : 'waiting';
        if (next) yield next;
        else if (this.#closed) return;
        else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#reader = 'gone';
      this.#waiting = [];
    }
  }

  /** Ends the visit at once. */
  end(): void {
    this.#over.abort();
    this.#close();
  }

  #awaitQuiet(): void {
    const { clock, quietSeconds, isBusy } = this.#rules;
    this.#cancelQuiet();
    if (this.over.aborted) return;
    this.#cancelQuiet = clock.after(quietSeconds * 1000, () => {
      if (isBusy() || this.#reader === 'looking') this.#awaitQuiet();
      else this.#close();
    });
  }

  /** Nothing more belongs to the visit; what waits may still be looked at. */
  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelDeadline();
    this.#cancelQuiet();
    this.#wake();
    this.#rules.onOver();
  }
}
