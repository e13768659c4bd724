/** What the owner corrects in the history, and that every list and count follows. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { History } from '../../src/dashboard/api.ts';
import { identifyFace, markAllSeen, markSeen, renamePerson } from '../../src/store/corrections.ts';
import type { Queries } from '../../src/store/database.ts';
import { EventStore } from '../../src/store/event-store.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { freshFolder } from './folders.ts';
import { aFace, aVisit, embedding, evening } from './visits.ts';

let store: EventStore;
let history: History;

beforeEach(async () => {
  store = await EventStore.open(freshFolder());
  history = new History(store.database, {
    cameras: new Map(),
    timeZone: 'UTC',
    clock: new VirtualClock(evening + 60_000),
  });
  await store.enrol('ada', 'Ada', [{ embedding: embedding(1), model: 'faceres-1', source: 'test' }]);
});

afterEach(() => store.close());

const change = (work: (queries: Queries) => Promise<void>) => store.database.transaction(work);

async function aStranger(): Promise<{ event: number; face: number }> {
  const faces = [{ face: aFace(), personId: null, personName: null, similarity: 0.3 }];
  const event = await store.addVisit(aVisit({ identity: { kind: 'stranger' }, faces }));
  return { event: event.id, face: event.faces[0]?.id as number };
}

const visitsOf = async (identity: 'stranger' | 'person') =>
  (await history.events({ identity: [identity] })).events.map(({ id }) => id);

describe('identifyFace', () => {
  it('makes a stranger the person the owner says, in the event, the lists and the counts', async () => {
    const { event, face } = await aStranger();
    expect(await visitsOf('stranger')).toEqual([event]);
    await change((queries) => identifyFace(queries, event, face, 'ada'));
    expect((await store.event(event))?.identity).toMatchObject({ kind: 'person', name: 'Ada' });
    expect([await visitsOf('stranger'), await visitsOf('person')]).toEqual([[], [event]]);
    expect((await history.calendar({ range: { days: 30 }, subject: 'identity:stranger' })).visits).toBe(0);
    expect((await history.calendar({ range: { days: 30 }, subject: 'person:Ada' })).visits).toBe(1);
  });

  it('makes them a stranger again where the owner says that they are not who it seemed', async () => {
    const { event, face } = await aStranger();
    await change((queries) => identifyFace(queries, event, face, 'ada'));
    await change((queries) => identifyFace(queries, event, face, null));
    expect((await store.event(event))?.identity).toEqual({ kind: 'stranger' });
    expect(await visitsOf('stranger')).toEqual([event]);
  });

  it('leaves what was decided, and why, as it was', async () => {
    const { event, face } = await aStranger();
    const before = await store.event(event);
    await change((queries) => identifyFace(queries, event, face, 'ada'));
    const after = await store.event(event);
    expect([after?.decision, after?.sentence, after?.unlocked]).toEqual([
      before?.decision,
      before?.sentence,
      before?.unlocked,
    ]);
  });

  it.each([
    ['somebody nobody enrolled', 0, 'bob', 'Nobody is enrolled as bob'],
    ['a face that is not there', 1, 'ada', 'not in the history any more'],
  ])('refuses %s, and changes nothing', async (_what, off, name, sentence) => {
    const { event, face } = await aStranger();
    await expect(change((queries) => identifyFace(queries, event, face + off, name))).rejects.toThrow(sentence);
    expect(await visitsOf('stranger')).toEqual([event]);
  });
});

describe('the rest', () => {
  it('renames a person from now on, and refuses names the Home app would not take', async () => {
    await change((queries) => renamePerson(queries, 'ada', ' Ada Lovelace '));
    expect((await store.people())[0]).toMatchObject({ name: 'ada', displayName: 'Ada Lovelace' });
    await expect(change((queries) => renamePerson(queries, 'ada', '-'))).rejects.toThrow('letter or a digit');
    await expect(change((queries) => renamePerson(queries, 'bob', 'Bob'))).rejects.toThrow('Nobody is enrolled as bob');
  });

  it('marks events seen and unseen, one by one or all up to a moment', async () => {
    const { event } = await aStranger();
    const { event: other } = await aStranger();
    await change((queries) => markSeen(queries, [event], true));
    expect([(await store.event(event))?.seen, (await store.event(other))?.seen]).toEqual([true, false]);
    await change((queries) => markSeen(queries, [event], false));
    await change((queries) => markAllSeen(queries, new Date(evening + 1000).toISOString()));
    expect([(await store.event(event))?.seen, (await store.event(other))?.seen]).toEqual([true, true]);
  });
});
