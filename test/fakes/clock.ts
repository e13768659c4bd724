/** A clock that moves only when a test moves it. */
import type { Clock } from '../../src/clock.ts';

interface Task {
  at: number;
  order: number;
  run: () => void;
}

export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #tasks: Task[] = [];

  constructor(start = Date.UTC(2026, 10, 22, 8, 0, 0)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** How many tasks wait. */
  get waiting(): number {
    return this.#tasks.length;
  }

  /** Milliseconds until the next task; Infinity where none waits. */
  get dueIn(): number {
    return Math.min(...this.#tasks.map((task) => task.at)) - this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const task = { at: this.#now + Math.max(0, ms), order: this.#order++, run };
    this.#tasks.push(task);
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== task);
    };
  }

  /** Moves time on by `ms`, running what falls due in order and letting promises settle after each task. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const due = this.#tasks.filter((task) => task.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (!due) break;
      this.#tasks = this.#tasks.filter((task) => task !== due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
      await settle();
    }
    this.#now = end;
  }

  /** Moves the wall clock, forward or back, as a time server might; tasks keep their distance from now. */
  jump(ms: number): void {
    this.#now += ms;
    for (const task of this.#tasks) task.at += ms;
  }
}

/** Lets every promise that can settle without I/O do so. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
}
