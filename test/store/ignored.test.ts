/** Ignored faces in the history: kept apart, erased whole, and marked on the visits they mute. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { History } from '../../src/dashboard/api.ts';
import { identifyFace } from '../../src/store/corrections.ts';
import { EventStore } from '../../src/store/event-store.ts';
import { Retention } from '../../src/store/retention.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { freshFolder } from './folders.ts';
import { aFace, aVisit, embedding, evening } from './visits.ts';

const model = 'faceres-1';
const dayMs = 86_400_000;

let folder: string;
let store: EventStore;
let history: History;

beforeEach(async () => {
  folder = freshFolder();
  const clock = new VirtualClock(evening + 60_000);
  store = await EventStore.open(folder, { clock });
  onTestFinished(() => store.close());
  history = new History(store.database, { cameras: new Map(), timeZone: 'UTC', clock });
});

async function stranger(seed: number, changes: Parameters<typeof aVisit>[0] = {}) {
  const faces = [{ face: aFace({ embedding: embedding(seed) }), personId: null, personName: null, similarity: 0.3 }];
  const event = await store.addVisit(aVisit({ faces, ...changes }));
  return { event: event.id, face: event.faces[0]?.id as number, embedding: embedding(seed), model };
}

describe('an ignored face', () => {
  it('is in no gallery, and is read back as it was', async () => {
    const face = await stranger(4);
    const id = await store.ignore({ ...face, whole: true });
    expect(await store.people()).toEqual([]);
    expect(await store.ignored(model)).toEqual([{ id, embedding: embedding(4) }]);
    expect(await store.ignored('another-model')).toEqual([]);
  });

  it('marks the visit it was ignored from, where that showed nothing else', async () => {
    const [whole, part] = [await stranger(4), await stranger(5)];
    await store.ignore({ ...whole, whole: true });
    await store.ignore({ ...part, whole: false });
    expect((await store.event(whole.event))?.ignored).toBe(true);
    expect((await store.event(part.event))?.ignored).toBe(false);
    expect((await history.event(whole.event))?.identity).toBe('stranger');
  });

  it('is erased from the files when it is ignored no more, once', async () => {
    const face = await stranger(4);
    const id = await store.ignore({ ...face, whole: true });
    await store.database.run('UPDATE faces SET embedding = NULL');
    expect(await store.stopIgnoring(id)).toBe(true);
    expect(await store.stopIgnoring(id)).toBe(false);
    expect(await store.ignored(model)).toEqual([]);
    const template = Buffer.from(embedding(4).buffer).subarray(0, 64);
    for (const file of ['latchkey.db', 'latchkey.db-wal'])
      expect(readFileSync(join(folder, file)).includes(template)).toBe(false);
  });

  it('goes on being ignored when the visit it came from is over its days', async () => {
    const face = await stranger(4, { triggeredAt: evening - 40 * dayMs });
    await store.ignore({ ...face, whole: true });
    const log = { info: () => undefined, warn: () => undefined };
    await new Retention(store, { days: 30, bytes: 1e9 }, { clock: new VirtualClock(evening), log }).run();
    expect(await store.event(face.event)).toBeNull();
    expect(await history.ignored()).toMatchObject([{ event: null, thumbnail: null, like: null }]);
  });

  it('marks no visit any more that the owner gives a name', async () => {
    const face = await stranger(4);
    await store.ignore({ ...face, whole: true });
    await store.enrol('ada', 'Ada', [{ embedding: embedding(9), model, source: 'test' }]);
    await store.database.transaction((queries) => identifyFace(queries, face.event, face.face, 'ada'));
    expect(await store.event(face.event)).toMatchObject({ identity: { kind: 'person' }, ignored: false });
  });
});

describe('on the page', () => {
  it('the list says whom an ignored face is like, since that one mutes nothing', async () => {
    const face = await stranger(4);
    const id = await store.ignore({ ...face, whole: true });
    expect(await history.ignored()).toEqual([
      { id, event: face.event, thumbnail: null, since: expect.stringMatching(/^2026-11-22T/), like: null },
    ]);
    await store.enrol('ada', 'Ada', [{ embedding: embedding(4), model, source: 'test' }]);
    expect(await history.ignored()).toMatchObject([{ like: 'Ada' }]);
  });

  it('a muted visit is a stranger in the history and its filters, and none in the summary of its day', async () => {
    await stranger(4, { ignored: true });
    await stranger(5, { cameraId: 'garden', ignored: true });
    await stranger(6);
    expect((await history.events({ identity: ['stranger'] })).events.map(({ ignored }) => ignored)).toEqual([
      false,
      true,
      true,
    ]);
    expect(await history.days({ days: 7 })).toMatchObject([{ visits: 3, strangers: 1 }]);
    expect(await history.days({ days: 7 }, 'garden')).toMatchObject([{ visits: 1, strangers: 0 }]);
  });

  it('a muted visit is told apart from the strangers in the statistics', async () => {
    await stranger(4, { ignored: true });
    await stranger(4, { ignored: true, triggeredAt: evening - 8 * dayMs });
    await stranger(5, { cameraId: 'garden', ignored: true });
    await stranger(6);
    const totals = async (days: number, camera?: string) => (await history.stats({ range: { days }, camera })).totals;
    expect(await totals(7)).toMatchObject({ visits: 3, strangers: 1, ignored: 2 });
    expect(await totals(30)).toMatchObject({ visits: 4, strangers: 1, ignored: 3 });
    expect(await totals(7, 'garden')).toMatchObject({ visits: 1, strangers: 0, ignored: 1 });
  });

  it('the maps of strangers count muted visits too, as the history behind them lists those', async () => {
    await stranger(4, { ignored: true });
    await stranger(6);
    const asked = { range: { days: 7 }, subject: 'identity:stranger' } as const;
    expect([(await history.heatmap(asked)).visits, (await history.calendar(asked)).visits]).toEqual([2, 2]);
    expect((await history.events({ identity: ['stranger'] })).events).toHaveLength(2);
  });

  it('a muted face is not among the strangers who came back, nor in its visits of before', async () => {
    for (let visit = 0; visit < 3; visit++) await stranger(4, { triggeredAt: evening - visit * dayMs });
    for (let visit = 0; visit < 2; visit++) await stranger(5, { triggeredAt: evening - visit * dayMs });
    expect((await history.strangers({ days: 7 })).strangers.map(({ visits }) => visits)).toEqual([3, 2]);
    const again = await stranger(4);
    await store.ignore({ ...again, whole: true });
    expect((await history.strangers({ days: 7 })).strangers.map(({ visits }) => visits)).toEqual([2]);
  });
});
