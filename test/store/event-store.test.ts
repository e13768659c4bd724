/** The history: what goes in comes out, whatever it is, and says plainly what it cannot do. */
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StoredEvent } from '../../src/store/event.ts';
import { EventStore, type EventStoreOptions } from '../../src/store/event-store.ts';
import type { NewTemplate } from '../../src/store/people.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { startChild } from './children.ts';
import { freshFolder } from './folders.ts';
import { aFace, anyVisit, aVisit, embedding, evening, expectedEvent, jpeg } from './visits.ts';

async function opened(options: EventStoreOptions = {}, folder = freshFolder()): Promise<EventStore> {
  const store = await EventStore.open(folder, { clock: new VirtualClock(evening + 5000), ...options });
  onTestFinished(() => store.close());
  return store;
}

const withoutRights = process.getuid ? '' : ' (skipped: Windows keeps rights otherwise)';

const template = (seed: number, model = 'faceres'): NewTemplate => ({
  embedding: embedding(seed),
  model,
  source: `picture-${seed}.jpg`,
});

const isSound = async (store: EventStore) =>
  (await store.database.get<{ integrity_check: string }>('PRAGMA integrity_check'))?.integrity_check === 'ok' &&
  (await store.database.all('PRAGMA foreign_key_check')).length === 0;

const withPicture = aVisit({
  bestFrame: { width: 1920, height: 1080, takenAt: evening + 800, thumbnail: jpeg },
});

describe('opening', () => {
  it('makes the folder and the file for nobody but this user', async () => {
    const folder = join(freshFolder(), 'latchkey');
    const store = await opened({}, folder);
    await store.addVisit(withPicture);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) {
      expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
    }
  });

  it('takes a file back that others could read', async () => {
    const folder = freshFolder();
    await (await EventStore.open(folder)).close();
    chmodSync(join(folder, 'latchkey.db'), 0o644);
    await opened({}, folder);
    expect(statSync(join(folder, 'latchkey.db')).mode & 0o777).toBe(0o600);
  });

  it('says what is wrong with a place where no folder can be', async () => {
    const file = join(freshFolder(), 'a-file');
    writeFileSync(file, '');
    await expect(EventStore.open(join(file, 'latchkey'))).rejects.toMatchObject({
      name: 'StoreError',
      problem: 'failed',
      message: expect.stringContaining(join(file, 'latchkey', 'latchkey.db')),
    });
  });

  it('says for reading only that there is no history yet, and makes none', async () => {
    const folder = freshFolder();
    await expect(EventStore.open(folder, { readOnly: true })).rejects.toMatchObject({ problem: 'missing' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!process.getuid)(`says that it may not write a folder${withoutRights}`, async () => {
    const folder = freshFolder();
    chmodSync(folder, 0o500);
    const file = join(folder, 'latchkey.db');
    expect(await startChild('nobody.ts', folder, 'writing').next()).toBe(
      `denied: ${file} may not be opened or written: make it and its folder belong to Homebridge's user.`,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(!process.getuid)(`says that it may not read a file${withoutRights}`, async () => {
    const folder = freshFolder();
    await (await EventStore.open(folder)).close();
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'latchkey.db'), 0o000);
    expect(await startChild('nobody.ts', folder, 'reading').next()).toMatch(/^denied: /);
  });

  it('reads without writing where it was opened for reading only', async () => {
    const folder = freshFolder();
    const writer = await EventStore.open(folder);
    const event = await writer.addVisit(withPicture);
    await writer.close();
    const reader = await opened({ readOnly: true }, folder);
    expect(await reader.events({ limit: 10 })).toEqual([event]);
    await expect(reader.addVisit(withPicture)).rejects.toMatchObject({ problem: 'read-only' });
    await expect(reader.setState('armed', true)).rejects.toMatchObject({ problem: 'read-only' });
    await expect(reader.enrol('Anna', 'Anna', [template(1)])).rejects.toMatchObject({ problem: 'read-only' });
  });
});

describe('a visit', () => {
  it('comes back as the event it was stored as', async () => {
    const store = await opened();
    const event = await store.addVisit(withPicture);
    expect(event).toMatchObject(expectedEvent(withPicture));
    expect(event.createdAt).toBe(evening + 5000);
    expect(await store.event(event.id)).toEqual(event);
    expect(await store.events({ limit: 1 })).toEqual([event]);
    expect(await store.event(event.id + 1)).toBeNull();
  });

  it('comes back with the person it was, and unlinked where that person is forgotten meanwhile', async () => {
    const store = await opened();
    const anna = await store.enrol('Anna', 'Anna', [template(1)]);
    const visitOf = (personId: number) =>
      aVisit({
        identity: { kind: 'person', personId, name: 'Anna', similarity: 0.875 },
        faces: [{ face: aFace(), personId, personName: 'Anna', similarity: 0.875 }],
      });
    expect(await store.addVisit(visitOf(anna.id))).toMatchObject({
      identity: { kind: 'person', personId: anna.id, name: 'Anna', similarity: 0.875 },
      faces: [{ personId: anna.id, personName: 'Anna' }],
    });
    expect(await store.addVisit(visitOf(anna.id + 7))).toMatchObject({
      identity: { kind: 'person', personId: null, name: 'Anna', similarity: 0.875 },
      faces: [{ personId: null, personName: 'Anna' }],
    });
  });

  it('comes back whatever it was', async () => {
    const store = await opened();
    const people = new Set<number>();
    for (const name of ['A', 'B', 'C']) people.add((await store.enrol(name, name, [template(1)])).id);
    const roundTrip = fc.asyncProperty(anyVisit, async (visit) => {
      const event = await store.addVisit(visit);
      expect(event).toMatchObject(expectedEvent(visit, people));
      expect(await store.event(event.id)).toEqual(event);
    });
    await fc.assert(roundTrip, { numRuns: 150 });
    expect(await isSound(store)).toBe(true);
  });

  it('is kept though a figure in it is no number', async () => {
    const store = await opened();
    const face = aFace({ sharpness: Number.NaN, pose: { yaw: Number.NaN, pitch: 0, roll: 0 } });
    const visit = aVisit({ faces: [{ face, personId: null, personName: null, similarity: null }] });
    const event = await store.addVisit(visit);
    expect(event.faces[0]?.face.sharpness).toBeNaN();
    expect(event.faces[0]?.face.pose).toEqual({ yaw: Number.NaN, pitch: 0, roll: 0 });
  });

  it('without a time is refused with a clear word', async () => {
    const store = await opened();
    await expect(store.addVisit(aVisit({ decidedAt: Number.NaN }))).rejects.toMatchObject({
      problem: 'invalid',
      message: "A visit's time is NaN, which is no time.",
    });
    expect(await store.events({ limit: 10 })).toEqual([]);
  });

  it('is all there or not at all', async () => {
    const store = await opened();
    await store.database.run('DROP TABLE gates');
    await expect(store.addVisit(withPicture)).rejects.toMatchObject({ problem: 'failed' });
    for (const table of ['events', 'detections', 'faces', 'decisions']) {
      expect(await store.database.all(`SELECT * FROM ${table}`)).toEqual([]);
    }
    const day = store.thumbnailFile('thumbnails/2026/11/22') ?? '';
    expect(readdirSync(day)).toEqual([]);
  });

  it('finds its parts through indexes', async () => {
    const store = await opened();
    const plan = async (sql: string) =>
      (await store.database.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)).map((row) => row.detail).join('; ');
    const newest = 'SELECT * FROM events WHERE (recorded_at, id) < (?, ?) ORDER BY recorded_at DESC, id DESC LIMIT 50';
    expect(await plan(newest)).toMatch(/^SEARCH events USING INDEX events_recorded_at/);
    for (const table of ['detections', 'faces', 'decisions', 'gates']) {
      expect(await plan(`SELECT * FROM ${table} WHERE event_id IN (1, 2)`)).toMatch(new RegExp(`^SEARCH ${table}`));
    }
    expect(await plan('UPDATE faces SET person_id = NULL WHERE person_id = ?')).toMatch(/^SEARCH faces/);
    expect(await plan('UPDATE events SET person_id = NULL WHERE person_id = ?')).toMatch(/^SEARCH events/);
  });

  it('is written once and whole by each of fifty at once, while others read', async () => {
    const folder = freshFolder();
    const store = await opened({}, folder);
    const reader = await opened({ readOnly: true }, folder);
    const visits = Array.from({ length: 50 }, (_, i) => aVisit({ ...withPicture, triggeredAt: evening + i }));
    const writing = Promise.all(visits.map((visit) => store.addVisit(visit)));
    let written = false;
    writing.finally(() => {
      written = true;
    });
    while (!written) {
      for (const event of await reader.events({ limit: 100 })) {
        expect([event.detections.length, event.faces.length, event.decision.gates.length]).toEqual([2, 1, 4]);
      }
      await store.events({ limit: 3 });
    }
    const events = await writing;
    expect(new Set(events.map(({ id }) => id)).size).toBe(50);
    expect(new Set(events.map(({ thumbnail }) => thumbnail)).size).toBe(50);
    expect(await reader.events({ limit: 100 })).toEqual(events.toReversed());
  });

  it('on its way is waited for by close, and refused afterwards', async () => {
    const folder = freshFolder();
    const store = await EventStore.open(folder);
    const adding = store.addVisit(withPicture);
    await Promise.all([adding, store.close()]);
    await expect(store.addVisit(withPicture)).rejects.toMatchObject({ problem: 'closed' });
    expect(await (await opened({}, folder)).events({ limit: 10 })).toEqual([await adding]);
  });
});

describe('pages of events', () => {
  it('are newest first and leave nothing out, though several came at one moment and others come meanwhile', async () => {
    const store = await opened();
    const minutes = [3, 1, 1, 1, 2, 5, 2, 4, 4, 4];
    for (const minute of minutes) await store.addVisit(aVisit({ triggeredAt: evening + minute * 60_000 }));
    const all = await store.events({ limit: 100 });
    expect(all.map(({ triggeredAt }) => (triggeredAt - evening) / 60_000)).toEqual([5, 4, 4, 4, 3, 2, 2, 1, 1, 1]);
    const paged: StoredEvent[] = [];
    for (let page = await store.events({ limit: 3 }); page.length > 0; ) {
      paged.push(...page);
      await store.addVisit(aVisit({ triggeredAt: evening + 3_600_000 }));
      page = await store.events({ limit: 3, before: page.at(-1) });
    }
    expect(paged).toEqual(all);
  });
});

describe('a thumbnail', () => {
  it('is a file in the folder of its day, and the row holds its relative path', async () => {
    const store = await opened();
    const { thumbnail } = await store.addVisit(withPicture);
    expect(thumbnail).toMatch(/^thumbnails\/2026\/11\/22\/183000250-front-door-[0-9a-f]{8}\.jpg$/);
    const file = store.thumbnailFile(thumbnail ?? '') ?? '';
    expect(new Uint8Array(readFileSync(file))).toEqual(jpeg);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('that cannot be written costs the visit nothing else, and is told', async () => {
    const warnings: string[] = [];
    const folder = freshFolder();
    writeFileSync(join(folder, 'thumbnails'), 'not a folder');
    const store = await opened({ log: { info: () => {}, warn: (message) => warnings.push(message) } }, folder);
    const event = await store.addVisit(withPicture);
    expect(event).toMatchObject({ ...expectedEvent(withPicture), thumbnail: null });
    expect(warnings).toEqual([
      expect.stringMatching(/^The picture of a visit at front-door could not be kept; the visit was: /),
    ]);
  });

  it.each([
    '../latchkey.db',
    'thumbnails/../latchkey.db',
    'thumbnails/../../etc/passwd',
    '/etc/passwd',
    'thumbnails',
    'thumbnails-of-others/a.jpg',
    'thumbnails/a\0.jpg',
    '',
  ])('is not looked for at %j', async (path) => {
    expect((await opened()).thumbnailFile(path)).toBeNull();
  });
});

describe('people', () => {
  it('are created by the first enrolment, and get more templates by the next', async () => {
    const store = await opened();
    const anna = await store.enrol(' Anna ', 'Anna', [template(1), template(2)]);
    expect(anna).toEqual({ id: 1, name: 'Anna', displayName: 'Anna', templates: [embedding(1), embedding(2)] });
    await store.enrol('Bo', 'Uncle Bo', [template(3)]);
    const more = await store.enrol('Anna', 'Mum', [template(4)]);
    expect(more).toEqual({ ...anna, displayName: 'Mum', templates: [embedding(1), embedding(2), embedding(4)] });
    expect((await store.people()).map(({ name }) => name)).toEqual(['Anna', 'Bo']);
    expect(await store.database.all('SELECT person_id, model, source, created_at FROM templates WHERE id = 3')).toEqual(
      [{ person_id: 2, model: 'faceres', source: 'picture-3.jpg', created_at: '2026-11-22T18:30:05.250Z' }],
    );
  });

  it('come with the templates of one model where one is asked for', async () => {
    const store = await opened();
    await store.enrol('Anna', 'Anna', [template(1), template(2, 'arcface')]);
    await store.enrol('Bo', 'Bo', [template(3)]);
    const people = await store.people('arcface');
    expect(people.map(({ name, templates }) => [name, templates])).toEqual([
      ['Anna', [embedding(2)]],
      ['Bo', []],
    ]);
  });

  it('are named without their templates, in the same order', async () => {
    const store = await opened();
    await store.enrol('Bo', 'Uncle Bo', [template(3)]);
    await store.enrol('Anna', 'Anna', [template(1)]);
    expect(await store.names()).toEqual((await store.people()).map(({ templates: _, ...named }) => named));
    expect(await store.names()).toEqual([
      { id: 2, name: 'Anna', displayName: 'Anna' },
      { id: 1, name: 'Bo', displayName: 'Uncle Bo' },
    ]);
  });

  it.each([
    ['', 'Anna', [template(1)], 'The name is empty: give one of 1 to 64 characters.'],
    [
      'Anna',
      '*',
      [template(1)],
      'The display name "*" must begin and end with a letter or a digit, because Apple Home needs it.',
    ],
    ['Anna', 'Anna', [], 'Anna cannot be enrolled without a picture of a face.'],
    [
      'Anna',
      'Anna',
      [template(1), { ...template(2), embedding: new Float32Array(1024) }],
      'The template from picture-2.jpg is not the embedding of a face.',
    ],
    [
      'Anna',
      'Anna',
      [{ ...template(3), embedding: new Float32Array([Number.NaN]) }],
      'The template from picture-3.jpg is not the embedding of a face.',
    ],
  ])('%j, %j are refused with a clear word, and nothing is kept', async (name, displayName, templates, message) => {
    const store = await opened();
    await expect(store.enrol(name, displayName, templates)).rejects.toMatchObject({ problem: 'invalid', message });
    expect(await store.people()).toEqual([]);
  });

  it('who are forgotten leave their name in past events and nothing of their face anywhere', async () => {
    const folder = freshFolder();
    const store = await opened({}, folder);
    const anna = await store.enrol('Anna', 'Anna', [template(41), template(42)]);
    const bo = await store.enrol('Bo', 'Bo', [template(43)]);
    const event = await store.addVisit(
      aVisit({
        identity: { kind: 'person', personId: anna.id, name: 'Anna', similarity: 0.9 },
        faces: [
          { face: aFace({ embedding: embedding(44) }), personId: anna.id, personName: 'Anna', similarity: 0.9 },
          { face: aFace({ embedding: embedding(45) }), personId: bo.id, personName: 'Bo', similarity: 0.8 },
        ],
      }),
    );
    expect(await store.forget('Anna')).toEqual({ templates: 2, faces: 1, events: 1 });
    expect(await store.people()).toEqual([bo]);
    const after = await store.event(event.id);
    expect(after?.identity).toEqual({ kind: 'person', personId: null, name: 'Anna', similarity: 0.9 });
    expect(after?.faces.map(({ personId, personName, face }) => [personId, personName, face.embedding])).toEqual([
      [null, 'Anna', null],
      [bo.id, 'Bo', embedding(45)],
    ]);
    expect(await isSound(store)).toBe(true);
    const bytes = ['latchkey.db', 'latchkey.db-wal'].map((name) => readFileSync(join(folder, name)));
    const onDisk = (seed: number) => {
      const middle = Buffer.from(embedding(seed).buffer, 2048, 64);
      return bytes.some((file) => file.includes(middle));
    };
    expect([41, 42, 43, 44, 45].filter(onDisk)).toEqual([43, 45]);
  });

  it('who are forgotten never lend their id to somebody else', async () => {
    const store = await opened();
    const anna = await store.enrol('Anna', 'Anna', [template(1)]);
    await store.forget('Anna');
    const other = await store.enrol('Anna', 'Anna', [template(2)]);
    expect(other.id).not.toBe(anna.id);
  });

  it('nobody knows cannot be forgotten', async () => {
    expect(await (await opened()).forget('Anna')).toBeNull();
  });
});

describe('state', () => {
  it('is there after a restart, as it was last set', async () => {
    const folder = freshFolder();
    const store = await EventStore.open(folder);
    await store.setState('lock-out', { until: 5, misses: 3 });
    await store.setState('lock-out', { until: evening, misses: 4, by: ['front-door'] });
    await store.setState('telegram offset', 991);
    await store.setState('armed', null);
    await store.close();
    const again = await opened({}, folder);
    expect(await again.state('lock-out')).toEqual({ until: evening, misses: 4, by: ['front-door'] });
    expect(await again.state('telegram offset')).toBe(991);
    expect(await again.state('armed')).toBeNull();
    expect(await again.state('never set')).toBeUndefined();
  });

  it('set to undefined is gone', async () => {
    const store = await opened();
    await store.setState('armed', true);
    await store.setState('armed', undefined);
    expect(await store.state('armed')).toBeUndefined();
  });

  it('that cannot be read is an error, not an absence', async () => {
    const store = await opened();
    await store.setState('lock-out', 1);
    await store.database.run("UPDATE state SET value = '{broken'");
    await expect(store.state('lock-out')).rejects.toMatchObject({ problem: 'damaged' });
  });

  it('comes back whatever JSON it was', async () => {
    const store = await opened();
    const roundTrip = fc.asyncProperty(fc.string({ unit: 'binary' }), fc.jsonValue(), async (key, value) => {
      await store.setState(key, value);
      expect(await store.state(key)).toEqual(JSON.parse(JSON.stringify(value)));
    });
    await fc.assert(roundTrip, { numRuns: 60 });
  });
});
