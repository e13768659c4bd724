/** A progress bar on standard error, in a terminal only; and the sentences written beside it. */
import type { Log } from '../log.ts';

const width = 30;

export class Progress {
  readonly #total: number;
  readonly #what: string;
  #done = 0;

  constructor(what: string, total: number) {
    this.#what = what;
    this.#total = total;
    this.#draw();
  }

  step(): void {
    this.#done++;
    this.#draw();
  }

  /** A sentence on standard error, above the bar. */
  say(line: string): void {
    this.#write(process.stderr, line);
  }

  /** A result on standard output. */
  print(line: string): void {
    this.#write(process.stdout, line);
  }

  end(): void {
    this.#clear();
  }

  #write(stream: NodeJS.WriteStream, line: string): void {
    this.#clear();
    stream.write(`${line}\n`);
    this.#draw();
  }

  #draw(): void {
    if (!process.stderr.isTTY || this.#total < 2) return;
    const filled = Math.round((width * this.#done) / this.#total);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    process.stderr.write(`\r${this.#what} ${bar} ${this.#done}/${this.#total}`);
  }

  #clear(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}

const write = (message: string) => process.stderr.write(`${message}\n`);

/** Warnings and errors on standard error. */
export const stderrLog: Log = { debug: () => undefined, info: () => undefined, warn: write, error: write };
