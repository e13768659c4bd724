/** One run of the plugin over the model's disk, lock and chat: everything is real but the ports. */
import { systemChance } from '../../src/alerts/chance.ts';
import { Chats } from '../../src/alerts/chats.ts';
import { livesOf } from '../../src/alerts/confirmation.ts';
import { Confirmations } from '../../src/alerts/confirmations.ts';
import { offerButton } from '../../src/alerts/lane.ts';
import { Naming } from '../../src/alerts/naming.ts';
import { Polling } from '../../src/alerts/polling.ts';
import { Speaker } from '../../src/alerts/speaker.ts';
import { Taps } from '../../src/alerts/taps.ts';
import type { Clock } from '../../src/clock.ts';
import { Concierge } from '../../src/concierge.ts';
import { parseConfig } from '../../src/config.ts';
import { FaceUnlock } from '../../src/face-unlock.ts';
import { AutoRelock } from '../../src/locks/relock.ts';
import { SwitchBotClient } from '../../src/locks/switchbot/client.ts';
import { switchBotLock } from '../../src/locks/switchbot/lock.ts';
import type { Log } from '../../src/log.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { Pipeline } from '../../src/visits/pipeline.ts';
import { ada, kurt } from '../visits/house.ts';
import { chatId, type FaultyChat } from './chat.ts';
import { account, type FaultyCloud } from './cloud.ts';
import type { Disk } from './disk.ts';
import { FaultyCamera, faultyVision } from './sights.ts';

export const telegramToken = '123456789:AAfaultyfaultyfaultyfaultyfaultyfa_-A';

export interface Surroundings {
  clock: Clock;
  disk: Disk;
  cloud: FaultyCloud;
  chat: FaultyChat;
  log: Log;
  mode: 'auto' | 'confirm';
  /** The doorkeeper decided to open; called before the lock is told. */
  onDecision(kind: 'face' | 'tap', { gates }: Decision, opening: Promise<unknown>): void;
  onMessage(messageId: number, data: string): void;
  onCommitted(eventId: number): void;
}

function settings(mode: string) {
  const parsed = parseConfig({
    cameras: ['Front', 'Side'].map((name) => ({ type: 'folder', name, folder: `/${name}`, lock: 'Front lock' })),
    locks: [{ type: 'virtual', name: 'Front lock' }],
    unlock: { mode, cooldownSeconds: 20, globalCooldownSeconds: 5, dailyCap: 1000, minSharpness: 20 },
    telegram: { token: telegramToken, chats: [{ id: chatId, name: 'Anna', role: 'owner' }] },
    home: { timeZone: 'Europe/Berlin' },
  });
  if (!parsed.ok) throw new Error(parsed.problems.join(' '));
  return parsed.config;
}

export class Run {
  alive = true;
  started = false;
  readonly #stop = new AbortController();
  readonly #around: Surroundings;
  readonly #clock: Clock;
  readonly cameras: FaultyCamera[];
  readonly lock;
  readonly faceUnlock: FaceUnlock;
  readonly #relock: AutoRelock;
  readonly #pipeline: Pipeline;
  readonly #confirmations: Confirmations;
  readonly #polling: Polling;
  readonly #chats: Chats;
  readonly #bot;
  #polled: Promise<void> = Promise.resolve();

  constructor(around: Surroundings) {
    this.#around = around;
    const { disk, cloud, chat, log, mode } = around;
    const alive = () => this.alive;
    const clock = mortal(around.clock, alive);
    this.#clock = clock;
    const kept = disk.openFor(alive);
    const config = settings(mode);
    const client = new SwitchBotClient(account, { clock, exchange: cloud.exchangeFor(clock) });
    this.lock = switchBotLock({ id: 'front-lock', name: 'Front lock', deviceId: cloud.door.id }, client, {
      clock,
      log,
    });
    this.#relock = new AutoRelock(this.lock, { seconds: 4, clock, log });
    this.faceUnlock = new FaceUnlock(config, [this.lock], { state: kept, clock, log });
    this.cameras = ['Front', 'Side'].map((name) => new FaultyCamera(name, clock));
    const { timeZone } = this.faceUnlock;
    const { unlock, recognition } = config;
    this.#pipeline = new Pipeline(
      {
        vision: faultyVision(clock, alive),
        clock,
        log,
        rules: {
          unlock: { ...unlock, mode: this.faceUnlock.mode, timeZone, frameThreshold: recognition.threshold },
          recognition: { threshold: recognition.threshold, quality: unlock },
          minConfidence: 0.4,
        },
        people: async () => [kurt, ada],
        record: async (visit) => {
          const id = await kept.addVisit(visit);
          around.onCommitted(id);
          return id;
        },
      },
      { ended: (_camera, _visit, eventId) => void this.#tell(eventId) },
    );
    const chance = systemChance;
    this.#bot = chat.botFor(alive);
    this.#chats = new Chats([{ ...owners }], kept, log);
    this.#confirmations = new Confirmations(livesOf(30_000), kept, clock, chance, log);
    const speaker = new Speaker(this.#bot, this.#chats, clock, chance, log, this.#stop.signal);
    const archive = { ...kept, ...unused };
    const house = new Concierge({
      cameras: this.cameras,
      locks: [this.lock],
      doorkeeper: (id) => this.faceUnlock.doorkeeper(id),
      store: archive,
      clock,
      log,
      timeZone,
      people: async () => [kurt, ada],
      arm: (armed) => this.faceUnlock.arm(armed),
      faceUnlock: () => '',
      troubles: () => [],
      busyCameras: () => [],
    });
    const { signal } = this.#stop;
    const naming = new Naming(house, speaker, clock);
    const parts = { house, chats: this.#chats, confirmations: this.#confirmations, naming, speaker, clock, log };
    const taps = new Taps({ ...parts, timeZone, signal });
    this.#polling = new Polling({
      bot: this.#bot,
      state: kept,
      clock,
      chance,
      log,
      onIncoming: (incoming) => void (incoming.kind === 'tap' && taps.tapped(incoming).catch(() => undefined)),
      onTrouble: () => undefined,
    });
  }

  async start(): Promise<void> {
    this.#relock.start();
    await this.faceUnlock.start();
    await this.lock.start();
    await Promise.all([this.#chats.start(), this.#confirmations.start(), this.#polling.start()]);
    this.#polled = this.#polling.run(this.#stop.signal);
    const doorkeeper = await this.faceUnlock.doorkeeper(this.lock.id);
    const { consider, confirmed } = doorkeeper;
    doorkeeper.consider = (evidence) => {
      const verdict = consider.call(doorkeeper, evidence);
      if (verdict.opening) this.#around.onDecision('face', verdict.decision, verdict.opening);
      return verdict;
    };
    doorkeeper.confirmed = (by, record) => {
      const verdict = confirmed.call(doorkeeper, by, record);
      if (verdict.opening) this.#around.onDecision('tap', verdict.decision, verdict.opening);
      return verdict;
    };
    for (const camera of this.cameras) await this.#pipeline.watch({ camera, doorkeeper, visitSeconds: 20 });
    this.started = true;
  }

  /** As a power cut ends it: nothing it still does counts. */
  kill(): void {
    this.alive = false;
  }

  async stop(): Promise<void> {
    this.faceUnlock.stop();
    await Promise.all([this.#pipeline.stop(), this.#relock.stop(), this.lock.stop()]);
    this.#stop.abort();
    this.#confirmations.stop();
    await this.#polled;
    this.alive = false;
  }

  /** The message about a visit, with its button; a lost one is not sent again here. */
  async #tell(eventId: number | null): Promise<void> {
    if (eventId === null || !this.alive) return;
    const offer = { action: 'unlock', lockId: this.lock.id, lockName: 'Front lock', eventId } as const;
    const buttons = offerButton(offer, { ...owners }, this.#confirmations);
    const message = { chatId, text: 'Somebody rang.', picture: null, silent: false, buttons: [buttons] };
    const id = await this.#bot.send(message, this.#stop.signal).catch(() => null);
    const data = buttons[0]?.data;
    if (id !== null && data !== undefined) this.#around.onMessage(id, data);
  }

  get clock(): Clock {
    return this.#clock;
  }
}

const owners = {
  id: chatId,
  name: 'Anna',
  role: 'owner',
  userIds: [],
  kinds: [],
  cameras: [],
  quietHours: null,
} as const;

const never = () => Promise.reject(new Error('Not asked for here.'));
const unused = { enrol: never, event: never, figures: never, lastPicture: never };

/** A clock whose tasks die with the run. */
function mortal(clock: Clock, alive: () => boolean): Clock {
  return {
    now: () => clock.now(),
    after: (ms, task) => clock.after(ms, () => void (alive() && task())),
  };
}
