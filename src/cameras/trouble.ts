/** What is wrong at the moment: each trouble is told once when it begins and once when it is over. */
import type { Log } from '../log.ts';

export class Troubles {
  readonly #log: Log;
  readonly #now = new Map<string, string>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Warns with `sentence`, unless this trouble has been told already. */
  begin(name: string, sentence: string): void {
    if (this.#now.has(name)) return;
    this.#now.set(name, sentence);
    this.#log.warn(sentence);
  }

  /** Says `sentence` where the trouble had begun. */
  end(name: string, sentence: string): void {
    if (this.#now.delete(name)) this.#log.info(sentence);
  }

  has(name: string): boolean {
    return this.#now.has(name);
  }

  /** The sentences of what is wrong now, oldest first. */
  get sentences(): string[] {
    return [...this.#now.values()];
  }
}
