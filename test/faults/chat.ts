/** A chat with the bot in the same process: messages with buttons, and taps that Telegram hands over more than once. */
import type { Bot, Button, Incoming, Outgoing, Tapped } from '../../src/alerts/bot.ts';
import { TelegramFault } from '../../src/alerts/bot.ts';

export const owner = { userId: 7, userName: 'Anna' };
export const stranger = { userId: 666, userName: 'Mallory' };
export const chatId = 7;

export interface SentMessage {
  id: number;
  buttons: Button[][];
}

export class FaultyChat {
  readonly messages: SentMessage[] = [];
  /** What people were told when they tapped. */
  readonly answers: string[] = [];
  readonly #taps: Tapped[] = [];
  #pending: Tapped[] = [];
  #failing = 0;
  #wake = () => {};

  /** The next calls are lost. */
  fail(calls: number): void {
    this.#failing += calls;
  }

  heal(): void {
    this.#failing = 0;
  }

  tap(message: SentMessage, data: string, by: typeof owner): number {
    const updateId = 1000 + this.#taps.length;
    const tapped: Tapped = {
      kind: 'tap',
      updateId,
      callbackId: `tap-${updateId}`,
      ...by,
      data,
      message: { chatId, messageId: message.id, picture: false, text: '', buttons: message.buttons },
    };
    this.#taps.push(tapped);
    this.#deliver(tapped);
    return updateId;
  }

  /** Any tap there was, once more. */
  redeliver(which: number): void {
    const tapped = this.#taps[which % Math.max(1, this.#taps.length)];
    if (tapped) this.#deliver(tapped);
  }

  #deliver(tapped: Tapped): void {
    this.#pending.push(tapped);
    this.#wake();
  }

  /** As one run of the plugin sees it. */
  botFor(alive: () => boolean): Bot {
    const call = async <T>(task: () => T): Promise<T> => {
      if (!alive()) return new Promise<T>(() => undefined);
      if (this.#failing > 0) {
        this.#failing--;
        throw new TelegramFault('unreachable', 'Telegram cannot be reached.');
      }
      return task();
    };
    return {
      me: () => call(() => 'door_bot'),
      updates: async (_offset, signal) => {
        await call(() => undefined);
        if (this.#pending.length === 0) await this.#somethingTapped(signal);
        if (!alive()) return new Promise<Incoming[]>(() => undefined);
        // Nothing is confirmed here: what was handed over may come again, in any order.
        return this.#pending.splice(0);
      },
      send: ({ buttons }: Outgoing) =>
        call(() => {
          const id = this.messages.length + 1;
          this.messages.push({ id, buttons });
          return id;
        }),
      edit: () => call(() => undefined),
      answer: (_id, text) => call(() => void this.answers.push(text)),
      menu: () => call(() => undefined),
    };
  }

  #somethingTapped(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      signal.addEventListener('abort', () => resolve());
    });
  }
}
