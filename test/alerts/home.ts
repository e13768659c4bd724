/** A home with a Telegram bot, for tests: a small house, the fake Telegram, and a clock moved by hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Jimp } from 'jimp';
import type { Alert } from '../../src/alerts/alert.ts';
import { systemChance } from '../../src/alerts/chance.ts';
import { telegramSettings } from '../../src/alerts/config.ts';
import type { Actor, DigestFigures, House, UnlockOrder } from '../../src/alerts/house.ts';
import type { BoxedPicture, Pictures } from '../../src/alerts/picture.ts';
import type { State } from '../../src/alerts/state.ts';
import { Telegram } from '../../src/alerts/telegram.ts';
import type { Log } from '../../src/log.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { FakeTelegram, fakeToken } from '../fakes/telegram.ts';

export class MemoryState implements State {
  readonly values = new Map<string, unknown>();
  /** Nothing can be written. */
  broken = false;

  async state(key: string): Promise<unknown> {
    return structuredClone(this.values.get(key));
  }

  async setState(key: string, value: unknown): Promise<void> {
    if (this.broken) throw new Error('The disk is full.');
    this.values.set(key, structuredClone(value));
  }
}

export class CollectedLog implements Log {
  readonly lines: string[] = [];
  readonly #watchers = new Set<() => void>();
  debug = (line: string) => this.#add(`debug ${line}`);
  info = (line: string) => this.#add(`info ${line}`);
  warn = (line: string) => this.#add(`warn ${line}`);
  error = (line: string) => this.#add(`error ${line}`);

  #add(line: string): void {
    this.lines.push(line);
    for (const watch of [...this.#watchers]) watch();
  }

  /** Resolves once a line says so. */
  said(words: string): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.text.includes(words)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  get text(): string {
    return this.lines.join('\n');
  }
}

/** Opens whenever it is told to, and remembers every order. */
export class SmallHouse implements House {
  readonly cameras = [
    { id: 'front-door', name: 'Front door' },
    { id: 'garden', name: 'Garden' },
  ];
  locks = [{ id: 'front-lock', name: 'Front lock' }];
  readonly orders: UnlockOrder[] = [];
  readonly done: string[] = [];
  /** Why it doesn't open. */
  refusal: string | null = null;
  figures: DigestFigures = { visits: 0, strangers: 0, unlocks: 0, people: [], hours: [] };
  asked: [from: number, to: number] | null = null;

  async status() {
    return 'Front lock is locked.';
  }
  async who() {
    return 'Nobody is at the door.';
  }
  async snapshot(cameraId: string) {
    this.done.push(`snapshot ${cameraId}`);
    return { jpeg: smallJpeg, takenAt: Date.UTC(2026, 10, 22, 7, 30) };
  }
  async lock(lockId: string, by: Actor) {
    this.done.push(`${by.name} locks ${lockId}`);
    return 'Front lock is locked.';
  }
  async unlock(order: UnlockOrder) {
    this.orders.push(order);
    if (this.refusal !== null) throw new Error(this.refusal);
    return 'Front lock is unlocked.';
  }
  async arm(armed: boolean, by: Actor) {
    this.done.push(`${by.name} ${armed ? 'arms' : 'disarms'}`);
    return armed ? 'Face unlock is armed.' : 'Face unlock is disarmed.';
  }
  async enrol(eventId: number, name: string, by: Actor) {
    this.done.push(`${by.name} enrols ${name} from ${eventId}`);
    return `${name} is enrolled.`;
  }
  async digest(from: number, to: number) {
    this.asked = [from, to];
    return this.figures;
  }
}

/** Marks the pictures it was asked for instead of drawing them. */
export class MarkedPictures implements Pictures {
  readonly drawn: BoxedPicture[] = [];
  broken = false;

  async boxed(picture: BoxedPicture) {
    if (this.broken) throw new Error('The picture could not be drawn: it is torn.');
    this.drawn.push(picture);
    return Buffer.concat([picture.jpeg, Buffer.from('boxed')]);
  }
  async heatmap() {
    return Buffer.concat([smallJpeg, Buffer.from('heatmap')]);
  }
  async stop() {}
}

export const smallJpeg = new Uint8Array(
  await new Jimp({ width: 32, height: 18, color: 0x336699ff }).getBuffer('image/jpeg'),
);

interface Timer {
  at: number;
  ms: number;
}

/** A clock whose timers can be waited for. */
export class WatchedClock extends VirtualClock {
  readonly #timers = new Set<Timer>();
  readonly #watchers = new Set<() => void>();

  override after(ms: number, run: () => void): () => void {
    const timer = { at: this.now() + ms, ms };
    const cancel = super.after(ms, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
    for (const watch of [...this.#watchers]) watch();
    return () => {
      this.#timers.delete(timer);
      cancel();
    };
  }

  override jump(ms: number): void {
    super.jump(ms);
    for (const timer of this.#timers) timer.at += ms;
  }

  /** Resolves with the timer that somebody waits for before going on, as soon as there is one: no time limit, no expiry. */
  pause(): Promise<Timer> {
    return new Promise((resolve) => {
      const look = () => {
        const found = [...this.#timers].find(({ ms }) => ms <= 60_000 && ms !== 30_000 && ms !== 30_001);
        if (!found) return;
        this.#watchers.delete(look);
        resolve(found);
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Waits for such a timer and moves time on to it; resolves to how long it was, in milliseconds. */
  async passPause(): Promise<number> {
    const { at, ms } = await this.pause();
    await this.advance(at - this.now());
    return ms;
  }
}

export const anna = { id: 7, first_name: 'Anna' };
export const ben = { id: 8, first_name: 'Ben' };
export const mallory = { id: 666, first_name: 'Mallory' };
export const annasChat = 7;
export const familyGroup = -1001;
export const ownersGroup = -1002;

const chats = [
  { id: annasChat, name: 'Anna', role: 'owner' },
  { id: familyGroup, name: 'Family', role: 'family', userIds: [7, 8] },
];

export interface HomeOptions {
  chats?: object[];
  digest?: object;
  mostWaiting?: number;
  /** Whether the plugin is started at once. */
  started?: boolean;
  pictures?: Pictures;
}

export class Home {
  readonly clock = new WatchedClock();
  readonly fake = new FakeTelegram(() => this.clock.now());
  readonly state = new MemoryState();
  readonly log = new CollectedLog();
  readonly house = new SmallHouse();
  readonly pictures = new MarkedPictures();
  readonly #options: HomeOptions;
  directory = '';
  #telegram: Telegram | null = null;

  constructor(options: HomeOptions) {
    this.#options = options;
  }

  static async open(options: HomeOptions = {}): Promise<Home> {
    const home = new Home(options);
    home.directory = await mkdtemp(join(tmpdir(), 'latchkey-telegram-'));
    await home.fake.start();
    for (const chat of [annasChat, familyGroup, ownersGroup]) home.fake.chats.add(chat);
    if (options.started !== false) await home.startUp();
    return home;
  }

  get telegram(): Telegram {
    if (!this.#telegram) throw new Error('Telegram is not started.');
    return this.#telegram;
  }

  /** A run of the plugin; what it sends and hears is ready once it has introduced itself. */
  async startUp(token = fakeToken): Promise<Telegram> {
    const { house, state, clock, log, directory } = this;
    const { chats: chosen = chats, digest = { day: 'never' }, mostWaiting, pictures = this.pictures } = this.#options;
    const settings = telegramSettings.parse({ token, chats: chosen, digest, apiRoot: this.fake.url });
    const introduced = this.fake.next('setMyCommands');
    this.#telegram = new Telegram(settings, {
      house,
      state,
      pictures,
      clock,
      chance: systemChance,
      log,
      directory,
      timeZone: 'Europe/Berlin',
      ...(mostWaiting === undefined ? {} : { mostWaiting }),
    });
    await this.#telegram.start();
    if (token === fakeToken) await introduced;
    return this.#telegram;
  }

  async restart(): Promise<void> {
    await this.telegram.stop();
    await this.startUp();
  }

  async close(): Promise<void> {
    await this.#telegram?.stop();
    await this.fake.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A stranger at the front door, seen now. */
export function stranger(home: Home, eventId = 12): Alert {
  return {
    kind: 'stranger',
    cameraId: 'front-door',
    at: home.clock.now(),
    text: 'A stranger rang at Front door. The door stayed shut: nobody is enrolled.',
    picture: {
      jpeg: smallJpeg,
      width: 64,
      height: 36,
      boxes: [{ box: [8, 8, 24, 24], label: 'stranger', tone: 'stranger' }],
    },
    offers: [
      { action: 'unlock', lockId: 'front-lock', lockName: 'Front lock', eventId },
      { action: 'ignore', eventId },
      { action: 'who', eventId },
    ],
  };
}
