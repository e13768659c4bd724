/** What the chats may ask of the house, over a real history. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Concierge } from '../src/concierge.ts';
import { EventStore } from '../src/store/event-store.ts';
import { embeddingModel } from '../src/vision/models.ts';
import { Doorkeeper } from '../src/visits/doorkeeper.ts';
import { VirtualClock } from './fakes/clock.ts';
import { FakeLock } from './fakes/lock.ts';
import { FakeLog } from './fakes/log.ts';
import { freshFolder } from './store/folders.ts';
import { aFace, aVisit, embedding, evening, jpeg } from './store/visits.ts';

const by = { userId: 7, name: 'Anna' };

describe('the concierge', () => {
  let store: EventStore;
  let lock: FakeLock;
  let concierge: Concierge;
  let doorkeeper: Doorkeeper;

  beforeEach(async () => {
    store = await EventStore.open(freshFolder());
    lock = new FakeLock();
    const clock = new VirtualClock(evening + 60_000);
    const guard = { load: async () => undefined, save: async () => undefined };
    doorkeeper = new Doorkeeper({ lock, store: guard, clock, arming: { armed: true, disarm: () => undefined } });
    concierge = new Concierge({
      cameras: [{ id: 'front-door', name: 'Front Door' }],
      locks: [lock],
      doorkeeper: async () => doorkeeper,
      store,
      clock,
      log: new FakeLog(),
      timeZone: 'Europe/Berlin',
      people: () => store.people(embeddingModel),
      arm: async () => undefined,
      faceUnlock: () => 'Face unlock asks an owner, and armed.',
      troubles: () => ['The cloud is down.'],
      busyCameras: () => ['front-door'],
    });
  });

  afterEach(() => store.close());

  const faced = (seed: number) => [
    { face: aFace({ embedding: embedding(seed) }), personId: null, personName: null, similarity: null },
  ];

  it('opens for a confirmed tap, and keeps it as a later decision of the visit', async () => {
    const { id } = await store.addVisit(aVisit());
    expect(await concierge.unlock({ lockId: 'front-lock', eventId: id, by })).toBe('Front lock is unlocked.');
    expect(lock.commands).toEqual(['unlock']);
    expect((await store.decisions(id)).map(({ unlock }) => unlock)).toEqual([false, true]);
    expect((await store.event(id))?.decision.unlock).toBe(false);
  });

  it('refuses while the lock is not plainly locked, and keeps that too', async () => {
    const { id } = await store.addVisit(aVisit());
    lock.become('jammed');
    const order = { lockId: 'front-lock', eventId: id, by };
    await expect(concierge.unlock(order)).rejects.toThrow(
      'Front lock is not plainly locked (jammed), so it was left alone.',
    );
    expect((await store.decisions(id)).map(({ unlock }) => unlock)).toEqual([false, false]);
    expect(lock.commands).toEqual([]);
  });

  it('refuses while Latchkey is stopping, and for a visit that is not in the history', async () => {
    await expect(concierge.unlock({ lockId: 'front-lock', eventId: 99, by })).rejects.toThrow();
    doorkeeper.stop();
    const order = { lockId: 'front-lock', eventId: null, by };
    await expect(concierge.unlock(order)).rejects.toThrow('Latchkey is stopping, so nothing was opened.');
    expect(lock.commands).toEqual([]);
  });

  it('enrols from the face of a visit, and not somebody else under the same name', async () => {
    const first = await store.addVisit(aVisit({ faces: faced(1) }));
    const other = await store.addVisit(aVisit({ faces: faced(9) }));
    expect(await concierge.enrol(first.id, 'Grandma', by)).toMatch(/^Grandma is enrolled, from one picture\./);
    await expect(concierge.enrol(other.id, 'Grandma', by)).rejects.toThrow(/unlike the pictures enrolled before/);
    await expect(concierge.enrol(99, 'Kurt', by)).rejects.toThrow('That visit is not in the history any more.');
    const people = await store.people(embeddingModel);
    expect(people.map(({ name, templates }) => [name, templates.length])).toEqual([['Grandma', 1]]);
  });

  it('tells how things stand, who is there and who came today', async () => {
    await store.addVisit(aVisit());
    await store.addVisit(aVisit({ triggeredAt: evening + 1000 }));
    await store.addVisit(aVisit({ triggeredAt: evening - 24 * 3600_000 }));
    expect(await concierge.status()).toBe(
      'Front lock is locked.\nCameras: Front Door.\nFace unlock asks an owner, and armed.\nThe cloud is down.',
    );
    expect(await concierge.who()).toBe('Somebody is at Front Door.\nToday: 2 strangers, last at 19:30.');
  });

  it('shows the latest picture with its own time, and says where there is none', async () => {
    await expect(concierge.snapshot('front-door')).rejects.toThrow('There is no picture of Front Door yet.');
    const bestFrame = { width: 640, height: 360, takenAt: evening + 800, thumbnail: jpeg };
    await store.addVisit(aVisit({ bestFrame }));
    const shown = await concierge.snapshot('front-door');
    expect([[...shown.jpeg], shown.takenAt]).toEqual([[...jpeg], evening + 800]);
  });

  it('leaves ignored strangers out of what it tells, and counts their visits', async () => {
    await store.addVisit(aVisit());
    await store.addVisit(aVisit({ triggeredAt: evening + 1000, ignored: true }));
    expect(await concierge.who()).toBe('Somebody is at Front Door.\nToday: a stranger at 19:30.');
    expect(await concierge.digest(evening, evening + 60_000)).toMatchObject({ visits: 2, strangers: 1 });
  });

  it('counts the week by the clock at home', async () => {
    await store.addVisit(aVisit());
    await store.addVisit(aVisit({ triggeredAt: evening + 7 * 24 * 3600_000 }));
    const figures = await concierge.digest(evening, evening + 7 * 24 * 3600_000);
    expect(figures).toMatchObject({ visits: 1, strangers: 1, unlocks: 0, people: [] });
    // A Sunday, half past six in the evening of UTC.
    expect(figures.hours[6]?.[19]).toBe(1);
  });
});
