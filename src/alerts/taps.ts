/** What a tap on a button does, or why it does nothing. */
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import type { Button, Tapped } from './bot.ts';
import type { ChatSettings, Chats } from './chats.ts';
import { type Confirmation, readButtonData } from './confirmation.ts';
import type { Confirmations, Verdict } from './confirmations.ts';
import type { Actor, House } from './house.ts';
import type { Naming } from './naming.ts';
import type { Speaker } from './speaker.ts';
import { plainName, refusalSentence } from './wording.ts';

export interface TapPorts {
  house: House;
  chats: Chats;
  confirmations: Confirmations;
  naming: Naming;
  speaker: Speaker;
  clock: Clock;
  log: Log;
  timeZone: string;
  /** Aborts when the plugin stops: nothing is begun after that. */
  signal: AbortSignal;
}

export class Taps {
  readonly #ports: TapPorts;

  constructor(ports: TapPorts) {
    this.#ports = ports;
  }

  /** Resolves once everything that follows from the tap is done. */
  async tapped(tap: Tapped): Promise<void> {
    const { chats, speaker } = this.#ports;
    const button = readButtonData(tap.data);
    const chat = tap.message ? chats.known(tap.message.chatId) : undefined;
    if (!button) return speaker.answer(tap.callbackId, 'I do not know this button, so nothing was done.', true);
    const actor: Actor = { userId: tap.userId, name: plainName(tap.userName) };
    const allowed = chats.isOwner(chat, tap.userId);
    const taking = { ...button, chatId: chat?.id ?? null, userId: tap.userId, allowed };
    let verdict: Verdict;
    try {
      verdict = await this.#ports.confirmations.take(taking, actor.name);
    } catch {
      const why = 'The tap could not be written down, so nothing was done: look at the disk of the Homebridge machine.';
      return speaker.answer(tap.callbackId, why, true);
    }
    if (verdict.refusal !== null) return this.#refuse(tap, taking, verdict, chat);
    if (chat && !this.#ports.signal.aborted) await this.#act(tap, verdict.confirmation, chat, actor);
  }

  async #refuse(
    tap: Tapped,
    taking: { action: Confirmation['action']; userId: number },
    { refusal, confirmation }: Exclude<Verdict, { refusal: null }>,
    chat: ChatSettings | undefined,
  ): Promise<void> {
    const { speaker, clock, log, timeZone } = this.#ports;
    const sentence = refusalSentence(refusal, confirmation, taking, clock.now(), timeZone);
    log.info(
      `Telegram: a tap of ${plainName(tap.userName)} (user ${tap.userId}) did nothing. They were told: ${sentence}`,
    );
    await speaker.answer(tap.callbackId, sentence, true);
    // A dead button is taken away, but not on the word of somebody who may not tap it.
    if (!chat || !tap.message || refusal === 'not-allowed') return;
    const { messageId, picture, buttons } = tap.message;
    await speaker.edit(chat, { messageId, picture, buttons: without(buttons, tap.data) });
  }

  async #act(tap: Tapped, confirmation: Confirmation, chat: ChatSettings, actor: Actor): Promise<void> {
    const { action, eventId, lockId, subject } = confirmation;
    const { speaker, naming } = this.#ports;
    if (action === 'unlock' && lockId !== null) {
      await this.#unlock(tap, { lockId, eventId, by: actor }, subject, chat);
    } else if (action === 'who' && eventId !== null) {
      const asked = naming.ask(chat, eventId, tap);
      await speaker.answer(tap.callbackId, 'Reply with the name.', false);
      await asked;
      if (!tap.message) return;
      const { messageId, picture, buttons } = tap.message;
      await speaker.edit(chat, { messageId, picture, buttons: without(buttons, tap.data) });
    } else {
      await speaker.answer(tap.callbackId, 'Set aside.', false);
      await this.#settle(tap, subject, chat, `Set aside by ${actor.name}.`);
    }
  }

  /** The lock doesn't wait for Telegram: the order goes out beside the answer to the tap. */
  async #unlock(
    tap: Tapped,
    order: Parameters<House['unlock']>[0],
    subject: string,
    chat: ChatSettings,
  ): Promise<void> {
    const { house, speaker, log } = this.#ports;
    log.info(`Telegram: ${order.by.name} (user ${order.by.userId}) tapped Unlock for ${order.lockId}.`);
    const opening = attempt(() => house.unlock(order));
    await speaker.answer(tap.callbackId, 'The lock is told to open.', false);
    const { sentence, error } = await opening;
    const outcome =
      error === null ? `${order.by.name} tapped Unlock. ${sentence}` : `${order.by.name} tapped Unlock, but: ${error}`;
    await this.#settle(tap, subject, chat, outcome);
    // A changed caption makes no sound, and somebody is waiting at the door.
    if (error !== null)
      await speaker.say(chat, { text: `The door was not opened: ${error} Send /unlock to be asked again.` });
  }

  async #settle(tap: Tapped, subject: string, chat: ChatSettings, outcome: string): Promise<void> {
    const { speaker } = this.#ports;
    if (tap.message) await speaker.posted(subject, { chat, ...tap.message });
    await speaker.settle(subject, outcome);
  }
}

async function attempt(act: () => Promise<string>): Promise<{ sentence: string; error: string | null }> {
  try {
    return { sentence: await act(), error: null };
  } catch (error) {
    return { sentence: '', error: reason(error) };
  }
}

function without(buttons: readonly (readonly Button[])[], data: string | undefined): Button[][] {
  return buttons.map((row) => row.filter((button) => button.data !== data)).filter((row) => row.length > 0);
}
