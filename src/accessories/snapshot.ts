/** The picture a camera shows in the Home app: kept for a few seconds, and never waited for in vain. */
import type { Clock } from '../clock.ts';
import { placeholderJpeg } from './placeholder.ts';

/** The latest frame as a JPEG, null where there is none yet. */
export type SnapshotSource = () => Promise<Buffer | null>;

const freshMs = 4000;
/** Homebridge complains after 5 s. */
const patienceMs = 4000;

export class Snapshot {
  readonly #source: SnapshotSource;
  readonly #clock: Clock;
  #last: { picture: Buffer; at: number } | null = null;
  #fetching: Promise<void> | null = null;

  constructor(source: SnapshotSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** A picture that was fetched less than 5 s ago, the last one where none comes in time, or a plain grey one. */
  async get(): Promise<Buffer> {
    const age = this.#last ? Math.abs(this.#clock.now() - this.#last.at) : Number.POSITIVE_INFINITY;
    if (age >= freshMs) await this.#inTime(this.#fetch());
    return this.#last?.picture ?? placeholderJpeg();
  }

  /** Makes the next picture one that is asked for from now on. */
  forget(): void {
    this.#fetching = null;
    if (this.#last) this.#last.at = Number.NEGATIVE_INFINITY;
  }

  /** Several hubs ask at once: one fetch answers them all. Never rejects. */
  #fetch(): Promise<void> {
    if (this.#fetching) return this.#fetching;
    const fetching: Promise<void> = Promise.resolve()
      .then(() => this.#source())
      .catch(() => null)
      .then((picture) => {
        if (this.#fetching !== fetching) return;
        this.#fetching = null;
        if (picture) this.#last = { picture, at: this.#clock.now() };
      });
    this.#fetching = fetching;
    return fetching;
  }

  #inTime(work: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(patienceMs, resolve);
      work.then(() => {
        cancel();
        resolve();
      });
    });
  }
}
