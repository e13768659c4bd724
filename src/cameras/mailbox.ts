/** A mailbox that holds one frame, the newest: who reads slowly never looks at what is past. */
import type { Frame } from './camera.ts';

export class Mailbox implements AsyncIterable<Frame> {
  /** Frames that gave way to a newer one before anybody took them. */
  dropped = 0;
  #frame: Frame | undefined;
  #closed = false;
  #wake: () => void = () => {};

  put(frame: Frame): void {
    if (this.#closed) return;
    if (this.#frame) {
      this.dropped++;
      if (this.#frame.takenAt > frame.takenAt) return;
    }
    this.#frame = frame;
    this.#wake();
  }

  /** No more frames; one that waits can still be taken. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #take(): Frame | undefined {
    const frame = this.#frame;
    this.#frame = undefined;
    return frame;
  }

  #replace(): Frame | undefined {
    const frame = this.#take();
    if (frame) this.dropped++;
    return frame;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Frame> {
    for (;;) {
      const frame = this.#take();
      if (frame) yield { ...frame, newer: () => this.#replace() };
      else if (this.#closed) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
