/** A camera that drops its pictures or clips into a folder, as FTP cameras do. Nothing in the folder is ever touched. */
import type { watch } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { extname, relative } from 'node:path';
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import type { Camera, Frame, Trigger, TriggerKind } from './camera.ts';
import { NoFfmpegError, openClip } from './clip.ts';
import { type Arrival, FolderVisit } from './folder-visit.ts';
import { type FileState, FolderWatcher, why } from './folder-watcher.ts';
import { type FileKind, inspect, kindOf } from './picture-file.ts';

export interface FolderCameraOptions {
  id: string;
  name: string;
  /** An absolute path. */
  folder: string;
  /** What a new picture counts as. */
  trigger: Exclude<TriggerKind, 'manual'>;
  visitSeconds: number;
  quietSeconds: number;
  ffmpegPath: string;
}

export interface FolderCameraPorts {
  clock: Clock;
  log: Log;
  watch?: typeof watch;
}

/** A file that is not whole yet. */
interface Unfinished extends FileState {
  /** When it last changed. */
  since: number;
}

const inspectAgainMs = 500;
/** Clips have no end to look for: they are taken when nothing has been added for so long. */
const clipRestMs = 3000;
const giveUpMs = 10_000;
/** A picture this old when it is first seen was copied or delayed: nobody stands there now. */
const liveMs = 60_000;
/** A camera's clock may run ahead of ours by so much. */
const clockDriftMs = 2000;
const mostPictureBytes = 32 * 1024 * 1024;

export class FolderCamera implements Camera {
  readonly id: string;
  readonly name: string;
  readonly #options: FolderCameraOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #watcher: FolderWatcher;
  readonly #toInspect = new Set<string>();
  readonly #unfinished = new Map<string, Unfinished>();
  readonly #clips = new Set<Promise<void>>();
  /** What the owner has been told once and need not hear again. */
  readonly #told = new Set<string>();
  #inspecting: Promise<void> | null = null;
  #cancelInspection: () => void = () => {};
  #visit: FolderVisit | null = null;
  #onTrigger: (trigger: Trigger) => void = () => {};
  #stopped = false;

  constructor(options: FolderCameraOptions, { clock, log, watch }: FolderCameraPorts) {
    this.id = options.id;
    this.name = options.name;
    this.#options = options;
    this.#clock = clock;
    this.#log = log;
    const { name } = options;
    const listener = {
      onFile: (path: string) => this.#consider(path),
      onGone: (cause: string) => log.warn(`${name} waits for its folder ${options.folder}: ${cause}.`),
      onBack: () => log.info(`${name} watches its folder ${options.folder} again.`),
      onUnreadable: (path: string, cause: string) => log.warn(`${name} cannot watch ${path}: ${cause}.`),
      onTooMany: (most: number) =>
        this.#sayOnce(`${name} watches only ${most} of the folders inside ${options.folder}: move old ones elsewhere.`),
    };
    this.#watcher = new FolderWatcher(options.folder, listener, { clock, ...(watch && { watch }) });
  }

  /** A folder that is missing is said and waited for. */
  async start(onTrigger: (trigger: Trigger) => void): Promise<void> {
    this.#onTrigger = onTrigger;
    await this.#watcher.start();
  }

  async *frames(_trigger: Trigger, signal: AbortSignal): AsyncGenerator<Frame> {
    const visit = this.#visit;
    // A folder has nothing to show but what arrives: no other trigger makes its camera look.
    if (!visit || visit.isRead) return;
    const ended = AbortSignal.any([signal, visit.over]);
    for await (const arrival of visit.arrivals(ended)) {
      if (arrival.kind === 'clip') yield* this.#clip(arrival, ended);
      else {
        const frame = await this.#picture(arrival);
        if (frame && !ended.aborted) yield frame;
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelInspection();
    this.#visit?.end();
    await this.#watcher.stop();
    await this.#inspecting;
    await Promise.all(this.#clips);
  }

  #consider(path: string): void {
    if (this.#stopped) return;
    if (!kindOf(path)) {
      const ending = extname(path) || 'none';
      this.#sayOnce(
        `${this.name} skips files that are neither pictures nor clips, such as ${this.#short(path)}.`,
        ending,
      );
      return;
    }
    this.#toInspect.add(path);
    this.#inspecting ??= this.#inspectAll();
  }

  /** One file at a time, in the order they came, however many come at once. */
  async #inspectAll(): Promise<void> {
    for (const path of this.#toInspect) {
      this.#toInspect.delete(path);
      if (!this.#stopped) await this.#inspect(path, kindOf(path) as FileKind);
    }
    this.#inspecting = null;
    this.#cancelInspection();
    if (this.#unfinished.size === 0 || this.#stopped) return;
    this.#cancelInspection = this.#clock.after(inspectAgainMs, () => {
      for (const path of this.#unfinished.keys()) this.#consider(path);
    });
  }

  async #inspect(path: string, kind: FileKind): Promise<void> {
    const before = this.#unfinished.get(path);
    const now = this.#clock.now();
    const late = before !== undefined && now - before.since >= giveUpMs;
    try {
      const { fault, ...state } = await inspect(path, kind, late);
      if (!this.#watcher.isNews(path, state)) {
        this.#unfinished.delete(path);
        return;
      }
      const rests = before?.size === state.size && before.mtimeMs === state.mtimeMs;
      const since = rests ? before.since : now;
      if (fault === null && (kind === 'picture' || now - since >= clipRestMs)) this.#take(path, kind, state);
      else if (fault !== null && rests && late) this.#skip(path, fault, state);
      else this.#unfinished.set(path, { ...state, since });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') this.#unfinished.delete(path);
      else if (late) this.#skip(path, why(error), before);
      // An upload may be given to its reader only once it is whole.
      else this.#unfinished.set(path, before ?? { ino: 0, size: 0, mtimeMs: 0, since: now });
    }
  }

  #skip(path: string, cause: string, state: FileState): void {
    this.#unfinished.delete(path);
    this.#watcher.settle(path, state);
    this.#log.warn(`${this.name} skipped ${this.#short(path)}: ${cause}.`);
  }

  #take(path: string, kind: FileKind, state: FileState): void {
    this.#unfinished.delete(path);
    this.#watcher.settle(path, state);
    const now = this.#clock.now();
    const age = now - state.mtimeMs;
    // A clip is whole only after what it shows is over, so its frames are never live: they must not open a door.
    const live = kind === 'picture' && age <= liveMs && age >= -clockDriftMs;
    // A time in the future would make an old picture young for ever.
    const takenAt = Math.min(state.mtimeMs, now);
    this.#openVisit(takenAt).add({ path, kind, state, takenAt, live });
  }

  #openVisit(at: number): FolderVisit {
    if (this.#visit?.isOpen) return this.#visit;
    const { visitSeconds, quietSeconds, trigger: kind } = this.#options;
    const trigger: Trigger = { kind, at };
    const isBusy = () => this.#unfinished.size > 0 || this.#toInspect.size > 0;
    const onOver = () => this.#log.debug(`${this.name}: the visit is over; the next picture begins another.`);
    const visit = new FolderVisit(trigger, { clock: this.#clock, visitSeconds, quietSeconds, isBusy, onOver });
    this.#visit = visit;
    this.#onTrigger(trigger);
    return visit;
  }

  async #picture({ path, state, takenAt, live }: Arrival): Promise<Frame | null> {
    try {
      const { ino, size } = await stat(path);
      // Another picture stands in its place by now, and will be an arrival of its own.
      if (ino !== state.ino || size !== state.size) return null;
      if (size > mostPictureBytes) throw new Error(`it is larger than ${mostPictureBytes / 1024 / 1024} megabytes`);
      return { picture: { kind: 'encoded', bytes: await readFile(path) }, takenAt, live };
    } catch (error) {
      this.#log.warn(`${this.name} skipped ${this.#short(path)}: ${why(error)}.`);
      return null;
    }
  }

  async *#clip({ path, takenAt, live }: Arrival, signal: AbortSignal): AsyncGenerator<Frame> {
    const ports = { ffmpegPath: this.#options.ffmpegPath, clock: this.#clock };
    const clip = openClip(path, ports, signal);
    this.#clips.add(clip.done);
    clip.done.finally(() => this.#clips.delete(clip.done));
    try {
      for await (const picture of clip.frames) yield { picture, takenAt, live };
    } catch (error) {
      if (error instanceof NoFfmpegError) this.#sayOnce(error.message);
      else this.#log.warn(`${this.name} skipped ${this.#short(path)}: it ${reason(error)}.`);
    }
  }

  /** A file's name as the owner finds it inside the folder. */
  #short(path: string): string {
    return relative(this.#options.folder, path);
  }

  #sayOnce(sentence: string, subject = sentence): void {
    if (this.#told.has(subject)) return;
    this.#told.add(subject);
    this.#log.warn(sentence);
  }
}
