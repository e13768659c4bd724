/** Keeps the history within its days and bytes, a little at a time, so that visits are never kept waiting. */
import { type Clock, systemClock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import { isoTime } from './columns.ts';
import type { Reads } from './database.ts';
import type { EventStore } from './event-store.ts';
import { marks } from './insert.ts';
import {
  type Candidate,
  type Holdings,
  planRetention,
  type Removed,
  type RetentionLimits,
  type RetentionPlan,
  removedSentence,
} from './retention-plan.ts';

export interface RetentionOptions {
  clock?: Clock;
  log: Pick<Log, 'info' | 'warn'>;
}

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;
/** After a start there is enough to do, and the clock may not have been set yet. */
const firstRunMs = 2 * minuteMs;
/** Events deleted in one transaction: some milliseconds, in which a visit waits. */
const batch = 50;
/** 4 MB: fewer free pages are not worth the wear of moving others. */
const manyPages = 1000;
const pagesAtOnce = 200;

interface CandidateRow {
  id: number;
  recorded_at: string;
  thumbnail_bytes: number | null;
}

export class Retention {
  readonly #store: EventStore;
  readonly #limits: RetentionLimits;
  readonly #clock: Clock;
  readonly #log: RetentionOptions['log'];
  readonly #stopping = new AbortController();
  #cancel = () => {};
  #running: Promise<unknown> = Promise.resolve();

  constructor(store: EventStore, limits: RetentionLimits, { clock, log }: RetentionOptions) {
    this.#store = store;
    this.#limits = limits;
    this.#clock = clock ?? systemClock;
    this.#log = log;
  }

  /** Runs two minutes from now, and then every hour. */
  start(): void {
    this.#schedule(firstRunMs);
  }

  /** Resolves when nothing runs any more. To be awaited before the store is closed. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#cancel();
    await this.#running;
  }

  /** Removes what has to go, and says so in one sentence. Rejects with a StoreError; what was removed stays so. */
  async run(): Promise<Removed> {
    const removed: Removed = { events: 0, thumbnails: 0, orphans: 0 };
    try {
      // Before anything is counted: what SQLite notes of its indexes takes room too.
      await this.#store.database.all('PRAGMA optimize');
      await this.#removeOld(removed);
      removed.orphans = await this.#sweep();
      await this.#shrink();
    } finally {
      this.#tell(removed);
    }
    return removed;
  }

  #schedule(ms: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#cancel = this.#clock.after(ms, () => {
      this.#running = this.run()
        .catch((error) => this.#log.warn(`The history could not be tidied, and will be in an hour: ${reason(error)}`))
        .finally(() => this.#schedule(hourMs));
    });
  }

  async #removeOld(removed: Removed): Promise<void> {
    const totals = await this.#totals();
    while (!this.#stopping.signal.aborted) {
      const holdings: Holdings = { ...totals, ...(await this.#oldest()) };
      const plan = planRetention(holdings, this.#limits, this.#clock.now());
      if (plan.events.length === 0 && plan.thumbnails.length === 0) return;
      const bytes = await this.#remove(plan);
      // Counting everything anew would take longer than the batch.
      totals.events -= plan.events.length;
      totals.thumbnailBytes -= bytes;
      removed.events += plan.events.length;
      removed.thumbnails += plan.thumbnails.length;
    }
  }

  /** The files go last: a row without its file is a picture lost, a file without its row is swept up later. */
  async #remove({ events, thumbnails }: RetentionPlan): Promise<number> {
    const ids = [...events, ...thumbnails];
    const files = await this.#store.database.transaction(async (queries) => {
      const rows = await queries.all<{ thumbnail_path: string; thumbnail_bytes: number | null }>(
        `SELECT thumbnail_path, thumbnail_bytes FROM events WHERE thumbnail_path IS NOT NULL AND id IN (${marks(ids)})`,
        ids,
      );
      await queries.run(`DELETE FROM events WHERE id IN (${marks(events)})`, events);
      await queries.run(
        `UPDATE events SET thumbnail_path = NULL, thumbnail_bytes = NULL WHERE id IN (${marks(thumbnails)})`,
        thumbnails,
      );
      return rows;
    });
    for (const { thumbnail_path } of files) await this.#store.thumbnails.remove(thumbnail_path);
    return files.reduce((total, { thumbnail_bytes }) => total + (thumbnail_bytes ?? 0), 0);
  }

  async #totals(): Promise<{ events: number; thumbnailBytes: number }> {
    const row = await this.#store.database.get<{ events: number; bytes: number }>(
      `SELECT (SELECT count(*) FROM events) AS events,
        (SELECT total(thumbnail_bytes) FROM events WHERE thumbnail_path IS NOT NULL) AS bytes`,
    );
    return { events: row?.events ?? 0, thumbnailBytes: row?.bytes ?? 0 };
  }

  #oldest(): Promise<Pick<Holdings, 'databaseBytes' | 'oldest' | 'oldestWithThumbnail'>> {
    const oldest = async (reads: Reads, where: string) => {
      const rows = await reads.all<CandidateRow>(
        `SELECT id, recorded_at, thumbnail_bytes FROM events ${where} ORDER BY recorded_at, id LIMIT ${batch}`,
      );
      return rows.map(candidate);
    };
    return this.#store.database.snapshot(async (reads) => {
      const { pages, freePages, pageBytes } = await pageUse(reads);
      return {
        databaseBytes: (pages - freePages) * pageBytes,
        oldest: await oldest(reads, ''),
        oldestWithThumbnail: await oldest(reads, 'WHERE thumbnail_path IS NOT NULL'),
      };
    });
  }

  /** Pictures whose event was never written, or whose deletion was cut short. A visit being written now is left alone. */
  async #sweep(): Promise<number> {
    if (this.#stopping.signal.aborted) return 0;
    return this.#store.thumbnails.sweep(this.#clock.now() - hourMs, async (from, to) => {
      const rows = await this.#store.database.all<{ thumbnail_path: string }>(
        'SELECT thumbnail_path FROM events WHERE thumbnail_path IS NOT NULL AND recorded_at BETWEEN ? AND ?',
        [isoTime(from), isoTime(to)],
      );
      return new Set(rows.map((row) => row.thumbnail_path));
    });
  }

  /** Gives pages back to the disk where many are free; the visits to come fill a few. */
  async #shrink(): Promise<void> {
    const { database } = this.#store;
    const { pages, freePages } = await pageUse(database);
    if (freePages > manyPages && freePages > pages / 4) {
      for (let left = freePages; left > 0 && !this.#stopping.signal.aborted; left -= pagesAtOnce) {
        await database.all(`PRAGMA incremental_vacuum(${pagesAtOnce})`);
      }
    }
    await database.all('PRAGMA wal_checkpoint(PASSIVE)');
  }

  #tell(removed: Removed): void {
    const sentence = removedSentence(removed, this.#limits);
    if (sentence) this.#log.info(sentence);
  }
}

interface PageUse {
  pages: number;
  freePages: number;
  pageBytes: number;
}

async function pageUse(reads: Reads): Promise<PageUse> {
  const row = await reads.get<PageUse>(
    `SELECT p.page_count AS pages, f.freelist_count AS freePages, s.page_size AS pageBytes
      FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`,
  );
  return row ?? { pages: 0, freePages: 0, pageBytes: 0 };
}

function candidate({ id, recorded_at, thumbnail_bytes }: CandidateRow): Candidate {
  return { id, at: Date.parse(recorded_at), thumbnailBytes: thumbnail_bytes ?? 0 };
}
