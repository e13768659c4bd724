/** Says things at once: answers to taps and commands, and changes to messages already sent. Never throws. */
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import { type Bot, type Edit, type Outgoing, TelegramFault } from './bot.ts';
import { backOff, type Chance } from './chance.ts';
import type { ChatSettings, Chats } from './chats.ts';
import { pause } from './pause.ts';

/** An answer nobody waits for any more is not worth sending. */
const attempts = 4;
const longestWait = 15_000;

export type Saying = Pick<Outgoing, 'text'> & Partial<Omit<Outgoing, 'chatId'>>;

/** A message about something, as it was sent, so that it can be changed when that thing is settled. */
interface Posted {
  chat: ChatSettings;
  messageId: number;
  picture: boolean;
  text: string;
}

/** Older messages keep the words they have. */
const mostSubjects = 100;

export class Speaker {
  readonly #bot: Bot;
  readonly #chats: Chats;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  readonly #posted = new Map<string, Posted[]>();

  constructor(bot: Bot, chats: Chats, clock: Clock, chance: Chance, log: Log, signal: AbortSignal) {
    this.#bot = bot;
    this.#chats = chats;
    this.#clock = clock;
    this.#chance = chance;
    this.#log = log;
    this.#signal = signal;
  }

  /** Resolves to the message's id; null where it could not be said. */
  async say(chat: ChatSettings, saying: Saying): Promise<number | null> {
    const message = { picture: null, silent: false, buttons: [], ...saying };
    return this.#insist(chat, () => this.#bot.send({ ...message, chatId: this.#chats.address(chat) }, this.#signal));
  }

  /** Says something once to a chat that is in no settings. */
  async sayTo(address: number, text: string): Promise<void> {
    const message = { chatId: address, text, picture: null, silent: false, buttons: [] };
    await this.#quietly(() => this.#bot.send(message, this.#signal));
  }

  /** Answers a tap; one attempt, for Telegram forgets taps soon. */
  async answer(callbackId: string, text: string, alert: boolean): Promise<void> {
    await this.#quietly(() => this.#bot.answer(callbackId, text, alert, this.#signal));
  }

  async edit(chat: ChatSettings, edit: Omit<Edit, 'chatId'>): Promise<void> {
    await this.#insist(chat, () => this.#bot.edit({ ...edit, chatId: this.#chats.address(chat) }, this.#signal));
  }

  /** Remembers a message that is about `subject`. */
  posted(subject: string, posted: Posted): void {
    const known = this.#posted.get(subject) ?? [];
    this.#posted.set(subject, [...known, posted]);
    for (const oldest of this.#posted.keys()) {
      if (this.#posted.size <= mostSubjects) return;
      this.#posted.delete(oldest);
    }
  }

  /** Remembers a message that was tapped, unless it is remembered: Telegram may take the tap before it answers the sending. */
  ensurePosted(subject: string, posted: Posted): void {
    const known = this.#posted.get(subject) ?? [];
    if (!known.some(({ chat, messageId }) => chat === posted.chat && messageId === posted.messageId)) {
      this.posted(subject, posted);
    }
  }

  /** Adds what became of it to every message about `subject`, and takes their buttons away. */
  async settle(subject: string, outcome: string): Promise<void> {
    const all = this.#posted.get(subject) ?? [];
    await Promise.all(
      all.map(async (posted) => {
        posted.text = `${posted.text}\n\n${outcome}`;
        const { chat, messageId, picture, text } = posted;
        await this.edit(chat, { messageId, picture, text, buttons: [] });
      }),
    );
  }

  async #insist<Result>(chat: ChatSettings, call: () => Promise<Result>): Promise<Result | null> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await call();
      } catch (error) {
        const wait = await this.#waitAfter(error, chat, attempt);
        if (wait === null || attempt === attempts || this.#signal.aborted) {
          this.#log.debug(`Telegram: an answer for ${chat.name} was lost: ${reason(error)}`);
          return null;
        }
        await pause(this.#clock, wait, this.#signal);
      }
    }
  }

  /** Milliseconds to wait before the next attempt; null where there is no use in one. */
  async #waitAfter(error: unknown, chat: ChatSettings, attempt: number): Promise<number | null> {
    if (!(error instanceof TelegramFault)) return null;
    if (error.kind === 'migrated' && error.migratedTo !== null) {
      await this.#chats.moved(chat.id, error.migratedTo);
      return 0;
    }
    if (error.kind === 'flood') return (error.retryAfterMs ?? 0) <= longestWait ? error.retryAfterMs : null;
    return error.kind === 'unreachable' ? backOff(attempt, 1000, longestWait, this.#chance) : null;
  }

  async #quietly(call: () => Promise<unknown>): Promise<void> {
    try {
      await call();
    } catch (error) {
      this.#log.debug(`Telegram: an answer was lost: ${reason(error)}`);
    }
  }
}
