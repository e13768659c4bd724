/** The buttons that were sent, and which of them still count. What became of them is remembered over a restart. */
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import type { Chance } from './chance.ts';
import {
  type Action,
  type Closed,
  type Confirmation,
  type Lives,
  type Refusal,
  refusalOf,
  type Tap,
} from './confirmation.ts';
import { remembered, type State } from './state.ts';

const key = 'telegram.confirmations';

/** Older ones are forgotten: a tap on them is told that the button is unknown. */
const mostKept = 400;

export type Offered = Pick<Confirmation, 'action' | 'chatId' | 'subject' | 'eventId' | 'lockId'>;
export type Verdict =
  | { confirmation: Confirmation; refusal: null }
  | { confirmation: Confirmation | undefined; refusal: Refusal };

export class Confirmations {
  /** Differs in every run of the plugin, so that nothing sent before a restart counts after it. */
  readonly #boot: string;
  readonly #lives: Lives;
  readonly #state: State;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #log: Log;
  readonly #kept = new Map<string, Confirmation>();
  readonly #timers = new Map<string, () => void>();
  readonly #expiring = new Map<string, () => void>();
  #saved: Promise<void> = Promise.resolve();
  #nextSave: Promise<void> | null = null;

  constructor(lives: Lives, state: State, clock: Clock, chance: Chance, log: Log) {
    this.#lives = lives;
    this.#boot = chance.nonce();
    this.#state = state;
    this.#clock = clock;
    this.#chance = chance;
    this.#log = log;
  }

  async start(): Promise<void> {
    const stored = await remembered(this.#state, key);
    if (!Array.isArray(stored)) return;
    for (const entry of stored) if (isConfirmation(entry)) this.#kept.set(entry.nonce, entry);
  }

  /** How long a button counts, milliseconds. */
  lifeOf(action: Action): number {
    return this.#lives[action];
  }

  /** Nobody has used or withdrawn it. */
  isOpen(nonce: string): boolean {
    return this.#kept.get(nonce)?.closed === null;
  }

  /** Calls `listener` once the button's time has passed, unless it was used or withdrawn before. */
  onExpired(nonce: string, listener: () => void): void {
    this.#expiring.set(nonce, listener);
  }

  /**
   * A new button, to be sent at once: its time runs from now. Where the like of it was tapped already, in another chat
   * perhaps, it is closed from the start and not worth sending.
   */
  issue(offered: Offered): Confirmation {
    const confirmation: Confirmation = {
      ...offered,
      nonce: this.#chance.nonce(),
      sentAt: this.#clock.now(),
      lifeMs: this.#lives[offered.action],
      boot: this.#boot,
      expired: false,
      closed: this.#closedLike(offered),
    };
    this.#kept.set(confirmation.nonce, confirmation);
    const expire = () => {
      this.#timers.delete(confirmation.nonce);
      confirmation.expired = true;
      const listener = this.#expiring.get(confirmation.nonce);
      this.#expiring.delete(confirmation.nonce);
      if (!confirmation.closed) listener?.();
    };
    // The wall clock may be set back while the button is out; this timer doesn't follow it.
    this.#timers.set(confirmation.nonce, this.#clock.after(confirmation.lifeMs + 1, expire));
    this.#forgetOldest();
    // Only what a tap after a restart is told depends on it: it is refused in any case.
    this.#save().catch((error) => this.#log.debug(`Telegram buttons could not be remembered: ${reason(error)}`));
    return confirmation;
  }

  /**
   * The message that carries these buttons was not sent, as far as is known: another with new ones will be. One that was
   * tapped all the same is remembered, so that its like in that other message is closed.
   */
  withdraw(nonces: readonly string[]): void {
    for (const nonce of nonces) if (!this.#kept.get(nonce)?.closed) this.#forget(nonce);
  }

  /**
   * Judges a tap and, where it counts, closes the button and those like it in other chats. Both happen in one turn of the
   * event loop, so that of two taps only the first counts. Resolves once that is stored; rejects where it cannot be, and
   * the button stays closed.
   */
  async take(tap: Omit<Tap, 'boot' | 'now'>, by: string): Promise<Verdict> {
    const now = this.#clock.now();
    const confirmation = this.#kept.get(tap.nonce);
    const refusal = refusalOf(confirmation, { ...tap, boot: this.#boot, now });
    if (refusal) return { confirmation, refusal };
    const taken = confirmation as Confirmation;
    this.#close(taken, by, now);
    await this.#save();
    return { confirmation: taken, refusal: null };
  }

  #closedLike({ subject, action }: Offered): Closed | null {
    for (const other of this.#kept.values()) {
      const { closed } = other;
      if (other.subject === subject && closed && (other.action === action || closed.how === 'ignored')) return closed;
    }
    return null;
  }

  /** Whoever ignores a visit doesn't want its door opened either. */
  #close(taken: Confirmation, by: string, at: number): void {
    const how = taken.action === 'ignore' ? 'ignored' : 'used';
    for (const other of this.#kept.values()) {
      const same = other.subject === taken.subject && (other.action === taken.action || how === 'ignored');
      if (same && !other.closed) other.closed = { how, by, at };
    }
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#expiring.clear();
  }

  #forgetOldest(): void {
    for (const nonce of this.#kept.keys()) {
      if (this.#kept.size <= mostKept) return;
      this.#forget(nonce);
    }
  }

  #forget(nonce: string): void {
    this.#kept.delete(nonce);
    this.#timers.get(nonce)?.();
    this.#timers.delete(nonce);
    this.#expiring.delete(nonce);
  }

  /** One after the other, for an older list must not be written over a newer one; what comes before a write begins shares it. */
  #save(): Promise<void> {
    this.#nextSave ??= this.#saved.then(() => {
      this.#nextSave = null;
      return this.#state.setState(key, [...this.#kept.values()]);
    });
    this.#saved = this.#nextSave.catch(() => undefined);
    return this.#nextSave;
  }
}

function isConfirmation(entry: unknown): entry is Confirmation {
  if (typeof entry !== 'object' || entry === null) return false;
  const { nonce, action, chatId, sentAt, lifeMs, boot } = entry as Partial<Confirmation>;
  return (
    typeof nonce === 'string' &&
    typeof action === 'string' &&
    typeof chatId === 'number' &&
    typeof sentAt === 'number' &&
    typeof lifeMs === 'number' &&
    typeof boot === 'string'
  );
}
