/** What is broken now: told once when it has lasted for a while, and once more when it works again. */
import type { Clock } from './clock.ts';

interface Trouble {
  sentence: string;
  /** Null once it was told. */
  cancel: (() => void) | null;
}

export class Troubles {
  readonly #clock: Clock;
  readonly #tell: (sentence: string, healed: boolean) => void;
  readonly #troubles = new Map<string, Trouble>();

  /** `tell` must not throw. */
  constructor(clock: Clock, tell: (sentence: string, healed: boolean) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** One sentence each, those not told yet included. */
  get sentences(): string[] {
    return [...this.#troubles.values()].map(({ sentence }) => sentence);
  }

  /** `what` is the thing that is broken. It is told when it has been so for `patienceMs`. */
  begin(what: string, sentence: string, patienceMs = 0): void {
    const known = this.#troubles.get(what);
    if (known) {
      known.sentence = sentence;
      return;
    }
    const trouble: Trouble = { sentence, cancel: null };
    this.#troubles.set(what, trouble);
    const told = () => {
      trouble.cancel = null;
      this.#tell(trouble.sentence, false);
    };
    if (patienceMs === 0) told();
    else trouble.cancel = this.#clock.after(patienceMs, told);
  }

  /** `healed` is what is told, where the trouble was. */
  end(what: string, healed: string): void {
    const known = this.#troubles.get(what);
    if (!known) return;
    this.#troubles.delete(what);
    if (known.cancel) known.cancel();
    else this.#tell(healed, true);
  }

  stop(): void {
    for (const { cancel } of this.#troubles.values()) cancel?.();
    this.#troubles.clear();
  }
}
