/** Old databases become new ones, whole, whatever happens on the way. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Database } from '../../src/store/database.ts';
import { EventStore } from '../../src/store/event-store.ts';
import { migrate, migrations, schemaVersion } from '../../src/store/migrations/migrate.ts';
import { startChild } from './children.ts';
import { freshFolder } from './folders.ts';
import { largeSeed, oddSeed, smallSeed } from './seeds.ts';
import { aVisit, embedding, expectedEvent } from './visits.ts';

const latest = migrations.length;

async function open(folder: string): Promise<EventStore> {
  const store = await EventStore.open(folder);
  onTestFinished(() => store.close());
  return store;
}

async function openFile(folder: string): Promise<Database> {
  const database = await Database.open(join(folder, 'latchkey.db'));
  onTestFinished(() => database.close());
  return database;
}

/** A new schema as text, to compare with. */
async function schema(database: Database): Promise<string[]> {
  const rows = await database.all<{ sql: string }>('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name');
  return rows.map(({ sql }) => sql);
}

async function expectSound(store: EventStore): Promise<void> {
  expect(await store.database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  expect(await store.database.all('PRAGMA foreign_key_check')).toEqual([]);
  expect(await schemaVersion(store.database)).toBe(latest);
  expect(await store.database.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
  expect(await schema(store.database)).toEqual(await schema((await open(freshFolder())).database));
}

describe('the numbers', () => {
  it('of the steps count up from one', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1));
  });
});

describe('a database of the Python design', () => {
  it('is adopted with all its rows, times in one form, people linked', async () => {
    const store = await open(await smallSeed());
    await expectSound(store);
    const events = await store.events({ limit: 10 });
    expect(events.map(({ id, cameraId, triggeredAt }) => [id, cameraId, new Date(triggeredAt).toISOString()])).toEqual([
      [12, 'back_yard', '2024-05-02T08:15:00.000Z'],
      [8, 'front_door', '2024-05-01T14:30:00.000Z'],
      [7, 'front_door', '2024-05-01T12:00:00.123Z'],
    ]);
    expect(events[2]).toEqual({
      id: 7,
      cameraId: 'front_door',
      trigger: null,
      triggeredAt: Date.UTC(2024, 4, 1, 12, 0, 0, 123),
      decidedAt: Date.UTC(2024, 4, 1, 12, 0, 0, 123),
      recording: null,
      recordingId: '6951',
      identity: { kind: 'person', personId: 4, name: 'anna', similarity: null },
      decision: { unlock: true, gates: [] },
      unlocked: true,
      lockId: null,
      lockError: null,
      failure: null,
      frames: 0,
      frame: null,
      thumbnail: 'thumbnails/7.jpg',
      detections: [
        { label: 'person', confidence: 0.91, box: [10, 20, 110, 320] },
        { label: 'dog', confidence: 0.5, box: [1, 2, 3, 4] },
      ],
      faces: [],
      sentence: 'anna was at front_door, and the door was opened.',
      ms: null,
      seen: true,
      createdAt: Date.UTC(2024, 4, 1, 12, 0, 4),
    });
    expect(events[1]).toMatchObject({ identity: { kind: 'nobody' }, sentence: 'Somebody was at front_door.' });
    expect(await store.people()).toEqual([{ id: 4, name: 'anna', displayName: 'Anna', templates: [] }]);
    const ids = await store.database.all<{ id: number }>('SELECT id FROM detections ORDER BY id');
    expect(ids.map(({ id }) => id)).toEqual([20, 21, 30]);
  });

  it('takes new visits and people from then on', async () => {
    const store = await open(await smallSeed());
    const event = await store.addVisit(aVisit());
    expect(event.id).toBe(13);
    expect(event).toMatchObject(expectedEvent(aVisit()));
    const anna = await store.enrol('anna', 'Anna', [{ embedding: embedding(1), model: 'faceres', source: 'a.jpg' }]);
    expect(anna).toMatchObject({ id: 4, templates: [embedding(1)] });
  });

  it('is adopted whatever types it has and however little is in it', async () => {
    const store = await open(await oddSeed());
    await expectSound(store);
    const [newer, older] = await store.events({ limit: 10 });
    expect(newer).toMatchObject({
      cameraId: 'unknown',
      triggeredAt: 1714564800500,
      identity: { kind: 'nobody' },
      unlocked: false,
      detections: [{ label: 'unknown', confidence: Number.NaN }],
    });
    expect(older).toMatchObject({
      cameraId: 'front',
      triggeredAt: 0,
      identity: { kind: 'person', name: 'Anna' },
      unlocked: true,
      detections: [{ label: 'person', confidence: 0.5, box: [1, 2, 3, 4] }],
    });
    expect(await store.people()).toMatchObject([
      { name: 'Anna', displayName: 'Anna' },
      { name: 'Anna 2', displayName: 'Anna from next door' },
    ]);
  });

  it('can shrink afterwards, as new ones can', async () => {
    const store = await open(await smallSeed());
    expect(await store.database.get('PRAGMA auto_vacuum')).toEqual({ auto_vacuum: 2 });
  });

  it('is told of beforehand, as it can take a while; a new one is not', async () => {
    const told: string[] = [];
    const log = { info: (sentence: string) => told.push(sentence), warn: () => {} };
    const folder = await smallSeed();
    for (const where of [freshFolder(), folder, folder]) await (await EventStore.open(where, { log })).close();
    expect(told).toEqual([`${join(folder, 'latchkey.db')} is brought up to date; this can take a while.`]);
  });

  it('that is not of that design after all is left as it was, with a word on why', async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, 'latchkey.db'), '');
    const database = await openFile(folder);
    await database.run('CREATE TABLE events (id INTEGER PRIMARY KEY, name TEXT)');
    await database.run("INSERT INTO events (name) VALUES ('wedding')");
    await expect(migrate(database)).rejects.toMatchObject({
      problem: 'failed',
      message: expect.stringMatching(/^The step to schema 2 \(whole visits\) failed and was undone\. .*no such column/),
    });
    expect(await database.all('SELECT * FROM events')).toEqual([{ id: 1, name: 'wedding' }]);
    expect(await database.get('PRAGMA foreign_keys')).toEqual({ foreign_keys: 1 });
  });
});

describe('a database of an earlier version', () => {
  it.each(migrations.map(({ version }) => version))('%i is brought up to date with its rows', async (version) => {
    const folder = await smallSeed();
    const before = await openFile(folder);
    await migrate(before, migrations.slice(0, version));
    expect(await schemaVersion(before)).toBe(version);
    await before.close();
    const store = await open(folder);
    await expectSound(store);
    expect((await store.events({ limit: 10 })).map(({ id }) => id)).toEqual([12, 8, 7]);
  });

  it('is not changed by a reader, who says what to do', async () => {
    const folder = await smallSeed();
    await expect(EventStore.open(folder, { readOnly: true })).rejects.toMatchObject({
      problem: 'older',
      message: expect.stringContaining('when the plugin next starts'),
    });
    expect(await schemaVersion(await openFile(folder))).toBe(0);
  });
});

describe('a database of a newer version', () => {
  it('is refused by writers and readers alike, unchanged', async () => {
    const folder = freshFolder();
    const file = join(folder, 'latchkey.db');
    const store = await EventStore.open(folder);
    await store.addVisit(aVisit());
    await store.database.run(`PRAGMA user_version = ${latest + 1}`);
    await store.close();
    const bytes = readFileSync(file);
    for (const readOnly of [false, true]) {
      await expect(EventStore.open(folder, { readOnly })).rejects.toMatchObject({
        problem: 'newer',
        message: `${file} was made by a newer Latchkey (schema ${latest + 1}, this one knows ${latest}): update the plugin. Nothing was changed.`,
      });
    }
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });
});

describe('a migration that is cut short', () => {
  const steps = migrations.flatMap(({ version, statements }) => [
    ...statements.map((_, index) => [version, index + 1] as const),
  ]);

  it('after any statement of any step leaves nothing that the next start does not mend', async () => {
    for (const [version, done] of steps) {
      const folder = await smallSeed();
      const database = await Database.open(join(folder, 'latchkey.db'));
      await migrate(database, migrations.slice(0, version - 1));
      await database.run('PRAGMA foreign_keys = OFF');
      const copy = freshFolder();
      const stopped = database.transaction(async (queries) => {
        for (const statement of migrations[version - 1]?.statements.slice(0, done) ?? []) await queries.run(statement);
        // What a killed process leaves behind is what is in the files at this moment.
        for (const name of ['latchkey.db', 'latchkey.db-wal']) {
          if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
        }
        throw new Error('stopped');
      });
      await expect(stopped).rejects.toThrow('stopped');
      await database.close();
      const store = await EventStore.open(copy);
      expect((await store.events({ limit: 10 })).map(({ id }) => id)).toEqual([12, 8, 7]);
      expect(await store.database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      await store.close();
    }
  });

  it('by kill -9 begins anew at the next start, with every row', async () => {
    const folder = await largeSeed(20_000);
    for (let kills = 0; kills < 3; kills++) {
      const child = startChild('opener.ts', folder);
      await child.line('opening');
      await child.kill();
    }
    const store = await open(folder);
    await expectSound(store);
    const counts = `SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM detections) AS detections,
      (SELECT count(*) FROM events WHERE person_id = 1 AND unlocked) AS known`;
    expect(await store.database.get(counts)).toEqual({ events: 20_000, detections: 19_999, known: 2000 });
  });
});

describe('two programs that start at once', () => {
  it('migrate a database once between them', async () => {
    const folder = await largeSeed(2000);
    const stores = await Promise.all([open(folder), open(folder), open(folder)]);
    for (const store of stores) await expectSound(store);
    expect(await stores[0]?.database.get('SELECT count(*) AS n FROM events')).toEqual({ n: 2000 });
  });
});
