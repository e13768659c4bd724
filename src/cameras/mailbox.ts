/** A mailbox that holds one frame, the newest: who reads slowly never looks at what is past. */
import type { Frame } from './camera.ts';
import type { RgbPicture } from './ffmpeg.ts';

export class Mailbox implements AsyncIterable<Frame> {
  /** Frames that gave way to a newer one before anybody took them. */
  dropped = 0;
  #frame: Frame | undefined;
  #closed = false;
  #wake: () => void = () => {};

  /** Returns the frame that nobody will ever take, of the two there are now. */
  put(frame: Frame): Frame | undefined {
    const before = this.#frame;
    if (this.#closed) return undefined;
    if (before) this.dropped++;
    if (before && before.takenAt > frame.takenAt) return frame;
    this.#frame = frame;
    this.#wake();
    return before;
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

/** The raw picture of a frame, if it is one. */
export function pictureOf(frame: Frame | undefined): RgbPicture | undefined {
  return frame?.picture.kind === 'rgb' ? frame.picture : undefined;
}
