/** Says things at once: answers to taps and commands, and changes to messages already sent. Never throws. */
import { type Clock, pause } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import { type Bot, type Edit, type Outgoing, TelegramFault } from './bot.ts';
import { backOff, type Chance } from './chance.ts';
import type { ChatSettings, Chats } from './chats.ts';

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

/** The messages about one thing, and what became of it so far. */
interface Subject {
  messages: Posted[];
  outcome: string;
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
  readonly #subjects = new Map<string, Subject>();

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

  /** Remembers a message that is about `subject`; where that is settled by now, the message says so at once. */
  async posted(subject: string, posted: Posted): Promise<void> {
    const about = this.#about(subject);
    // Telegram may hand over a tap on a message before it answers the sending of it.
    const known = about.messages.some((other) => other.chat === posted.chat && other.messageId === posted.messageId);
    if (known) return;
    about.messages.push(posted);
    if (about.outcome !== '') await this.#amend(posted, about.outcome);
  }

  /** Adds what became of it to every message about `subject`, and takes their buttons away. */
  async settle(subject: string, outcome: string): Promise<void> {
    const about = this.#about(subject);
    about.outcome = `${about.outcome}\n\n${outcome}`;
    await Promise.all(about.messages.map((posted) => this.#amend(posted, about.outcome)));
  }

  #about(subject: string): Subject {
    const known = this.#subjects.get(subject) ?? { messages: [], outcome: '' };
    this.#subjects.set(subject, known);
    for (const oldest of this.#subjects.keys()) {
      if (this.#subjects.size <= mostSubjects) break;
      this.#subjects.delete(oldest);
    }
    return known;
  }

  async #amend({ chat, messageId, picture, text }: Posted, outcome: string): Promise<void> {
    await this.edit(chat, { messageId, picture, text: `${text}${outcome}`, buttons: [] });
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
