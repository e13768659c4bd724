/** Sends what waits for one chat, one message after another, for as long as the plugin runs. */
import { type Clock, pause } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import { ageOf, mayOfferUnlock } from '../policy/alert.ts';
import type { Offer } from './alert.ts';
import { type Bot, type Button, TelegramFault } from './bot.ts';
import { backOff, type Chance } from './chance.ts';
import type { ChatSettings, Chats } from './chats.ts';
import { buttonData, readButtonData } from './confirmation.ts';
import type { Confirmations } from './confirmations.ts';
import type { BoxedPicture } from './picture.ts';
import type { Queue } from './queue.ts';
import type { Queued } from './queue-files.ts';
import type { Speaker } from './speaker.ts';
import { droppedNote, oldNews } from './wording.ts';

export interface LanePorts {
  bot: Bot;
  chats: Chats;
  queue: Queue;
  confirmations: Confirmations;
  speaker: Speaker;
  /** Draws what was seen into the picture; resolves to the plain picture where it cannot be drawn. */
  draw(alertId: string, picture: BoxedPicture): Promise<Uint8Array>;
  clock: Clock;
  chance: Chance;
  log: Log;
  timeZone: string;
}

/** Telegram's own limits: about one message a second in a chat, twenty a minute in a group. */
const paceOf = ({ id }: ChatSettings) => (id < 0 ? 3000 : 1000);

export class Lane {
  readonly #chat: ChatSettings;
  readonly #ports: LanePorts;
  #failures = 0;
  #saidBlocked = false;

  constructor(chat: ChatSettings, ports: LanePorts) {
    this.#chat = chat;
    this.#ports = ports;
  }

  /** Resolves when `signal` aborts. Rejects with a `TelegramFault` of kind `token` only. */
  async run(signal: AbortSignal): Promise<void> {
    const { queue, clock } = this.#ports;
    while (!signal.aborted) {
      const queued = queue.next(this.#chat.id);
      if (!queued) await queue.added(signal);
      else await pause(clock, await this.#attempt(queued, signal), signal);
    }
  }

  /** Sends one message, or finds out why not. Resolves to how long to leave the chat alone, milliseconds. */
  async #attempt(queued: Queued, signal: AbortSignal): Promise<number> {
    const { queue, clock } = this.#ports;
    if (ageOf(queued.kind, queued.at, clock.now()) === 'too old') {
      queue.drop(queued.id);
      return 0;
    }
    const picture = await this.#picture(queued);
    try {
      await this.#send(queued, picture, signal);
    } catch (error) {
      return this.#failed(queued, picture, error, signal);
    }
    this.#failures = 0;
    this.#saidBlocked = false;
    return paceOf(this.#chat);
  }

  async #send(queued: Queued, picture: Uint8Array | null, signal: AbortSignal): Promise<void> {
    const { bot, chats, queue, clock, confirmations, speaker, timeZone } = this.#ports;
    const now = clock.now();
    const dropped = queue.dropped(this.#chat.id);
    const old = ageOf(queued.kind, queued.at, now) === 'old news' ? oldNews(queued.at, now, timeZone) : '';
    const text = `${old}${queued.text}${droppedNote(dropped)}`;
    const buttons = this.#buttons(queued, now);
    const chatId = chats.address(this.#chat);
    const outgoing = { chatId, text, picture, silent: queued.silent, buttons };
    const messageId = await bot.send(outgoing, signal).catch((error) => {
      confirmations.withdraw(buttons.flat().flatMap(({ data }) => readButtonData(data)?.nonce ?? []));
      throw error;
    });
    queue.remove(queued.id, dropped);
    this.#takeAwayInTime(messageId, picture !== null, buttons);
    const subject = subjectOf(queued.offers);
    if (subject) void speaker.posted(subject, { chat: this.#chat, messageId, picture: picture !== null, text });
  }

  /** Made anew for every attempt, so that their time runs from when the message really went out. */
  #buttons(queued: Queued, now: number): Button[][] {
    const { role } = this.#chat;
    if (role !== 'owner') return [];
    const offers = queued.offers.filter(({ action }) => action !== 'unlock' || mayOfferUnlock(role, queued.at, now));
    const buttons = offers.flatMap((offer) => offerButton(offer, this.#chat, this.#ports.confirmations));
    return buttons.length > 0 ? [buttons] : [];
  }

  /** A button that no longer counts is not left to be tapped. */
  #takeAwayInTime(messageId: number, picture: boolean, buttons: Button[][]): void {
    const { confirmations, speaker } = this.#ports;
    const nonceOf = ({ data }: Button) => readButtonData(data)?.nonce ?? '';
    for (const button of buttons.flat().filter(({ data }) => readButtonData(data)?.action === 'unlock')) {
      const stays = (other: Button) => other !== button && confirmations.isOpen(nonceOf(other));
      confirmations.onExpired(nonceOf(button), () => {
        const left = buttons.map((row) => row.filter(stays)).filter((row) => row.length > 0);
        void speaker.edit(this.#chat, { messageId, picture, buttons: left });
      });
    }
  }

  async #picture(queued: Queued): Promise<Uint8Array | null> {
    const jpeg = await this.#ports.queue.picture(queued);
    return jpeg && queued.seen ? this.#ports.draw(queued.alertId, { ...queued.seen, jpeg }) : null;
  }

  async #failed(queued: Queued, picture: Uint8Array | null, error: unknown, signal: AbortSignal): Promise<number> {
    const { queue, chats, chance, log } = this.#ports;
    if (signal.aborted) return 0;
    const { name } = this.#chat;
    const fault = error instanceof TelegramFault ? error : new TelegramFault('refused', reason(error));
    switch (fault.kind) {
      case 'token':
        throw fault;
      case 'flood':
        return fault.retryAfterMs ?? 1000;
      case 'migrated':
        await chats.moved(this.#chat.id, fault.migratedTo ?? this.#chat.id);
        return backOff(++this.#failures, 100, 60_000, chance);
      case 'blocked':
        if (!this.#saidBlocked) log.warn(`Telegram: ${name} does not let the bot write there. ${fault.message}`);
        this.#saidBlocked = true;
        queue.drop(queued.id);
        return paceOf(this.#chat);
      case 'refused':
        return await this.#refused(queued, picture, fault, signal);
      case 'conflict':
      case 'unreachable':
        if (++this.#failures === 1) log.warn(`Telegram: messages for ${name} wait. ${fault.message}`);
        return backOff(this.#failures, 1000, 60_000, chance);
    }
  }

  /** A picture that Telegram doesn't take must not cost the message. */
  async #refused(
    queued: Queued,
    picture: Uint8Array | null,
    fault: TelegramFault,
    signal: AbortSignal,
  ): Promise<number> {
    const { queue, log } = this.#ports;
    if (picture) {
      try {
        await this.#send(queued, null, signal);
        log.warn(`Telegram did not take the picture of a message for ${this.#chat.name}. ${fault.message}`);
        return paceOf(this.#chat);
      } catch (error) {
        if (!(error instanceof TelegramFault) || error.kind !== 'refused') {
          return this.#failed(queued, null, error, signal);
        }
      }
    }
    log.warn(`Telegram did not take a message for ${this.#chat.name}, and it is lost. ${fault.message}`);
    queue.drop(queued.id);
    return paceOf(this.#chat);
  }
}

/** What the buttons of a message are about: one visit. */
export function subjectOf(offers: readonly Offer[]): string | null {
  const visit = offers.find(({ eventId }) => eventId !== null);
  return visit ? `event:${visit.eventId}` : null;
}

/** A button for an offer, good for one tap from now; none where somebody tapped it in another chat already. */
export function offerButton(
  offer: Offer,
  chat: ChatSettings,
  confirmations: Confirmations,
  subject = `event:${offer.eventId}`,
): Button[] {
  const { action, eventId } = offer;
  const lockId = action === 'unlock' ? offer.lockId : null;
  const confirmation = confirmations.issue({ action, chatId: chat.id, subject, eventId, lockId });
  return confirmation.closed ? [] : [{ text: wordsOf(offer), data: buttonData(confirmation) }];
}

function wordsOf(offer: Offer): string {
  switch (offer.action) {
    case 'unlock':
      return `Unlock ${offer.lockName}`;
    case 'ignore':
      return 'Ignore';
    case 'who':
      return 'Who is this?';
  }
}
