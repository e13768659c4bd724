/** Pictures for messages, drawn in a worker thread that runs only while there is something to draw. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../clock.ts';
import { reason } from '../log.ts';

export interface LabelledBox {
  /** x1, y1, x2, y2 in pixels of the frame. */
  box: readonly number[];
  label: string;
  tone: 'known' | 'stranger' | 'thing';
}

/** A picture with what was seen in it. */
export interface BoxedPicture {
  /** A JPEG; it may be smaller than the frame. */
  jpeg: Uint8Array;
  /** Of the frame the boxes belong to, in pixels. */
  width: number;
  height: number;
  boxes: LabelledBox[];
}

export interface Pictures {
  /** A JPEG with the boxes drawn in. */
  boxed(picture: BoxedPicture): Promise<Uint8Array>;
  /** A JPEG of visits by weekday (Monday first, 7 rows) and hour (24 columns). */
  heatmap(hours: readonly (readonly number[])[]): Promise<Uint8Array>;
  stop(): Promise<void>;
}

export type Job = { kind: 'boxed'; picture: BoxedPicture } | { kind: 'heatmap'; hours: readonly (readonly number[])[] };
export type Request = { id: number; job: Job };
export type Answer = { id: number; jpeg: Uint8Array } | { id: number; error: string };

interface Waiting {
  resolve(jpeg: Uint8Array): void;
  reject(error: Error): void;
  cancel(): void;
}

/** A 1080p picture takes a Raspberry Pi under two seconds. */
const longestJob = 30_000;
/** jimp holds some 60 MB: it is let go when nobody has rung for a while. */
const idleAfter = 60_000;

export class PictureWorker implements Pictures {
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #nextId = 1;
  #cancelIdle = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  boxed(picture: BoxedPicture): Promise<Uint8Array> {
    return this.#ask({ kind: 'boxed', picture });
  }

  heatmap(hours: readonly (readonly number[])[]): Promise<Uint8Array> {
    return this.#ask({ kind: 'heatmap', hours });
  }

  async stop(): Promise<void> {
    await this.#end('The plugin stops.');
  }

  #ask(job: Job): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const cancel = this.#clock.after(longestJob, () => void this.#end('Drawing the picture took too long.'));
      this.#waiting.set(id, { resolve, reject, cancel });
      this.#cancelIdle();
      try {
        this.#worker ??= this.#start();
        const request: Request = { id, job };
        this.#worker.postMessage(request);
      } catch (error) {
        this.#settle(id, (waiting) => waiting.reject(new Error(reason(error))));
      }
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL(`./picture-worker${extname(import.meta.filename)}`, import.meta.url), {
      // A picture that needs more than this ends the worker, not the plugin.
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    worker.unref();
    worker.on('message', (answer: Answer) => {
      this.#settle(answer.id, (waiting) => {
        if ('jpeg' in answer) waiting.resolve(answer.jpeg);
        else waiting.reject(new Error(answer.error));
      });
    });
    const gone = (why: string) => {
      if (this.#worker === worker) void this.#end(why);
    };
    worker.on('error', (error) => gone(`The picture could not be drawn: ${reason(error)}`));
    worker.on('exit', () => gone('The picture could not be drawn: its worker ended.'));
    return worker;
  }

  #settle(id: number, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    waiting.cancel();
    how(waiting);
    if (this.#waiting.size > 0) return;
    this.#cancelIdle = this.#clock.after(idleAfter, () => void this.#end('Idle.'));
  }

  async #end(why: string): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, (waiting) => waiting.reject(new Error(why)));
    this.#cancelIdle();
    await worker?.terminate();
  }
}
