/** A log that keeps its lines and lets a test wait for one. */
import type { Log } from '../../src/log.ts';

export class FakeLog implements Log {
  readonly lines: string[] = [];
  #listeners = new Set<() => void>();

  debug(message: string): void {
    this.#add(`debug: ${message}`);
  }
  info(message: string): void {
    this.#add(`info: ${message}`);
  }
  warn(message: string): void {
    this.#add(`warn: ${message}`);
  }
  error(message: string): void {
    this.#add(`error: ${message}`);
  }

  /** What the owner sees without debug: all but the debug lines. */
  get told(): string[] {
    return this.lines.filter((line) => !line.startsWith('debug: '));
  }

  /** Resolves with the first line that matches, past or to come. */
  async heard(match: RegExp): Promise<string> {
    for (;;) {
      const line = this.lines.find((each) => match.test(each));
      if (line) return line;
      await new Promise<void>((resolve) => {
        const listener = () => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    }
  }

  #add(line: string): void {
    this.lines.push(line);
    for (const listener of [...this.#listeners]) listener();
  }
}
