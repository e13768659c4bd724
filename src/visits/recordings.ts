/**
 * Looks at the recordings of visits in which too little was seen, when no visit is under way: for the history alone. It is
 * given no doorkeeper, so whatever a recording shows, no door opens for it.
 */
import { type Camera, RecordingError } from '../cameras/camera.ts';
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import type { IgnoredFace } from '../people/ignored.ts';
import type { Person } from '../people/people.ts';
import { type LookThroughPorts, lookThrough, recordedSentence, showsMore } from './look-through.ts';
import type { Recorded, Visit } from './visit.ts';
import { isWeak, type Seen } from './weak.ts';

/** A visit, as far as its recording is concerned. */
export interface RecordedVisit {
  eventId: number;
  cameraId: string;
  recordingId: string;
  /** Milliseconds since the epoch. */
  triggeredAt: number;
  /** The visit saw a person, without a face. */
  sawPerson: boolean;
}

/** Null where its recording need not be looked at. */
export function recordedVisit(
  eventId: number,
  visit: Seen & Pick<Visit, 'cameraId' | 'triggeredAt'>,
): RecordedVisit | null {
  const { cameraId, recordingId, triggeredAt, detections } = visit;
  if (recordingId === null || !isWeak(visit)) return null;
  return { eventId, cameraId, recordingId, triggeredAt, sawPerson: detections.some(({ label }) => label === 'person') };
}

export interface RecordingsPorts extends Pick<LookThroughPorts, 'vision' | 'recognition' | 'minConfidence'> {
  cameras: readonly Camera[];
  people(): Promise<readonly Person[]>;
  /** Faces the owner wants to hear nothing of. */
  ignored(): Promise<readonly IgnoredFace[]>;
  /** Resolves when no visit is under way. */
  quiet(): Promise<void>;
  history: {
    /** Weak visits since then whose recording was not looked at. */
    awaiting(since: number): Promise<readonly RecordedVisit[]>;
    /** False where there is nothing to fill any more. */
    fill(eventId: number, recorded: Recorded): Promise<boolean>;
    settle(eventId: number, state: 'empty' | 'none'): Promise<void>;
  };
  clock: Clock;
  log: Log;
}

interface Job extends RecordedVisit {
  camera: Camera & Required<Pick<Camera, 'recording'>>;
  attempt: number;
  /** When it is tried next, milliseconds since the epoch. */
  due: number;
}

const minute = 60_000;
/** A recording appears some tens of seconds after it ended, at times some minutes. */
const waits = [minute / 2, minute, 2 * minute, 4 * minute, 8 * minute];
/** While the vendor or the vision process is out of order, it is tried this often once those are over. */
const tryAgain = 60 * minute;
/** For so long, also over restarts. */
const recent = 24 * 60 * minute;
/** Of a flood, the newest are looked at. */
const mostWaiting = 200;

export class Recordings {
  readonly #ports: RecordingsPorts;
  readonly #stopping = new AbortController();
  #jobs: Job[] = [];
  #wake: () => void = () => {};
  #running: Promise<void> = Promise.resolve();
  /** Ids of cameras whose recordings were had in this run. */
  readonly #had = new Set<string>();
  /** What the owner need not hear again. */
  readonly #told = new Set<string>();

  constructor(ports: RecordingsPorts) {
    this.#ports = ports;
  }

  /** Takes up what an earlier run left. Never rejects. */
  async start(): Promise<void> {
    const { history, clock, log } = this.#ports;
    try {
      for (const visit of await history.awaiting(clock.now() - recent)) this.#add(visit);
    } catch (error) {
      log.warn(`The recordings of earlier visits are left alone: ${reason(error)}`);
    }
    this.#running = this.#work();
  }

  /** Resolves when nothing runs any more; what waits is taken up after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
  }

  /** A visit was stored as `eventId`: its recording is looked at where it saw too little. */
  consider(visit: Visit, eventId: number): void {
    const recorded = recordedVisit(eventId, visit);
    if (recorded) this.#add(recorded);
  }

  #add(visit: RecordedVisit): void {
    const camera = this.#ports.cameras.find(({ id }) => id === visit.cameraId);
    const known = this.#jobs.some(({ eventId }) => eventId === visit.eventId);
    if (!camera?.recording || known || this.#stopping.signal.aborted) return;
    const job = {
      ...visit,
      camera: camera as Job['camera'],
      attempt: 0,
      due: this.#ports.clock.now() + (waits[0] ?? 0),
    };
    this.#jobs = [...this.#jobs, job].sort((a, b) => b.triggeredAt - a.triggeredAt).slice(0, mostWaiting);
    this.#wake();
  }

  async #work(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const next = this.#jobs.reduce<Job | null>((first, job) => (first && first.due <= job.due ? first : job), null);
      if (!next || next.due > this.#ports.clock.now()) {
        await this.#until(next?.due ?? null);
        continue;
      }
      this.#jobs = this.#jobs.filter((job) => job !== next);
      await this.#ports.quiet();
      if (!signal.aborted) await this.#try(next);
    }
  }

  /** Waits until then, or until there is something new. */
  async #until(due: number | null): Promise<void> {
    const { clock } = this.#ports;
    const woken = Promise.withResolvers<void>();
    this.#wake = woken.resolve;
    const cancel = due === null ? () => {} : clock.after(due - clock.now(), woken.resolve);
    if (this.#stopping.signal.aborted) woken.resolve();
    await woken.promise;
    cancel();
  }

  async #try(job: Job): Promise<void> {
    try {
      await this.#look(job);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const now = this.#ports.clock.now();
      const wait = waitAfter(error, job.attempt + 1, now - job.triggeredAt);
      if (wait === null) await this.#giveUp(job, error);
      else this.#jobs.push({ ...job, attempt: job.attempt + 1, due: now + wait });
    }
  }

  async #look({ camera, eventId, recordingId, triggeredAt, sawPerson }: Job): Promise<void> {
    const { history, log, quiet, people, ignored } = this.#ports;
    const { signal } = this.#stopping;
    const frames = camera.recording({ recordingId, at: triggeredAt }, signal);
    const ports = { ...this.#ports, people: await people(), ignored: await ignored(), myTurn: quiet };
    const { ms: _, ...shown } = await lookThrough(frames, ports, signal);
    this.#had.add(camera.id);
    if (!showsMore(shown, sawPerson)) {
      log.debug(`The recording of the visit at ${camera.name} (event ${eventId}) shows nothing more.`);
      return history.settle(eventId, 'empty');
    }
    const sentence = recordedSentence(shown);
    if (!(await history.fill(eventId, { ...shown, sentence }))) return;
    log.info(`The visit at ${camera.name} (event ${eventId}) is better known now. ${sentence}`);
  }

  /** Where no recording of a camera ever came, once for all its visits: there is nothing to mend about one of them. */
  async #giveUp({ camera, eventId }: Job, error: unknown): Promise<void> {
    const { history, log } = this.#ports;
    const sentence = `The visit at ${camera.name} (event ${eventId}) stays as it was. ${reason(error)}`;
    const missing = error instanceof RecordingError && error.problem === 'missing';
    if (missing && !this.#had.has(camera.id)) {
      this.#once(
        `${reason(error)} Without recordings, visits of which ${camera.name} showed too little stay so.`,
        camera.id,
      );
    } else log.info(sentence);
    await history
      .settle(eventId, 'none')
      .catch((failure) => log.warn(`${sentence} That could not be noted: ${reason(failure)}`));
  }

  #once(sentence: string, about: string): void {
    if (this.#told.has(about)) return;
    this.#told.add(about);
    this.#ports.log.warn(sentence);
  }
}

/** Milliseconds until a recording of that age is tried for the `attempt`th time; null: it is given up. */
function waitAfter(error: unknown, attempt: number, age: number): number | null {
  const problem = error instanceof RecordingError ? error.problem : 'unreachable';
  if (problem === 'unusable') return null;
  return waits[attempt] ?? (problem === 'unreachable' && age < recent ? tryAgain : null);
}
