/** A program that the process of a live call runs for us, as if it were a child process of our own. */
import { EventEmitter } from 'node:events';
import { PassThrough, type Readable, Writable } from 'node:stream';
import type { Program } from '../../ffmpeg.ts';

export interface ProgramOrders {
  /** With all of its standard input. */
  start(stdin: string): void;
  stop(): void;
}

export class PeerProgram extends EventEmitter implements Program {
  readonly stdin: Writable;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly #output: Readable | null;
  readonly #orders: ProgramOrders;
  #over = false;

  /** `output` is where the program writes: the process's own standard output. It is started once its input has ended. */
  constructor(output: Readable | null, orders: ProgramOrders) {
    super();
    this.#output = output;
    this.#orders = orders;
    output?.pipe(this.stdout, { end: false });
    const typed: Buffer[] = [];
    this.stdin = new Writable({
      write(chunk: Buffer, _encoding, done) {
        typed.push(chunk);
        done();
      },
      final: (done) => {
        if (!this.#over) orders.start(Buffer.concat(typed).toString());
        done();
      },
    });
  }

  kill(): void {
    this.#orders.stop();
    this.end();
  }

  /** It, or the process that runs it, is no more. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#output?.unpipe(this.stdout);
    queueMicrotask(() => this.emit('close'));
  }
}
