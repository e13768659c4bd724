/** Every question the page may ask of the history. No transport in it; it reads, and never writes. */
import { type Clock, systemClock } from '../clock.ts';
import type { Database, Reads } from '../store/database.ts';
import { readNames } from '../store/people.ts';
import type {
  Calendar,
  Choices,
  CountRequest,
  DateRange,
  DaySummary,
  EnrolledPerson,
  EventDetail,
  EventFilter,
  EventPage,
  EventPageRequest,
  Health,
  Heatmap,
  IgnoredFace,
  PictureHeatmap,
  Stats,
  Strangers,
} from './api-types.ts';
import type { Names } from './cards.ts';
import { historyBegan } from './counts.ts';
import { eventDetail, eventPage, pageOfIntervals } from './events.ts';
import { type ExportFormat, exportEvents } from './export.ts';
import { termOf } from './filter.ts';
import { choices, health } from './health.ts';
import { calendar, daySummaries, type Home, hourHeatmap } from './heatmap.ts';
import { hourIntervals } from './hours.ts';
import { ignoredFaces, withoutIgnored } from './ignored.ts';
import { enrolledPeople } from './people.ts';
import { pictureHeatmap } from './picture-heatmap.ts';
import { type Range, resolveRange } from './range.ts';
import { stats } from './stats.ts';
import { returningStrangers } from './strangers.ts';
import { HomeZone } from './zone.ts';

export interface HistoryOptions {
  /** What the owner calls each camera, by its id. */
  cameras: ReadonlyMap<string, string>;
  /** An IANA name; the machine's own where not given. */
  timeZone?: string | undefined;
  /** 0 is Sunday; Monday where not given. */
  firstWeekday?: number | undefined;
  /** The least cosine between two people's templates at which one might be taken for the other. */
  alike?: number | undefined;
  /** The least cosine at which a face gets a name. */
  namedAt?: number | undefined;
  clock?: Clock | undefined;
}

/** Every method rejects with a StoreError, or with a BadRequest that says what was asked wrongly. */
export class History {
  readonly #database: Database;
  readonly #options: HistoryOptions;
  readonly #zone: HomeZone;

  /** The database may be open for reading only. */
  constructor(database: Database, options: HistoryOptions) {
    this.#database = database;
    this.#options = options;
    this.#zone = new HomeZone(options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  }

  events({ limit = 50, ...request }: EventPageRequest = {}): Promise<EventPage> {
    return this.#read(async (reads) => {
      const names = await this.#names(reads);
      const { weekday, hour, ...filter } = this.#timed(request);
      if (weekday === undefined || hour === undefined) return eventPage(reads, { limit, ...filter }, names);
      const from = filter.from === undefined ? await historyBegan(reads) : Date.parse(filter.from);
      const span = { fromMs: from ?? 0, toMs: filter.to === undefined ? this.#home().now : Date.parse(filter.to) };
      const intervals = from === null ? [] : hourIntervals(span, this.#zone, weekday, hour);
      return pageOfIntervals(reads, { limit, ...filter }, intervals, names);
    });
  }

  /** Null where there is no such event (any more). */
  event(id: number): Promise<EventDetail | null> {
    return this.#read(async (reads) => eventDetail(reads, id, await this.#names(reads)));
  }

  /** The dates with visits, newest first. */
  days(range: DateRange, camera?: string): Promise<DaySummary[]> {
    const [asked, home] = [this.#range(range), this.#home()];
    return this.#read(async (reads) => {
      const days = await daySummaries(reads, asked, home, camera);
      return withoutIgnored(reads, days, { range: asked, zone: home.zone, camera });
    });
  }

  heatmap({ range, subject = 'all', camera }: CountRequest): Promise<Heatmap> {
    return this.#read((reads) => hourHeatmap(reads, { range: this.#range(range), subject, camera }, this.#home()));
  }

  calendar({ range, subject = 'all', camera }: CountRequest): Promise<Calendar> {
    return this.#read((reads) => calendar(reads, { range: this.#range(range), subject, camera }, this.#home()));
  }

  picture(request: { range: DateRange; camera: string; label?: string | undefined }): Promise<PictureHeatmap> {
    return this.#read((reads) => pictureHeatmap(reads, { ...request, range: this.#range(request.range) }));
  }

  stats({ range, camera }: { range: DateRange; camera?: string | undefined }): Promise<Stats> {
    const asked = { range: this.#range(range), camera };
    return this.#read(async (reads) => stats(reads, asked, this.#home(), await this.#names(reads)));
  }

  strangers(range: DateRange): Promise<Strangers> {
    return this.#read((reads) => returningStrangers(reads, this.#range(range), termOf('identity:stranger')));
  }

  people(): Promise<EnrolledPerson[]> {
    return this.#read((reads) => enrolledPeople(reads, this.#options.alike ?? 0.6));
  }

  /** Newest first. */
  ignored(): Promise<IgnoredFace[]> {
    return this.#read((reads) => ignoredFaces(reads, this.#options.namedAt ?? 0.62));
  }

  async health(): Promise<Health> {
    return health(this.#database, this.#home(), await this.#names(this.#database));
  }

  choices(): Promise<Choices> {
    return this.#read(async (reads) => choices(reads, await this.#names(reads)));
  }

  /** Newest first, in pieces of text. */
  async *export(filter: EventFilter, format: ExportFormat): AsyncGenerator<string, void> {
    const names = await this.#names(this.#database);
    yield* exportEvents(this.#database, this.#timed(filter), format, names, this.#zone);
  }

  #read<Result>(work: (reads: Reads) => Promise<Result>): Promise<Result> {
    return this.#database.snapshot(work);
  }

  #range(asked: DateRange): Range {
    return resolveRange(asked, this.#zone, this.#home().now);
  }

  /** The filter with moments in the place of the home's dates; where it has both, both hold. */
  #timed<Filter extends EventFilter>({ first, last, ...filter }: Filter): Omit<Filter, 'first' | 'last'> {
    if (first === undefined || last === undefined) return filter;
    const { fromMs, toMs } = this.#range({ first, last });
    const from = filter.from === undefined ? fromMs : Math.max(fromMs, Date.parse(filter.from));
    const to = filter.to === undefined ? toMs : Math.min(toMs, Date.parse(filter.to));
    return { ...filter, from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  }

  #home(): Home {
    const { clock = systemClock, firstWeekday = 1 } = this.#options;
    return { zone: this.#zone, firstWeekday, now: clock.now() };
  }

  async #names(reads: Reads): Promise<Names> {
    const people = (await readNames(reads)).map(({ name, displayName }) => [name, displayName] as const);
    return { cameras: this.#options.cameras, people: new Map(people) };
  }
}
