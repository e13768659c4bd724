/** How late a process's event loop runs, while it is looked at. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds. */
export interface Delay {
  p50: number;
  p99: number;
  max: number;
}

/** Of the timer, in milliseconds; what Node counts is the time between two of its turns. */
const resolution = 10;

export class LoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution });

  on(): void {
    this.#histogram.enable();
  }

  off(): void {
    this.#histogram.disable();
  }

  /** What was counted since the last call. */
  read(): Delay {
    const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolution);
    const { max } = this.#histogram;
    const [p50, p99] = [this.#histogram.percentile(50), this.#histogram.percentile(99)];
    this.#histogram.reset();
    return { p50: late(p50), p99: late(p99), max: late(max) };
  }
}
