/** A log that keeps what it is told, and lets a test wait for a sentence. */
import type { Log } from '../../src/log.ts';

export class FakeLog implements Log {
  /** `level: sentence`, in order. */
  readonly lines: string[] = [];
  #waiting: { pattern: RegExp; resolve: (line: string) => void }[] = [];

  debug(message: string): void {
    this.#add('debug', message);
  }

  info(message: string): void {
    this.#add('info', message);
  }

  warn(message: string): void {
    this.#add('warn', message);
  }

  error(message: string): void {
    this.#add('error', message);
  }

  /** Resolves to the first line that matches, said already or yet to come. */
  said(pattern: RegExp): Promise<string> {
    const line = this.lines.find((one) => pattern.test(one));
    if (line !== undefined) return Promise.resolve(line);
    return new Promise((resolve) => this.#waiting.push({ pattern, resolve }));
  }

  #add(level: string, message: string): void {
    const line = `${level}: ${message}`;
    this.lines.push(line);
    for (const { pattern, resolve } of this.#waiting) if (pattern.test(line)) resolve(line);
    this.#waiting = this.#waiting.filter(({ pattern }) => !pattern.test(line));
  }
}
