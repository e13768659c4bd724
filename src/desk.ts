/** What the page may ask of the running plugin: enrolling, correcting, locking, arming, logging in, and how things stand. */
import { readFile } from 'node:fs/promises';
import type { Camera } from './cameras/camera.ts';
import type { RingAccountHealth } from './cameras/ring/account.ts';
import type { Clock } from './clock.ts';
import type { History } from './dashboard/api.ts';
import type { EventCard, HouseStatus } from './dashboard/api-types.ts';
import type { EnrolSource, Errands, House as PageHouse, RingLogin, SwitchBotDevice } from './dashboard/house.ts';
import type { FaceUnlock } from './face-unlock.ts';
import { ignoreFace } from './ignoring.ts';
import type { Lock } from './locks/lock.ts';
import { cameraPart, lockPart, ringPart, telegramPart, visionPart } from './parts.ts';
import { enrolmentFace } from './people/enrolment.ts';
import { lookAlikeSentence, lookAlikes } from './people/look-alikes.ts';
import type { Person } from './people/people.ts';
import { identifyFace, markAllSeen, markSeen, renamePerson } from './store/corrections.ts';
import type { EventStore } from './store/event-store.ts';
import { personName } from './store/person-name.ts';
import type { Analysis, Picture } from './vision/analysis.ts';
import type { VisionHealth } from './vision/client.ts';
import { embeddingModel } from './vision/models.ts';
import type { Recognition } from './visits/findings.ts';
import { asSentence } from './wording.ts';

export interface DeskPorts {
  version: string;
  cameras: readonly Camera[];
  locks: readonly Lock[];
  faceUnlock: FaceUnlock;
  store: EventStore;
  history: History;
  clock: Clock;
  vision: { analyze(picture: Picture): Promise<Analysis>; readonly health: VisionHealth };
  /** Read anew. */
  people(): Promise<Person[]>;
  /** Similarity at which the door opens. */
  threshold: number;
  recognition: Recognition;
  /** Null where Telegram is not set up. */
  telegram: { readonly condition: { well: boolean; sentence: string }; test(): Promise<void> } | null;
  /** Null where no camera is of Ring. */
  ring: { health(): RingAccountHealth } | null;
  errands: Errands;
}

export class Desk implements PageHouse {
  readonly #ports: DeskPorts;
  readonly #startedAt: string;
  readonly #listeners = new Set<(visit: EventCard) => void>();

  constructor(ports: DeskPorts) {
    this.#ports = ports;
    this.#startedAt = new Date(ports.clock.now()).toISOString();
  }

  async status(): Promise<HouseStatus> {
    const { version, faceUnlock, cameras, ring, locks, vision, telegram } = this.#ports;
    return {
      version,
      armed: faceUnlock.canBeArmed ? faceUnlock.armed : null,
      startedAt: this.#startedAt,
      parts: [
        ...cameras.map(cameraPart),
        ...(ring ? [ringPart(ring.health())] : []),
        ...locks.map(lockPart),
        visionPart(vision.health),
        ...(telegram ? [telegramPart(telegram.condition)] : []),
      ],
    };
  }

  async enrol(person: string, source: EnrolSource) {
    const { store, people, threshold } = this.#ports;
    const name = personName(person);
    const known = (await people()).find((one) => one.name === name || one.displayName === name);
    const faces =
      'event' in source ? await this.#faceOf(source.event, source.face) : await this.#facesIn(source.picture);
    const found = enrolmentFace({ faces }, known?.templates ?? []);
    if (!found.ok) throw new Error(asSentence(found.problem));
    const from = 'event' in source ? `event ${source.event}, face ${source.face}` : 'a picture from the page';
    const template = { embedding: found.face.embedding, model: embeddingModel, source: from };
    const enrolled = await store.enrol(known?.name ?? name, known?.displayName ?? name, [template]);
    const pairs = lookAlikes(await people(), threshold);
    const alike = pairs.filter(({ first, second }) => [first.id, second.id].includes(enrolled.id));
    return {
      person: enrolled.name,
      personName: enrolled.displayName,
      templates: enrolled.templates.length,
      warnings: alike.map(lookAlikeSentence),
    };
  }

  async checkPicture(picture: Uint8Array) {
    const found = enrolmentFace({ faces: await this.#facesIn(picture) }, []);
    return { problem: found.ok ? null : asSentence(found.problem) };
  }

  async forget(person: string) {
    const forgotten = await this.#ports.store.forget(person);
    if (!forgotten) throw new Error(`Nobody is enrolled as ${person}.`);
    return forgotten;
  }

  rename(person: string, name: string): Promise<void> {
    return this.#ports.store.database.transaction((queries) => renamePerson(queries, person, name));
  }

  identify(event: number, face: number, person: string | null): Promise<void> {
    return this.#ports.store.database.transaction((queries) => identifyFace(queries, event, face, person));
  }

  ignore(event: number, face: number): Promise<void> {
    return ignoreFace(this.#ports, event, face);
  }

  async stopIgnoring(ignored: number): Promise<void> {
    if (!(await this.#ports.store.stopIgnoring(ignored))) throw new Error('This face is not ignored any more.');
  }

  markSeen(events: readonly number[], seen: boolean): Promise<void> {
    return this.#ports.store.database.transaction((queries) => markSeen(queries, events, seen));
  }

  markAllSeen(until: string): Promise<void> {
    return this.#ports.store.database.transaction((queries) => markAllSeen(queries, until));
  }

  async lock(lockId: string): Promise<void> {
    const lock = this.#ports.locks.find(({ id }) => id === lockId);
    if (!lock) throw new Error('There is no such lock any more.');
    await lock.lock();
  }

  arm(armed: boolean): Promise<void> {
    return this.#ports.faceUnlock.arm(armed);
  }

  /** The latest picture that was kept: looking through a camera without a visit is for the Home app. */
  async snapshot(cameraId: string): Promise<Uint8Array> {
    const last = await this.#ports.store.lastPicture(cameraId);
    if (!last) throw new Error('There is no picture of this camera yet.');
    return readFile(last.file);
  }

  ringLogin(email: string, password: string): Promise<RingLogin> {
    return this.#ports.errands.ringLogin(email, password);
  }

  ringCode(code: string): Promise<RingLogin> {
    return this.#ports.errands.ringCode(code);
  }

  switchbotDevices(token: string, secret: string): Promise<SwitchBotDevice[]> {
    return this.#ports.errands.switchbotDevices(token, secret);
  }

  async telegramTest(): Promise<void> {
    const { telegram } = this.#ports;
    if (!telegram) throw new Error('Telegram is not set up: put the token of your bot into the settings first.');
    await telegram.test();
  }

  onVisit(listener: (visit: EventCard) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells the pages that are open of a visit that was stored. */
  async announce(eventId: number): Promise<void> {
    if (this.#listeners.size === 0) return;
    const card = await this.#ports.history.event(eventId);
    for (const tell of this.#listeners) if (card) tell(card);
  }

  async #faceOf(eventId: number, faceId: number): Promise<Analysis['faces']> {
    const event = await this.#ports.store.event(eventId);
    const stored = event?.faces.find(({ id }) => id === faceId)?.face;
    if (!stored) throw new Error('That visit or face is not in the history any more.');
    const { embedding } = stored;
    if (!embedding) throw new Error('What made this face recognisable was erased: choose another visit.');
    return [{ ...stored, embedding }];
  }

  async #facesIn(bytes: Uint8Array): Promise<Analysis['faces']> {
    return (await this.#ports.vision.analyze({ kind: 'encoded', bytes })).faces;
  }
}
