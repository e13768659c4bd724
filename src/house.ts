/** The house at work: store, vision, locks, cameras and visits, wired as the configuration says. No Homebridge in it. */
import { join } from 'node:path';
import type { Camera } from './cameras/camera.ts';
import { FolderCamera } from './cameras/folder.ts';
import { RingAccount } from './cameras/ring/account.ts';
import { RingDoorbell } from './cameras/ring/ring.ts';
import { ringTokenPath, TokenFile } from './cameras/ring/token.ts';
import { RtspCamera } from './cameras/rtsp.ts';
import type { Clock } from './clock.ts';
import type { CameraConfig, Config } from './config.ts';
import type { Lock } from './locks/lock.ts';
import type { AutoRelock } from './locks/relock.ts';
import { makeLocks, makeRelocks } from './locksmith.ts';
import { type Log, reason } from './log.ts';
import type { Person } from './people/people.ts';
import type { Guard } from './policy/guard.ts';
import { EventStore } from './store/event-store.ts';
import { Retention } from './store/retention.ts';
import { VisionClient } from './vision/client.ts';
import { embeddingModel } from './vision/models.ts';
import { Doorkeeper } from './visits/doorkeeper.ts';
import { Pipeline, type VisitListener } from './visits/pipeline.ts';
import type { VisitRules } from './visits/visiting.ts';

export interface HouseOptions {
  config: Config;
  /** Homebridge's storage folder. */
  storage: string;
  clock: Clock;
  log: Log;
  listener: VisitListener;
}

export interface WatchedCamera {
  camera: Camera;
  config: CameraConfig;
}

export class House {
  readonly cameras: readonly WatchedCamera[];
  readonly locks: readonly Lock[];
  readonly #options: HouseOptions;
  readonly #store: EventStore;
  readonly #retention: Retention;
  readonly #vision: VisionClient;
  readonly #relocks: readonly AutoRelock[];
  readonly #ring: RingAccount | null;
  readonly #pipeline: Pipeline;

  private constructor(options: HouseOptions, store: EventStore) {
    const { config, clock, log, listener } = options;
    this.#options = options;
    this.#store = store;
    this.#retention = new Retention(
      store,
      { days: config.history.days, bytes: config.history.megabytes * 1e6 },
      { clock, log },
    );
    this.#vision = new VisionClient({
      clock,
      log,
      threads: config.vision.threads,
      timeoutMs: config.vision.timeoutSeconds * 1000,
    });
    this.locks = makeLocks(config, { store, clock, log });
    this.#relocks = makeRelocks(config.locks, this.locks, { clock, log });
    this.#ring = ringAccount(options);
    this.cameras = config.cameras.map((camera) => ({
      camera: makeCamera(camera, options, this.#ring),
      config: camera,
    }));
    this.#pipeline = new Pipeline(
      {
        vision: this.#vision,
        clock,
        log,
        rules: visitRules(config),
        people: () => this.people(),
        record: async (visit) => (await store.addVisit(visit)).id,
      },
      listener,
    );
  }

  /** Opens the history. Rejects with a sentence when it cannot be opened; nothing runs then. */
  static async open(options: HouseOptions): Promise<House> {
    const { storage, clock, log } = options;
    const store = await EventStore.open(join(storage, 'latchkey'), { clock, log });
    return new House(options, store);
  }

  /** The enrolled people, with the templates that the present face model made. */
  people(): Promise<Person[]> {
    return this.#store.people(embeddingModel);
  }

  /** The last picture kept of a camera, a JPEG; null where there is none. */
  async lastThumbnail(cameraId: string): Promise<string | null> {
    const last = (await this.#store.events({ limit: 50 })).find(
      (event) => event.cameraId === cameraId && event.thumbnail,
    );
    return last?.thumbnail ? this.#store.thumbnailFile(last.thumbnail) : null;
  }

  /** Starts everything; what cannot start is said, and the rest works without it. */
  async start(): Promise<void> {
    const { log, config } = this.#options;
    for (const relock of this.#relocks) relock.start();
    const locks = this.locks.map((lock) => this.#try(() => lock.start(), `The lock ${lock.name} cannot be watched`));
    await Promise.all([...locks, this.#try(() => this.#vision.start(), 'Nobody can be recognised')]);
    const watching = this.cameras.map(({ camera, config: settings }) =>
      this.#try(() => this.#watch(camera, settings), `${camera.name} cannot be watched`),
    );
    await Promise.all(watching);
    this.#retention.start();
    log.info(`Latchkey watches ${this.cameras.map(({ camera }) => camera.name).join(', ')}; ${modeInWords(config)}.`);
  }

  /** Ends visits under way with what they have; resolves once nothing runs and everything is written. Never throws. */
  async stop(): Promise<void> {
    const stopAll = (parts: readonly { stop(): Promise<void> }[]) =>
      Promise.all(parts.map((part) => this.#try(() => part.stop(), 'A part of Latchkey could not be stopped')));
    // A visit waits for its lock, and a lock in trouble would keep it, and Homebridge, for a minute.
    await Promise.all([
      this.#try(() => this.#pipeline.stop(), 'The visits under way could not be ended'),
      stopAll([...this.#relocks, ...this.locks]),
    ]);
    await stopAll([...this.cameras.map(({ camera }) => camera), this.#vision, this.#retention]);
    await this.#try(() => this.#ring?.stop(), 'The connection to Ring could not be ended');
    await this.#try(() => this.#store.close(), 'The history could not be closed');
  }

  async #watch(camera: Camera, { lockId, visitSeconds }: CameraConfig): Promise<void> {
    const lock = this.locks.find(({ id }) => id === lockId);
    const doorkeeper = lock ? await this.#doorkeeperOf(lock) : null;
    await this.#pipeline.watch({ camera, doorkeeper, visitSeconds });
  }

  readonly #doorkeepers = new Map<Lock, Promise<Doorkeeper>>();

  /** One for each lock, however many cameras may open it. */
  #doorkeeperOf(lock: Lock): Promise<Doorkeeper> {
    const known = this.#doorkeepers.get(lock);
    if (known) return known;
    const key = `guard:${lock.id}`;
    const guardStore = {
      load: () => this.#store.state<Guard>(key),
      save: (guard: Guard) => this.#store.setState(key, guard),
    };
    const doorkeeper = new Doorkeeper(lock, guardStore, this.#options.clock);
    const started = doorkeeper.start().then(() => doorkeeper);
    this.#doorkeepers.set(lock, started);
    return started;
  }

  async #try(task: () => unknown, failure: string): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#options.log.error(`${failure}: ${reason(error)}`);
    }
  }
}

function makeCamera(camera: CameraConfig, { config, clock, log }: HouseOptions, ring: RingAccount | null): Camera {
  const { id, name } = camera;
  const ffmpeg = config.ffmpegPath;
  if (camera.type === 'folder') return new FolderCamera({ ...camera, ffmpegPath: ffmpeg }, { clock, log });
  if (camera.type === 'rtsp') {
    const { url, motionUrl } = camera;
    return new RtspCamera({ id, name, url, ...(motionUrl ? { motionUrl } : {}), clock, log, ffmpeg });
  }
  if (!ring) throw new Error(`There is no Ring account for ${name}.`);
  return new RingDoorbell({
    account: ring,
    id,
    name,
    ...(camera.device ? { device: camera.device } : {}),
    clock,
    log,
    ffmpeg,
  });
}

/** The owner's Ring account; null where no camera is of Ring. */
function ringAccount({ config, storage, clock, log }: HouseOptions): RingAccount | null {
  if (!config.cameras.some(({ type }) => type === 'ring')) return null;
  const { refreshToken, locationIds } = config.ring;
  const tokens = new TokenFile(ringTokenPath(join(storage, 'latchkey')));
  return new RingAccount({ tokens, clock, log, locationIds, ...(refreshToken ? { pastedToken: refreshToken } : {}) });
}

function visitRules({ unlock, recognition, vision }: Config): VisitRules {
  return {
    unlock: { ...unlock, frameThreshold: recognition.threshold },
    recognition: { threshold: recognition.threshold, quality: unlock },
    minConfidence: vision.minConfidence,
  };
}

function modeInWords({ unlock, locks }: Config): string {
  if (locks.length === 0) return 'there is no lock to open';
  return unlock.mode === 'auto' ? 'face unlock is on' : 'face unlock is off';
}
