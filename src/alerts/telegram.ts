/** Telegram as a whole: starts and stops the parts, hands alerts to the queue, and says how it does. */
import { join } from 'node:path';
import { type Clock, pause } from '../clock.ts';
import { slug } from '../config/slug.ts';
import { type Log, reason } from '../log.ts';
import { deliveryOf } from '../policy/alert.ts';
import type { Alert } from './alert.ts';
import { type Bot, type Incoming, TelegramFault } from './bot.ts';
import { BotApi } from './bot-api.ts';
import { backOff, type Chance } from './chance.ts';
import { type ChatSettings, Chats } from './chats.ts';
import { Commands } from './commands.ts';
import { digestWeekday, type TelegramSettings } from './config.ts';
import { livesOf } from './confirmation.ts';
import { Confirmations } from './confirmations.ts';
import { Digest } from './digest.ts';
import type { House } from './house.ts';
import { Lane } from './lane.ts';
import { Naming } from './naming.ts';
import type { BoxedPicture, Pictures } from './picture.ts';
import { Polling } from './polling.ts';
import { Queue } from './queue.ts';
import { Speaker } from './speaker.ts';
import type { State } from './state.ts';
import { Taps } from './taps.ts';
import { asAlert } from './wording.ts';

export interface TelegramPorts {
  house: House;
  state: State;
  pictures: Pictures;
  clock: Clock;
  chance: Chance;
  log: Log;
  /** Where messages that wait are kept; it is created. */
  directory: string;
  /** An IANA name: the zone of the home. */
  timeZone: string;
  /** How many messages may wait. */
  mostWaiting?: number;
}

/** How Telegram does: `well` once it can be reached. */
export interface Condition {
  well: boolean;
  /** One sentence for the owner. */
  sentence: string;
}

const officialRoot = 'https://api.telegram.org';
const mostWaiting = 200;

export class Telegram {
  readonly #ports: TelegramPorts;
  readonly #stopping = new AbortController();
  readonly #bot: Bot;
  readonly #chats: Chats;
  readonly #queue: Queue;
  readonly #confirmations: Confirmations;
  readonly #commands: Commands;
  readonly #taps: Taps;
  readonly #polling: Polling;
  readonly #lanes: Lane[];
  readonly #digest: Digest;
  #running: Promise<unknown> = Promise.resolve();
  /** Alerts told before the start wait for it: what the last run left comes first. */
  readonly #opened: Promise<void>;
  #open: () => void = () => {};
  #condition: Condition = { well: false, sentence: 'Telegram has not been reached yet.' };
  #lastDrawn: { alertId: string; jpeg: Promise<Uint8Array> } | null = null;

  constructor(settings: TelegramSettings, ports: TelegramPorts) {
    this.#ports = ports;
    this.#opened = new Promise((resolve) => {
      this.#open = resolve;
    });
    const { state, clock, chance, log, directory, timeZone, house, pictures } = ports;
    const { signal } = this.#stopping;
    this.#bot = new BotApi(settings.token, settings.apiRoot ?? officialRoot, clock);
    this.#chats = new Chats(settings.chats.map(chatOf), state, log);
    this.#queue = new Queue(join(directory, 'queue'), ports.mostWaiting ?? mostWaiting, state, log);
    this.#confirmations = new Confirmations(livesOf(settings.confirmSeconds * 1000), state, clock, chance, log);
    const speaker = new Speaker(this.#bot, this.#chats, clock, chance, log, signal);
    const naming = new Naming(house, speaker, clock);
    const parts = {
      signal,
      house,
      chats: this.#chats,
      confirmations: this.#confirmations,
      naming,
      speaker,
      clock,
      log,
      timeZone,
    };
    this.#taps = new Taps(parts);
    this.#commands = new Commands({ ...parts, chance, condition: () => this.#statusLine() });
    const onIncoming = (incoming: Incoming) => this.#handle(incoming);
    this.#polling = new Polling({
      bot: this.#bot,
      state,
      clock,
      chance,
      log,
      onIncoming,
      onTrouble: (trouble) => this.#onTrouble(trouble),
    });
    const draw = (alertId: string, picture: BoxedPicture) => this.#draw(alertId, picture);
    const lane = { ...parts, bot: this.#bot, queue: this.#queue, chance, draw };
    this.#lanes = this.#chats.all.map((chat) => new Lane(chat, lane));
    const { day, hour } = settings.digest;
    const tell = (alert: Alert) => this.tell(alert);
    this.#digest = new Digest(
      { weekday: digestWeekday(day), hour },
      { house, pictures, state, clock, log, timeZone, tell },
    );
  }

  /** Resolves once alerts are kept; whether Telegram can be reached shows in `condition`. Never rejects. */
  async start(): Promise<void> {
    await Promise.all([this.#chats.start(), this.#confirmations.start(), this.#polling.start(), this.#queue.start()]);
    this.#open();
    await this.#digest.start();
    const { signal } = this.#stopping;
    if (signal.aborted) return this.#digest.stop();
    const runs = [this.#polling.run(signal), this.#introduce(signal), ...this.#lanes.map((lane) => lane.run(signal))];
    this.#running = Promise.all(runs.map((run) => run.catch((error) => this.#giveUp(error))));
  }

  /** Fire and forget: queues the alert for every chat that is to hear of it. Never blocks, never throws. */
  tell(alert: Alert): void {
    const queueing = this.#opened.then(() => this.#enqueue(alert));
    queueing.catch((error) => this.#ports.log.warn(`An alert was not queued for Telegram: ${reason(error)}`));
  }

  get condition(): Condition {
    return this.#condition;
  }

  /** Ends what runs; what waits stays on disk. Resolves once it is there. A lock that is being moved is not waited for. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#digest.stop();
    this.#confirmations.stop();
    await this.#running;
    await this.#queue.stop();
  }

  #enqueue(alert: Alert): void {
    const { clock, timeZone, chance } = this.#ports;
    const alertId = chance.nonce();
    for (const chat of this.#chats.all) {
      const delivery = deliveryOf(alert, this.#chats.rules(chat), clock.now(), timeZone);
      if (delivery === 'none') continue;
      const { kind, at, offers, picture } = alert;
      const seen = picture && { width: picture.width, height: picture.height, boxes: picture.boxes };
      const silent = delivery === 'silent';
      const message = { alertId, chatId: chat.id, kind, at, text: asAlert(alert.text), silent, offers, seen };
      this.#queue.add(message, picture?.jpeg ?? null);
    }
  }

  /** The bot's name, and the menu of commands; nothing depends on either. */
  async #introduce(signal: AbortSignal): Promise<void> {
    const { clock, chance, log } = this.#ports;
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        this.#commands.botName = await this.#bot.me(signal);
        await this.#bot.menu(this.#commands.menu, signal);
        return;
      } catch (error) {
        if (error instanceof TelegramFault && error.kind === 'token') throw error;
        log.debug(`Telegram: the bot could not introduce itself: ${reason(error)}`);
        await pause(clock, backOff(failures, 5000, 600_000, chance), signal);
      }
    }
  }

  /** Detached, so that a lock that takes its time keeps nobody else waiting. */
  #handle(incoming: Incoming): void {
    this.#react(incoming).catch((error) => {
      this.#ports.log.warn(`Telegram: something that was tapped or written could not be dealt with: ${reason(error)}`);
    });
  }

  async #react(incoming: Incoming): Promise<void> {
    if (incoming.kind === 'tap') await this.#taps.tapped(incoming);
    else if (incoming.kind === 'words') await this.#commands.heard(incoming);
    else if (incoming.kind === 'migrated') await this.#chats.moved(incoming.from, incoming.to);
  }

  /** One alert goes to several chats, and is drawn once. A picture that cannot be drawn goes as it is. */
  #draw(alertId: string, picture: BoxedPicture): Promise<Uint8Array> {
    if (picture.boxes.length === 0) return Promise.resolve(picture.jpeg);
    if (this.#lastDrawn?.alertId !== alertId) {
      const jpeg = this.#ports.pictures.boxed(picture).catch((error) => {
        this.#ports.log.warn(`Telegram: a picture goes without its boxes: ${reason(error)}`);
        return picture.jpeg;
      });
      this.#lastDrawn = { alertId, jpeg };
    }
    return this.#lastDrawn.jpeg;
  }

  #onTrouble(trouble: string | null): void {
    this.#condition =
      trouble === null ? { well: true, sentence: 'Telegram is connected.' } : { well: false, sentence: trouble };
  }

  /** Without a valid token nothing is of use; messages wait on disk for the next start. */
  #giveUp(error: unknown): void {
    if (this.#stopping.signal.aborted) return;
    const why =
      error instanceof TelegramFault
        ? `Telegram refused the bot token, so there are no alerts: put the one BotFather gives into telegram.token and restart Homebridge. ${error.message}`
        : `Telegram alerts stopped: ${reason(error)}`;
    this.#condition = { well: false, sentence: why };
    this.#ports.log.error(why);
    this.#stopping.abort();
  }

  #statusLine(): string {
    const waiting = this.#queue.size;
    return waiting === 0 ? '' : `${waiting} messages wait to be sent.`;
  }
}

function chatOf({ cameras, quietHours, ...chat }: TelegramSettings['chats'][number]): ChatSettings {
  return { ...chat, cameras: cameras.map(slug), quietHours: quietHours.from === '' ? null : quietHours };
}
