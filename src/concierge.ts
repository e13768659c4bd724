/** What the chats may ask of the house: how things stand, who came, and to lock, open, arm and enrol. */
import { readFile } from 'node:fs/promises';
import type { Actor, DigestFigures, Named, House as OpenHouse, Snapshot, UnlockOrder } from './alerts/house.ts';
import type { Clock } from './clock.ts';
import { digestFigures, todayInWords } from './daybook.ts';
import type { Lock } from './locks/lock.ts';
import { type Log, reason } from './log.ts';
import { enrolmentFace } from './people/enrolment.ts';
import type { Person } from './people/people.ts';
import type { Decision } from './policy/decision.ts';
import { wallTime } from './policy/home-time.ts';
import type { EventStore } from './store/event-store.ts';
import { embeddingModel } from './vision/models.ts';
import type { Doorkeeper } from './visits/doorkeeper.ts';

/** What of the history is asked. */
export type Archive = Pick<EventStore, 'addDecision' | 'enrol' | 'event' | 'figures' | 'lastPicture'>;

export interface ConciergePorts {
  cameras: readonly Named[];
  locks: readonly Lock[];
  /** Rejects with a sentence where the lock may not be opened. */
  doorkeeper(lockId: string): Promise<Doorkeeper>;
  store: Archive;
  clock: Clock;
  log: Log;
  timeZone: string;
  people(): Promise<Person[]>;
  /** Arms face unlock, or disarms it. Rejects where that cannot be written. */
  arm(armed: boolean): Promise<void>;
  /** `Face unlock is automatic, and armed.` */
  faceUnlock(): string;
  /** What is broken now, one sentence each. */
  troubles(): string[];
  /** The cameras somebody is at right now. */
  busyCameras(): readonly string[];
}

const dayMs = 24 * 3600_000;

export class Concierge implements OpenHouse {
  readonly #ports: ConciergePorts;

  constructor(ports: ConciergePorts) {
    this.#ports = ports;
  }

  get cameras(): readonly Named[] {
    return this.#ports.cameras;
  }

  get locks(): readonly Lock[] {
    return this.#ports.locks;
  }

  async status(): Promise<string> {
    const { locks, cameras, faceUnlock, troubles } = this.#ports;
    const watching = cameras.length > 0 ? `Cameras: ${cameras.map(({ name }) => name).join(', ')}.` : 'No camera.';
    return [...locks.map(lockInWords), watching, faceUnlock(), ...troubles()].join('\n');
  }

  async who(): Promise<string> {
    const { store, clock, timeZone, cameras, busyCameras } = this.#ports;
    const busy = busyCameras();
    const names = cameras.filter(({ id }) => busy.includes(id)).map(({ name }) => name);
    const now = names.length > 0 ? `Somebody is at ${names.join(' and ')}.` : 'Nobody is at a door right now.';
    const at = clock.now();
    const today = wallTime(at, timeZone).day;
    const visits = await store.figures(at - dayMs, at + 1);
    const ofToday = visits.filter((visit) => wallTime(visit.at, timeZone).day === today);
    return `${now}\n${todayInWords(ofToday, timeZone)}`;
  }

  async snapshot(cameraId: string): Promise<Snapshot> {
    const { store, cameras } = this.#ports;
    const last = await store.lastPicture(cameraId);
    const name = cameras.find(({ id }) => id === cameraId)?.name ?? cameraId;
    if (!last) throw new Error(`There is no picture of ${name} yet.`);
    return { jpeg: await readFile(last.file), takenAt: last.takenAt };
  }

  async lock(lockId: string, by: Actor): Promise<string> {
    const lock = this.#lock(lockId);
    this.#ports.log.info(`${actorInWords(by)} locks ${lock.name} over Telegram.`);
    await lock.lock();
    return `${lock.name} is locked.`;
  }

  async unlock({ lockId, eventId, by }: UnlockOrder): Promise<string> {
    const lock = this.#lock(lockId);
    const { store, clock, log } = this.#ports;
    const doorkeeper = await this.#ports.doorkeeper(lockId);
    const record = async (decision: Decision) => {
      if (eventId !== null) await store.addDecision(eventId, decision, clock.now());
    };
    const { decision, opening } = doorkeeper.confirmed(actorInWords(by), record);
    const opened = await opening;
    if (opened?.unlocked) {
      log.info(`${lock.name} was opened for ${actorInWords(by)} over Telegram.`);
      return `${lock.name} is unlocked.`;
    }
    if (!opened)
      await record(decision).catch((error) => log.warn(`A refused tap is not in the history: ${reason(error)}`));
    const why = opened ? (opened.error ?? `${lock.name} gave no reason.`) : refusal(lock, decision);
    log.warn(`${lock.name} was not opened for ${actorInWords(by)}: ${why}`);
    throw new Error(why);
  }

  async arm(armed: boolean, by: Actor): Promise<string> {
    await this.#ports.arm(armed);
    this.#ports.log.info(`${actorInWords(by)} ${armed ? 'armed' : 'disarmed'} face unlock over Telegram.`);
    return this.#ports.faceUnlock();
  }

  async enrol(eventId: number, name: string, by: Actor): Promise<string> {
    const { store, log, people } = this.#ports;
    const event = await store.event(eventId);
    if (!event) throw new Error('That visit is not in the history any more.');
    const faces = event.faces.flatMap(({ face }) => (face.embedding ? [{ ...face, embedding: face.embedding }] : []));
    const known = (await people()).find((person) => person.displayName === name || person.name === name);
    const found = enrolmentFace({ faces }, known?.templates ?? []);
    if (!found.ok) throw new Error(`the picture of that visit will not do: ${found.problem}.`);
    const source = `event ${eventId}`;
    const person = await store.enrol(known?.name ?? name, known?.displayName ?? name, [
      { embedding: found.face.embedding, model: embeddingModel, source },
    ]);
    log.info(`${actorInWords(by)} enrolled ${person.displayName} from event ${eventId} over Telegram.`);
    // Noted at once: whoever looks too like somebody else is told of now.
    await people();
    const pictures = person.templates.length === 1 ? 'one picture' : `${person.templates.length} pictures`;
    return `${person.displayName} is enrolled, from ${pictures}. More pictures, on the plugin's page, make recognition surer.`;
  }

  async digest(from: number, to: number): Promise<DigestFigures> {
    return digestFigures(await this.#ports.store.figures(from, to), this.#ports.timeZone);
  }

  #lock(lockId: string): Lock {
    const lock = this.#ports.locks.find(({ id }) => id === lockId);
    if (!lock) throw new Error('There is no such lock any more.');
    return lock;
  }
}

function actorInWords({ name, userId }: Actor): string {
  return `${name} (user ${userId})`;
}

function lockInWords({ name, state, details }: Lock): string {
  const { door, battery } = details ?? {};
  const parts = [
    state === 'unknown' ? 'in a state nobody knows' : state,
    ...(door === 'open' || door === 'closed' ? [`its door is ${door}`] : []),
    ...(battery === undefined ? [] : [`battery ${battery} %`]),
  ];
  return `${name} is ${parts.join(', ')}.`;
}

function refusal(
  { name, state }: Lock,
  { gates }: { gates: readonly { gate: string; pass: boolean; value: unknown }[] },
) {
  if (gates.some(({ gate, pass }) => gate === 'running' && !pass))
    return 'Latchkey is stopping, so nothing was opened.';
  const seen = gates.find(({ gate }) => gate === 'lock')?.value;
  if (seen === 'unknown' && state !== 'unknown') return `${name} is being moved already, so it was left alone.`;
  if (state === 'unlocked') return `${name} is unlocked already.`;
  return `${name} is not plainly locked (${state}), so it was left alone.`;
}
