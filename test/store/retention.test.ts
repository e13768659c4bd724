/** The history kept within its limits, on a real database with real pictures. */
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EventStore } from '../../src/store/event-store.ts';
import { Retention } from '../../src/store/retention.ts';
import type { RetentionLimits } from '../../src/store/retention-plan.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { freshFolder } from './folders.ts';
import { aFace, aVisit, evening } from './visits.ts';

const dayMs = 24 * 60 * 60 * 1000;
const roomy: RetentionLimits = { days: 3650, bytes: 1e12 };

/** Tells when the next task is given to it. */
class WatchedClock extends VirtualClock {
  #given = Promise.withResolvers<void>();

  override after(ms: number, run: () => void): () => void {
    this.#given.resolve();
    return super.after(ms, run);
  }

  /** Moves on to a task that gives another in the end. */
  async advanceToNext(ms: number): Promise<void> {
    this.#given = Promise.withResolvers<void>();
    await this.advance(ms);
    await this.#given.promise;
  }
}

async function house(limits: RetentionLimits) {
  const folder = freshFolder();
  const clock = new WatchedClock(evening);
  const told: string[] = [];
  const store = await EventStore.open(folder, { clock });
  const log = { info: (text: string) => told.push(text), warn: (text: string) => told.push(`warning: ${text}`) };
  const retention = new Retention(store, limits, { clock, log });
  onTestFinished(async () => {
    await retention.stop();
    await store.close();
  });
  return { folder, clock, told, store, retention };
}

/** A visit some days ago, with a picture of so many bytes. */
const visitAgo = (days: number, bytes = 1000) =>
  aVisit({
    triggeredAt: evening - days * dayMs,
    bestFrame: { width: 640, height: 360, takenAt: evening, thumbnail: new Uint8Array(bytes).fill(7) },
  });

describe('a run', () => {
  it('removes visits that are too old, with their pictures and the folders of their days', async () => {
    const { folder, store, retention, told } = await house({ ...roomy, days: 30 });
    const events = [];
    for (const days of [200, 100, 31, 29, 1]) events.push(await store.addVisit(visitAgo(days)));
    expect(await retention.run()).toEqual({ events: 3, thumbnails: 0, orphans: 0 });
    expect((await store.events({ limit: 10 })).map(({ id }) => id)).toEqual([5, 4]);
    const isThere = events.map(({ thumbnail }) => existsSync(store.thumbnailFile(thumbnail ?? '') ?? ''));
    expect(isThere).toEqual([false, false, false, true, true]);
    expect(readdirSync(join(folder, 'thumbnails/2026'))).toEqual(['10', '11']);
    for (const table of ['detections', 'faces', 'decisions', 'gates']) {
      expect(await store.database.all(`SELECT event_id FROM ${table} WHERE event_id < 4`)).toEqual([]);
    }
    expect(told).toEqual([expect.stringMatching(/^Removed 3 visits: the history is kept for 30 days/)]);
    expect(await retention.run()).toEqual({ events: 0, thumbnails: 0, orphans: 0 });
    expect(told.length).toBe(1);
  });

  it('removes the oldest pictures when they take too much room, and keeps their visits', async () => {
    const { store, retention } = await house({ ...roomy, bytes: 5_000_000 });
    for (let days = 120; days > 0; days--) await store.addVisit(visitAgo(days, 60_000));
    const { events, thumbnails } = await retention.run();
    expect(events).toBe(0);
    expect(thumbnails).toBeGreaterThan(40);
    const left = await store.events({ limit: 1000 });
    expect(left.length).toBe(120);
    const pictured = left.filter(({ thumbnail }) => thumbnail !== null);
    expect(pictured).toEqual(left.slice(0, 120 - thumbnails));
    for (const { thumbnail } of pictured)
      expect(statSync(store.thumbnailFile(thumbnail ?? '') ?? '').size).toBe(60_000);
    expect(await heldBytes(store)).toBeLessThanOrEqual(5_000_000);
    expect(await heldBytes(store)).toBeGreaterThan(4_900_000);
  });

  it('removes the oldest visits when the database alone takes too much room, and gives the room back', async () => {
    const { folder, store, retention } = await house({ ...roomy, bytes: 1_000_000 });
    const face = { face: aFace(), personId: null, personName: null, similarity: null };
    for (let visit = 0; visit < 300; visit++) {
      await store.addVisit(aVisit({ triggeredAt: evening + visit, faces: [face, face, face, face, face] }));
    }
    const { events } = await retention.run();
    expect(events).toBeGreaterThan(200);
    expect(await heldBytes(store)).toBeLessThanOrEqual(1_000_000);
    const left = await store.events({ limit: 1000 });
    expect(left.map(({ triggeredAt }) => triggeredAt - evening)).toEqual(
      Array.from({ length: 300 - events }, (_, i) => 299 - i),
    );
    expect(await store.database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    await store.close();
    expect(statSync(join(folder, 'latchkey.db')).size).toBeLessThan(1_200_000);
  });

  it('sweeps up pictures of no visit that are an hour old', async () => {
    const { folder, clock, store, retention } = await house(roomy);
    const { thumbnail } = await store.addVisit(visitAgo(0));
    const orphans = [
      await store.thumbnails.write(evening, 'front', new Uint8Array(10)),
      await store.thumbnails.write(evening - 3 * dayMs, 'front', new Uint8Array(10)),
    ];
    const setTime = (at: number) => {
      for (const path of [...orphans, thumbnail ?? '']) utimesSync(join(folder, path), at / 1000, at / 1000);
    };
    setTime(clock.now() - 59 * 60 * 1000);
    expect((await retention.run()).orphans).toBe(0);
    setTime(clock.now() - 61 * 60 * 1000);
    expect((await retention.run()).orphans).toBe(2);
    expect(orphans.map((path) => existsSync(join(folder, path)))).toEqual([false, false]);
    expect(existsSync(join(folder, thumbnail ?? ''))).toBe(true);
  });

  it('lets visits in between its steps', async () => {
    const { store, retention } = await house({ ...roomy, days: 30 });
    for (let visit = 0; visit < 400; visit++) await store.addVisit(aVisit({ triggeredAt: evening - 100 * dayMs }));
    const running = retention.run();
    const between = await store.addVisit(aVisit());
    const stillOld = await store.database.get<{ n: number }>('SELECT count(*) AS n FROM events WHERE id <> ?', [
      between.id,
    ]);
    expect(stillOld?.n).toBeGreaterThan(0);
    expect((await running).events).toBe(400);
    expect((await store.events({ limit: 10 })).map(({ id }) => id)).toEqual([between.id]);
  });
});

describe('the schedule', () => {
  it('runs two minutes after the start, and every hour from then on', async () => {
    const { clock, store, retention } = await house({ ...roomy, days: 30 });
    await store.addVisit(visitAgo(100));
    const count = async () => (await store.events({ limit: 10 })).length;
    retention.start();
    await clock.advance(119_000);
    expect(clock.waiting).toBe(1);
    expect(await count()).toBe(1);
    await clock.advanceToNext(1000);
    expect(await count()).toBe(0);
    await store.addVisit(visitAgo(100));
    await clock.advance(59 * 60_000);
    expect(await count()).toBe(1);
    await clock.advanceToNext(60_000);
    expect(await count()).toBe(0);
  });

  it('goes on after a run that failed, and says so', async () => {
    const { clock, store, retention, told } = await house(roomy);
    await store.database.run('ALTER TABLE gates RENAME TO gone');
    await store.database.run('ALTER TABLE events RENAME TO gone_too');
    retention.start();
    await clock.advanceToNext(120_000);
    expect(told).toEqual([
      expect.stringMatching(/^warning: The history could not be tidied, and will be in an hour: /),
    ]);
  });

  it('ends when it is stopped, even in the middle of a run', async () => {
    const { clock, store, retention } = await house({ ...roomy, days: 30 });
    await store.addVisit(visitAgo(100));
    const busy = Promise.withResolvers<void>();
    const writing = store.database.transaction(() => busy.promise);
    retention.start();
    await clock.advance(120_000);
    const stopping = retention.stop();
    busy.resolve();
    await Promise.all([writing, stopping]);
    expect(clock.waiting).toBe(0);
    expect((await store.events({ limit: 10 })).length).toBe(1);
  });
});

/** Pages in use and pictures, as the plan counts them. */
async function heldBytes(store: EventStore): Promise<number> {
  const row = await store.database.get<{ bytes: number }>(
    `SELECT (SELECT page_count FROM pragma_page_count) * 4096 - (SELECT freelist_count FROM pragma_freelist_count) * 4096 +
      (SELECT total(thumbnail_bytes) FROM events) AS bytes`,
  );
  return row?.bytes ?? 0;
}
