/** The history: every visit, the enrolled people, and what must survive a restart, in one SQLite file. */
import { join } from 'node:path';
import { type Clock, systemClock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import type { IgnoredFace } from '../people/ignored.ts';
import type { Person } from '../people/people.ts';
import type { Decision } from '../policy/decision.ts';
import type { Recorded, Visit } from '../visits/visit.ts';
import { Database, type DatabaseOptions } from './database.ts';
import type { EventPage, StoredDecision, StoredEvent, VisitFigure } from './event.ts';
import {
  type EventMarks,
  insertDecision,
  insertVisit,
  readDecisions,
  readEvent,
  readEvents,
  type StoredThumbnail,
} from './events.ts';
import { readFigures } from './figures.ts';
import { ignoreFace, type NewIgnored, readIgnored, stopIgnoring } from './ignored.ts';
import { type KeptPicture, readLastPicture } from './last-picture.ts';
import { checkVersion, migrate, migrations } from './migrations/migrate.ts';
import {
  enrolPerson,
  type Forgotten,
  forgetPerson,
  type NewTemplate,
  type PersonNames,
  readNames,
  readPeople,
} from './people.ts';
import { makePrivate, mustExist } from './private-file.ts';
import type { RecordingState } from './recording-state.ts';
import {
  awaitingRecordings,
  fillEvent,
  hasRecording,
  type KnownVisit,
  knownVisits,
  settleRecording,
} from './recordings.ts';
import { readState, writeState } from './state.ts';
import { closedError, StoreError, storeError } from './store-error.ts';
import { Thumbnails } from './thumbnails.ts';

export interface EventStoreOptions extends DatabaseOptions {
  clock?: Clock;
  log?: Pick<Log, 'info' | 'warn'>;
}

/** Every method rejects with a StoreError, whose message is one sentence for the owner. */
export class EventStore {
  /** For queries of one's own: lists, statistics, exports. */
  readonly database: Database;
  readonly thumbnails: Thumbnails;
  readonly #clock: Clock;
  readonly #log: Pick<Log, 'warn'>;
  readonly #writing = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;

  private constructor(database: Database, thumbnails: Thumbnails, { clock, log }: EventStoreOptions) {
    this.database = database;
    this.thumbnails = thumbnails;
    this.#clock = clock ?? systemClock;
    this.#log = log ?? { warn: () => {} };
  }

  /**
   * Opens `<directory>/latchkey.db`, making what is missing (for this user only) and bringing an older database up to
   * date; opened for reading only, it makes and changes nothing.
   */
  static async open(directory: string, options: EventStoreOptions = {}): Promise<EventStore> {
    const file = join(directory, 'latchkey.db');
    if (!options.readOnly) await makePrivate(directory, file);
    else await mustExist(file);
    const database = await Database.open(file, options);
    try {
      if (options.readOnly) await checkVersion(database);
      else await migrate(database, migrations, (sentence) => options.log?.info(sentence));
      return new EventStore(database, new Thumbnails(directory), options);
    } catch (error) {
      await database.close().catch(() => {});
      throw error;
    }
  }

  /** Writes a whole visit, or nothing of it. A thumbnail that cannot be written is left out, with a warning. */
  async addVisit(visit: Visit): Promise<StoredEvent> {
    const event = await this.#write(() => this.#addVisit(visit));
    if (!event) throw new StoreError('failed', 'A visit was not in the history after it had been written.');
    return event;
  }

  /**
   * Writes a visit of the past, seen in its recording: it is no news to anybody. Null, with nothing written, where the
   * history has a visit of that recording.
   */
  addPastVisit(visit: Visit): Promise<StoredEvent | null> {
    return this.#write(() => this.#addVisit(visit, { seen: true, recording: 'shown' }));
  }

  /**
   * Puts what a visit's recording showed in the place of what the visit saw; decision, gates and lock stay as they were.
   * Null, with nothing changed, where the visit is gone, or somebody is known to have come by now.
   */
  fillFromRecording(eventId: number, recorded: Recorded): Promise<StoredEvent | null> {
    return this.#write(() => this.#fill(eventId, recorded));
  }

  /** Nothing came of a visit's recording: it is not asked for again. */
  settleRecording(eventId: number, state: Exclude<RecordingState, 'shown'>): Promise<void> {
    return this.database.transaction((queries) => settleRecording(queries, eventId, state));
  }

  /** Visits since then in which nobody was seen and whose recording was not looked at; milliseconds since the epoch. */
  awaitingRecordings(since: number): Promise<StoredEvent[]> {
    return this.database.snapshot((reads) => awaitingRecordings(reads, since));
  }

  /** The visits of a camera since then. */
  knownVisits(cameraId: string, since: number): Promise<KnownVisit[]> {
    return knownVisits(this.database, cameraId, since);
  }

  /** Writes a decision that was made after the visit's own. Rejects where the visit is not in the history. */
  addDecision(eventId: number, decision: Decision, decidedAt: number): Promise<void> {
    return this.database.transaction(async (queries) => {
      await insertDecision(queries, eventId, decision, decidedAt);
    });
  }

  /** All decisions about a visit, its own first; none where there is no such visit. */
  decisions(eventId: number): Promise<StoredDecision[]> {
    return this.database.snapshot((reads) => readDecisions(reads, eventId));
  }

  /** The visits from one moment to another, which is not included; milliseconds since the epoch. */
  figures(from: number, to: number): Promise<VisitFigure[]> {
    return readFigures(this.database, from, to);
  }

  event(id: number): Promise<StoredEvent | null> {
    return this.database.snapshot((reads) => readEvent(reads, id));
  }

  /** Newest first. The last of a page is the `before` of the next. */
  events(page: EventPage): Promise<StoredEvent[]> {
    return this.database.snapshot((reads) => readEvents(reads, page));
  }

  /** Null where no picture of that camera is kept. */
  lastPicture(cameraId: string): Promise<KeptPicture | null> {
    return readLastPicture(this.database, cameraId, this.thumbnails);
  }

  /** Everyone enrolled, by name; with the templates of one model only, where `model` is given. */
  people(model?: string): Promise<Person[]> {
    return readPeople(this.database, model);
  }

  /** The same without templates, which are most of what there is to read. */
  names(): Promise<PersonNames[]> {
    return readNames(this.database);
  }

  /** Creates a person, or adds templates to the one of that name. Resolves to the person with all templates. */
  async enrol(name: string, displayName: string, templates: readonly NewTemplate[]): Promise<Person> {
    return this.database.transaction(async (queries) => {
      const id = await enrolPerson(queries, { name, displayName }, templates, this.#clock.now());
      const person = (await readPeople(queries)).find((other) => other.id === id);
      if (!person) throw new StoreError('failed', `${name} could not be enrolled.`);
      return person;
    });
  }

  /**
   * Erases a person, their templates and the embeddings of their faces in past events. Those events stay, with the
   * name, as the record of whom the door was opened for. Null where nobody has that name.
   */
  async forget(name: string): Promise<Forgotten | null> {
    const forgotten = await this.database.transaction((queries) => forgetPerson(queries, name));
    if (forgotten) await this.#emptyLog();
    return forgotten;
  }

  /** The faces to hear nothing of, with the templates of one model. */
  ignored(model: string): Promise<IgnoredFace[]> {
    return readIgnored(this.database, model);
  }

  /** Resolves to the ignored face's id. */
  ignore(face: NewIgnored): Promise<number> {
    return this.database.transaction((queries) => ignoreFace(queries, face, this.#clock.now()));
  }

  /** Erases an ignored face. False where there is none of that id. */
  async stopIgnoring(id: number): Promise<boolean> {
    const erased = await this.database.transaction((queries) => stopIgnoring(queries, id));
    if (erased) await this.#emptyLog();
    return erased;
  }

  /** What `setState` kept under this key; undefined where nothing is. */
  state<Value>(key: string): Promise<Value | undefined> {
    return readState<Value>(this.database, key);
  }

  /** Keeps a value that JSON can hold; undefined deletes. */
  setState(key: string, value: unknown): Promise<void> {
    return writeState(this.database, key, value, this.#clock.now());
  }

  /** The absolute path of an event's thumbnail; null for a path that leads out of the folder of thumbnails. */
  thumbnailFile(relative: string): string | null {
    return this.thumbnails.file(relative);
  }

  /** Waits for what is being written. What comes later is refused. */
  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#writing).then(() => this.database.close());
    return this.#closing;
  }

  /** What was erased is still in the write-ahead log until that is folded into the file and emptied. */
  #emptyLog(): Promise<unknown> {
    return this.database.all('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** What is being written when the store is closed is waited for. */
  #write<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#closing) return Promise.reject(closedError());
    const writing = task();
    this.#writing.add(writing);
    const written = () => this.#writing.delete(writing);
    writing.then(written, written);
    return writing;
  }

  #addVisit(visit: Visit, marks?: EventMarks): Promise<StoredEvent | null> {
    return this.#withThumbnail(visit, visit, (thumbnail) =>
      this.database.transaction(async (queries) => {
        if (marks?.recording && (await hasRecording(queries, visit))) return null;
        return readEvent(queries, await insertVisit(queries, visit, thumbnail, this.#clock.now(), marks));
      }),
    );
  }

  async #fill(eventId: number, recorded: Recorded): Promise<StoredEvent | null> {
    const event = await this.event(eventId);
    if (!event) return null;
    let replaced: string | null = null;
    const filled = await this.#withThumbnail(event, recorded, (thumbnail) =>
      this.database.transaction(async (queries) => {
        const before = await fillEvent(queries, eventId, recorded, thumbnail);
        if (before === undefined) return null;
        replaced = before;
        return readEvent(queries, eventId);
      }),
    );
    if (filled && replaced) await this.thumbnails.remove(replaced);
    return filled;
  }

  /** Writes the picture, then the rows that know it; where those come to nothing the picture goes again. */
  async #withThumbnail(
    of: Pick<Visit, 'cameraId' | 'triggeredAt'>,
    { bestFrame }: Pick<Recorded, 'bestFrame'>,
    write: (thumbnail: StoredThumbnail | null) => Promise<StoredEvent | null>,
  ): Promise<StoredEvent | null> {
    const thumbnail = await this.#writeThumbnail(of, bestFrame?.thumbnail);
    let event: StoredEvent | null = null;
    try {
      event = await write(thumbnail);
      return event;
    } catch (error) {
      throw storeError(error, this.database.file);
    } finally {
      if (thumbnail && !event) await this.thumbnails.remove(thumbnail.path);
    }
  }

  async #writeThumbnail(
    { cameraId, triggeredAt }: Pick<Visit, 'cameraId' | 'triggeredAt'>,
    jpeg: Uint8Array | null | undefined,
  ): Promise<StoredThumbnail | null> {
    if (!jpeg?.length || this.database.readOnly) return null;
    try {
      return { path: await this.thumbnails.write(triggeredAt, cameraId, jpeg), bytes: jpeg.length };
    } catch (error) {
      this.#log.warn(`The picture of a visit at ${cameraId} could not be kept; the visit was: ${reason(error)}`);
      return null;
    }
  }
}
