/** `latchkey backfill`: looks at what Ring recorded before, and puts it into the history. No door opens for any of it. */
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { RecordingError } from '../cameras/camera.ts';
import { TemporaryFiles } from '../cameras/download.ts';
import { within } from '../cameras/limit.ts';
import type { RingAccount } from '../cameras/ring/account.ts';
import { findCamera } from '../cameras/ring/find-camera.ts';
import { pastEvents } from '../cameras/ring/history.ts';
import { recordingFrames } from '../cameras/ring/recording.ts';
import { systemClock } from '../clock.ts';
import { type CameraConfig, type Config, parseConfig } from '../config.ts';
import { reason } from '../log.ts';
import { recognitionRules } from '../recognition-rules.ts';
import { EventStore } from '../store/event-store.ts';
import { VisionClient } from '../vision/client.ts';
import { embeddingModel } from '../vision/models.ts';
import { lookThrough } from '../visits/look-through.ts';
import { isKnown, type PastMoment, pastVisit } from '../visits/past.ts';
import { platformBlock } from './homebridge-config.ts';
import { Progress, stderrLog } from './progress.ts';
import { withRing } from './ring.ts';
import { latchkeyFolder } from './storage.ts';

export interface BackfillOptions {
  storage: string;
  days: number;
}

/** One recording that is to be looked at. */
interface Task {
  moment: PastMoment;
  /** As the settings have it. */
  camera: { id: string; name: string };
  /** Ring's id of it. */
  device: string;
}

type Outcome = 'added' | 'known' | 'missing' | 'failed';

const day = 24 * 60 * 60_000;
/** What happened since is the business of a Latchkey that runs. */
const tooRecent = 15 * 60_000;
const reconnectLimit = 60_000;
/** What a shell expects of a program that Ctrl-C ended. */
const interrupted = 130;

export async function backfill({ storage, days }: BackfillOptions): Promise<void> {
  const config = await configOf(storage);
  const kept = Math.min(days, config.history.days);
  if (kept < days) process.stderr.write(`The history keeps ${kept} days, so no more are looked at.\n`);
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop);
  // A Latchkey that runs beside this comes first.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const store = await EventStore.open(latchkeyFolder(storage));
  try {
    const since = systemClock.now() - kept * day;
    const work = (account: RingAccount) => new Backfill(account, config, storage, store).run(since, stopping.signal);
    await withRing(storage, work, { locationIds: config.ring.locationIds, signal: stopping.signal });
  } finally {
    process.off('SIGINT', stop);
    await store.close();
  }
}

async function configOf(storage: string): Promise<Config> {
  const parsed = parseConfig(await platformBlock(storage));
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  if (parsed.config.cameras.some(({ type }) => type === 'ring')) return parsed.config;
  throw new Error('There is no Ring camera in the settings: add one first, as docs/ring.md shows.');
}

class Backfill {
  readonly #account: RingAccount;
  readonly #config: Config;
  readonly #store: EventStore;
  readonly #files: TemporaryFiles;
  readonly #vision: VisionClient;
  readonly #counts: Record<Outcome, number> = { added: 0, known: 0, missing: 0, failed: 0 };

  constructor(account: RingAccount, config: Config, storage: string, store: EventStore) {
    this.#account = account;
    this.#config = config;
    this.#store = store;
    this.#files = new TemporaryFiles(join(latchkeyFolder(storage), 'recordings'));
    const { threads, timeoutSeconds } = config.vision;
    this.#vision = new VisionClient({ log: stderrLog, threads, timeoutMs: timeoutSeconds * 1000 });
  }

  async run(since: number, signal: AbortSignal): Promise<void> {
    await this.#files.sweep(systemClock.now());
    const tasks = await this.#tasks(since, signal);
    const progress = new Progress('Recordings', tasks.length);
    try {
      if (tasks.length > 0) await this.#vision.start();
      for (const task of tasks) {
        if (signal.aborted) break;
        await this.#do(task, progress, signal);
        progress.step();
      }
    } finally {
      progress.end();
      await this.#vision.stop();
    }
    this.#tell(signal.aborted);
  }

  /** Newest first: a run that is cut off has done what matters most. */
  async #tasks(since: number, signal: AbortSignal): Promise<Task[]> {
    const tasks: Task[] = [];
    for (const camera of this.#config.cameras) {
      if (camera.type !== 'ring' || signal.aborted) continue;
      try {
        tasks.push(...(await this.#tasksOf(camera, since, signal)));
      } catch (error) {
        if (signal.aborted) continue;
        process.stderr.write(`${reason(error)}\n`);
        this.#counts.failed++;
      }
    }
    return tasks.sort((a, b) => b.moment.at - a.moment.at);
  }

  async #tasksOf(camera: CameraConfig & { type: 'ring' }, since: number, signal: AbortSignal): Promise<Task[]> {
    const found = findCamera(this.#account.cameras, camera);
    if (!found) throw new Error(`Ring has no camera that is meant by ${camera.name}: see "latchkey devices".`);
    const known = await this.#store.knownVisits(camera.id, since - day);
    const device = String(found.id);
    const tasks: Task[] = [];
    const newest = systemClock.now() - tooRecent;
    for await (const moment of pastEvents(this.#account, { device, name: camera.name, since }, signal)) {
      if (moment.at > newest) continue;
      if (isKnown(moment, known)) this.#counts.known++;
      else tasks.push({ moment, camera, device });
    }
    return tasks;
  }

  /** A recording that cannot be had costs a sentence, and the others go on. */
  async #do(task: Task, progress: Progress, signal: AbortSignal): Promise<void> {
    try {
      this.#counts[await this.#look(task, signal)]++;
    } catch (error) {
      if (signal.aborted) return;
      const missing = error instanceof RecordingError && error.problem === 'missing';
      // Recordings that are kept no longer are counted; why there are none is said once.
      if (!missing) progress.say(`${task.camera.name}, ${new Date(task.moment.at).toISOString()}: ${reason(error)}`);
      else if (this.#counts.missing === 0) progress.say(reason(error));
      this.#counts[missing ? 'missing' : 'failed']++;
    }
  }

  /** A token that a running Latchkey was given ends ours: where that was the reason, once more. */
  async #look(task: Task, signal: AbortSignal): Promise<Outcome> {
    try {
      return await this.#lookOnce(task, signal);
    } catch (error) {
      if (signal.aborted || this.#account.health().up) throw error;
      const sentence = 'Ring could not be connected again within a minute.';
      await within(systemClock, reconnectLimit, sentence, this.#account.rebuild(), { signal });
      return this.#lookOnce(task, signal);
    }
  }

  async #lookOnce({ moment, camera, device }: Task, signal: AbortSignal): Promise<Outcome> {
    const ffmpeg = this.#config.ffmpegPath;
    const { minConfidence } = this.#config.vision;
    const recognition = recognitionRules(this.#config);
    const asked = { account: this.#account, device, name: camera.name, clock: systemClock, ffmpeg, files: this.#files };
    const frames = recordingFrames(asked, moment, signal);
    // People may be enrolled, and faces ignored, meanwhile.
    const [people, ignored] = [await this.#store.people(embeddingModel), await this.#store.ignored(embeddingModel)];
    const ports = { vision: this.#vision, people, ignored, recognition, minConfidence, myTurn: async () => {} };
    const shown = await lookThrough(frames, ports, signal);
    return (await this.#store.addPastVisit(pastVisit(camera, moment, shown))) ? 'added' : 'known';
  }

  #tell(stopped: boolean): void {
    const { added, known, missing, failed } = this.#counts;
    const parts = [
      `${added} ${added === 1 ? 'visit was' : 'visits were'} added to the history`,
      ...(known > 0 ? [`${known} known already`] : []),
      ...(missing > 0 ? [`${missing} without a recording`] : []),
      ...(failed > 0 ? [`${failed} failed`] : []),
    ];
    process.stdout.write(`${parts.join(', ')}.${stopped ? ' It was stopped: run it again to go on.' : ''}\n`);
    if (stopped) process.exitCode = interrupted;
    else if (failed > 0) process.exitCode = 1;
  }
}
