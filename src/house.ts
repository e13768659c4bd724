/** The house at work: store, vision, locks, cameras, visits and alerts, wired as the configuration says. No Homebridge in it. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Alert, healthAlert, visitAlert } from './alerts/alert.ts';
import { systemChance } from './alerts/chance.ts';
import { PictureWorker } from './alerts/picture.ts';
import { Telegram } from './alerts/telegram.ts';
import { fitCameras, makeRingAccount, type WatchedCamera } from './camera-fitter.ts';
import { CameraRounds } from './camera-rounds.ts';
import { TemporaryFiles } from './cameras/download.ts';
import type { RingAccount } from './cameras/ring/account.ts';
import { Census } from './census.ts';
import type { Clock } from './clock.ts';
import { Concierge } from './concierge.ts';
import type { Config } from './config.ts';
import { History } from './dashboard/api.ts';
import { ControlServer, controlPath } from './dashboard/control.ts';
import { Dashboard } from './dashboard/http.ts';
import { Desk } from './desk.ts';
import { ErrandRunner } from './errands.ts';
import { FaceUnlock } from './face-unlock.ts';
import { historyOptions } from './history-options.ts';
import type { Lock } from './locks/lock.ts';
import type { AutoRelock } from './locks/relock.ts';
import { makeLocks, makeRelocks } from './locksmith.ts';
import { type Log, reason } from './log.ts';
import type { Person } from './people/people.ts';
import { recognitionRules } from './recognition-rules.ts';
import { recordingsOfVisits } from './recordings-of-visits.ts';
import { EventStore } from './store/event-store.ts';
import type { KeptPicture } from './store/last-picture.ts';
import type { PersonNames } from './store/people.ts';
import { Retention } from './store/retention.ts';
import { Troubles } from './troubles.ts';
import { VisionClient, type VisionHealth } from './vision/client.ts';
import { embeddingModel } from './vision/models.ts';
import { visitRules } from './visit-rules.ts';
import { Pipeline, type VisitListener } from './visits/pipeline.ts';
import type { Recordings } from './visits/recordings.ts';
import { gateByGate } from './visits/sentence.ts';
import type { Visit } from './visits/visit.ts';
import { Watchman } from './watchman.ts';
import { asSentence } from './wording.ts';

export interface HouseOptions {
  config: Config;
  /** Homebridge's storage folder. */
  storage: string;
  /** The plugin's. */
  version: string;
  clock: Clock;
  log: Log;
  listener: VisitListener;
}

/** A process that is back within this is nothing to wake anybody for. */
const visionPatienceMs = 60_000;

export class House {
  readonly cameras: readonly WatchedCamera[];
  readonly locks: readonly Lock[];
  /** Whether a face may open anything; the owner's switch. */
  readonly faceUnlock: FaceUnlock;
  readonly #options: HouseOptions;
  readonly #store: EventStore;
  readonly #retention: Retention;
  readonly #vision: VisionClient;
  readonly #relocks: readonly AutoRelock[];
  readonly #ring: RingAccount | null;
  readonly #pipeline: Pipeline;
  readonly #recordings: Recordings;
  /** Recordings, while they are looked at. */
  readonly #files: TemporaryFiles;
  readonly #census: Census;
  readonly #troubles: Troubles;
  readonly #watchman: Watchman;
  readonly #rounds: CameraRounds;
  readonly #pictures: PictureWorker;
  readonly #telegram: Telegram | null;
  readonly #history: History;
  readonly #desk: Desk;
  /** The page's doors, once they are open. */
  readonly #doors: { stop(): Promise<void> }[] = [];

  private constructor(options: HouseOptions, store: EventStore) {
    const { config, clock, log } = options;
    this.#options = options;
    this.#store = store;
    this.#retention = new Retention(
      store,
      { days: config.history.days, bytes: config.history.megabytes * 1e6 },
      { clock, log },
    );
    this.#troubles = new Troubles(clock, (sentence, healed) => this.#tell(healthAlert(sentence, healed, clock.now())));
    this.#vision = new VisionClient({
      clock,
      log,
      threads: config.vision.threads,
      timeoutMs: config.vision.timeoutSeconds * 1000,
      onHealth: (health) => this.#onVisionHealth(health),
    });
    this.locks = makeLocks(config, { store, clock, log });
    this.#relocks = makeRelocks(config.locks, this.locks, { clock, log });
    this.#ring = makeRingAccount(options);
    this.#files = new TemporaryFiles(join(options.storage, 'latchkey', 'recordings'));
    this.cameras = fitCameras(options, this.#ring, this.#files);
    this.faceUnlock = new FaceUnlock(config, this.locks, { state: store, clock, log });
    this.#census = this.#makeCensus();
    this.#watchman = new Watchman(this.locks, {
      clock,
      troubles: this.#troubles,
      leftOpenMinutes: config.telegram.leftOpenMinutes,
      tell: (alert) => this.#tell(alert),
    });
    this.#pipeline = new Pipeline(
      {
        vision: this.#vision,
        clock,
        log,
        rules: visitRules(config, this.faceUnlock),
        people: () => this.#census.people(),
        ignored: () => store.ignored(embeddingModel),
        record: async (visit) => (await store.addVisit(visit)).id,
      },
      this.#listener(),
    );
    this.#recordings = this.#makeRecordings();
    this.#rounds = new CameraRounds(
      this.cameras.map(({ camera }) => camera),
      clock,
      this.#troubles,
    );
    this.#pictures = new PictureWorker(clock);
    this.#telegram = config.telegram.token === '' ? null : this.#makeTelegram();
    this.#history = new History(store.database, { ...historyOptions(config), clock });
    this.#desk = this.#makeDesk();
  }

  /** Opens the history. Rejects with a sentence when it cannot be opened; nothing runs then. */
  static async open(options: HouseOptions): Promise<House> {
    const { storage, clock, log } = options;
    const store = await EventStore.open(join(storage, 'latchkey'), { clock, log });
    return new House(options, store);
  }

  /** Who is enrolled. */
  names(): Promise<PersonNames[]> {
    return this.#store.names();
  }

  /** The last picture kept of a camera; null where there is none. */
  lastPicture(cameraId: string): Promise<KeptPicture | null> {
    return this.#store.lastPicture(cameraId);
  }

  /** Starts everything; what cannot start is said, and the rest works without it. */
  async start(): Promise<void> {
    const { log } = this.#options;
    for (const relock of this.#relocks) relock.start();
    this.#watchman.start();
    await this.faceUnlock.start();
    await this.#try(() => this.#census.start(), 'The enrolled people could not be read');
    const locks = this.locks.map((lock) => this.#try(() => lock.start(), `The lock ${lock.name} cannot be watched`));
    const vision = this.#try(() => this.#vision.start(), 'Nobody can be recognised');
    await Promise.all([...locks, vision, this.#telegram?.start(), this.#openDoors()]);
    await Promise.all(this.cameras.map((watched) => this.#watch(watched)));
    this.#rounds.start();
    await this.#files.sweep(this.#options.clock.now());
    await this.#recordings.start();
    this.#retention.start();
    const names = this.cameras.map(({ camera }) => camera.name).join(', ');
    log.info(`Latchkey watches ${names}; ${this.faceUnlock.inWords}.`);
  }

  /** Ends visits under way with what they have; resolves once nothing runs and everything is written. Never throws. */
  async stop(): Promise<void> {
    const stopAll = (parts: readonly { stop(): Promise<void> }[]) =>
      Promise.all(parts.map((part) => this.#try(() => part.stop(), 'A part of Latchkey could not be stopped')));
    this.faceUnlock.stop();
    await stopAll(this.#doors);
    // A visit waits for its lock, and a lock in trouble would keep it, and Homebridge, for a minute.
    await Promise.all([
      this.#try(() => this.#pipeline.stop(), 'The visits under way could not be ended'),
      stopAll([...this.#relocks, ...this.locks]),
    ]);
    await this.#try(() => this.#recordings.stop(), 'The recordings could not be left');
    this.#watchman.stop();
    this.#rounds.stop();
    this.#troubles.stop();
    await stopAll([...(this.#telegram ? [this.#telegram] : []), this.#pictures]);
    await stopAll([...this.cameras.map(({ camera }) => camera), this.#vision, this.#retention]);
    await this.#try(() => this.#ring?.stop(), 'The connection to Ring could not be ended');
    await this.#try(() => this.#store.close(), 'The history could not be closed');
  }

  async #watch({ camera, config: { lockId, visitSeconds } }: WatchedCamera): Promise<void> {
    try {
      const doorkeeper = lockId === null ? null : await this.faceUnlock.doorkeeper(lockId);
      await this.#pipeline.watch({ camera, doorkeeper, visitSeconds });
    } catch (error) {
      const sentence = `${camera.name} cannot be watched: ${reason(error)}`;
      this.#options.log.error(sentence);
      this.#troubles.begin(`camera ${camera.id}`, sentence);
    }
  }

  #listener(): VisitListener {
    const { listener } = this.#options;
    return {
      ...listener,
      ended: (camera, visit, eventId) => {
        listener.ended?.(camera, visit, eventId);
        this.#onEnd(visit, eventId);
      },
    };
  }

  #onEnd(visit: Visit, eventId: number | null): void {
    const { log } = this.#options;
    if (eventId === null) this.#troubles.begin('history', 'A visit could not be written to the history: see the log.');
    else this.#troubles.end('history', 'visits are written to the history.');
    // Without a lock or a face there was nothing to decide.
    const decided = visit.lockId !== null && visit.identity.kind !== 'nobody';
    if (decided) log.info(gateByGate(visit.decision));
    const lock = this.locks.find(({ id }) => id === visit.lockId) ?? null;
    const alert = visitAlert(visit, eventId, lock);
    if (alert) this.#tell(alert);
    if (eventId === null) return;
    this.#recordings.consider(visit, eventId);
    this.#announce(eventId);
  }

  #announce(eventId: number): void {
    void this.#try(() => this.#desk.announce(eventId), 'The page could not be told of a visit');
  }

  #onVisionHealth({ state, lastError }: VisionHealth): void {
    if (state === 'ready') this.#troubles.end('vision', 'people are recognised.');
    else this.#troubles.begin('vision', `Nobody can be recognised. ${lastError ?? ''}`.trim(), visionPatienceMs);
  }

  #tell(alert: Alert): void {
    this.#telegram?.tell(alert);
  }

  /** The enrolled people, with the templates that the present face model made. */
  #people(): Promise<Person[]> {
    return this.#store.people(embeddingModel);
  }

  #makeCensus(): Census {
    const { config, clock, log } = this.#options;
    const key = 'people';
    return new Census({
      people: () => this.#people(),
      load: () => this.#store.state(key),
      save: (counts) => this.#store.setState(key, counts),
      threshold: config.unlock.threshold,
      log,
      onEnrolled: () => this.faceUnlock.onEnrolled(),
      onLookAlikes: (sentence) => {
        if (this.faceUnlock.mode === 'off') return;
        log.warn(sentence);
        this.#tell(healthAlert(sentence, false, clock.now()));
      },
    });
  }

  #makeRecordings(): Recordings {
    const { config, clock, log } = this.#options;
    return recordingsOfVisits(this.#store, {
      cameras: this.cameras.map(({ camera }) => camera),
      vision: this.#vision,
      recognition: recognitionRules(config),
      minConfidence: config.vision.minConfidence,
      people: () => this.#people(),
      quiet: () => this.#pipeline.quiet(),
      onFilled: (eventId) => this.#announce(eventId),
      clock,
      log,
    });
  }

  #makeTelegram(): Telegram {
    const { config, storage, clock, log } = this.#options;
    const { timeZone } = this.faceUnlock;
    const house = new Concierge({
      cameras: this.cameras.map(({ camera }) => camera),
      locks: this.locks,
      doorkeeper: (lockId) => this.faceUnlock.doorkeeper(lockId),
      store: this.#store,
      clock,
      log,
      timeZone,
      people: () => this.#census.people(),
      arm: (armed) => this.faceUnlock.arm(armed),
      faceUnlock: () => asSentence(this.faceUnlock.inWords),
      troubles: () => this.#troubles.sentences,
      busyCameras: () => this.#pipeline.busy,
    });
    return new Telegram(config.telegram, {
      house,
      state: this.#store,
      pictures: this.#pictures,
      clock,
      chance: systemChance,
      log,
      directory: join(storage, 'latchkey', 'telegram'),
      timeZone,
    });
  }

  #makeDesk(): Desk {
    const { config, storage, version, clock } = this.#options;
    const telegram = this.#telegram;
    return new Desk({
      version,
      cameras: this.cameras.map(({ camera }) => camera),
      locks: this.locks,
      faceUnlock: this.faceUnlock,
      store: this.#store,
      history: this.#history,
      clock,
      vision: this.#vision,
      people: () => this.#census.people(),
      threshold: config.unlock.threshold,
      recognition: recognitionRules(config),
      telegram: telegram && {
        get condition() {
          return telegram.condition;
        },
        test: async () => telegram.tell(healthAlert('This is a test message of Latchkey.', true, clock.now())),
      },
      ring: this.#ring,
      errands: new ErrandRunner({
        folder: join(storage, 'latchkey'),
        switchBotUrl: async () => config.switchbot.url,
        clock,
      }),
    });
  }

  /** For the page in Homebridge's own UI, and for the dashboard where there is to be one. */
  async #openDoors(): Promise<void> {
    const { config, storage, version, clock, log } = this.#options;
    const path = () => controlPath(join(storage, 'latchkey'));
    await this.#try(
      async () => this.#doors.push(await ControlServer.start(this.#desk, path(), log)),
      'The page in Homebridge cannot reach the plugin',
    );
    const { enabled, ...settings } = config.dashboard;
    if (!enabled) return;
    await this.#try(async () => {
      const page = fileURLToPath(new URL('../homebridge-ui/public/', import.meta.url));
      const parts = { history: this.#history, store: this.#store, house: this.#desk, clock, log, version, page };
      this.#doors.push(await Dashboard.start({ ...settings, ...parts }));
    }, 'There is no dashboard');
  }

  async #try(task: () => unknown, failure: string): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#options.log.error(`${failure}: ${reason(error)}`);
    }
  }
}
