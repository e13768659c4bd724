/** What recordings add to the history, that every list and count follows, and that nothing decided is touched. */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { History } from '../../src/dashboard/api.ts';
import { EventStore } from '../../src/store/event-store.ts';
import type { Recorded } from '../../src/visits/visit.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { freshFolder } from './folders.ts';
import { aFace, aVisit, embedding, evening, jpeg } from './visits.ts';

let folder: string;
let store: EventStore;
let history: History;

beforeEach(async () => {
  folder = freshFolder();
  store = await EventStore.open(folder);
  history = new History(store.database, {
    cameras: new Map(),
    timeZone: 'UTC',
    clock: new VirtualClock(evening + 60_000),
  });
});
afterEach(() => store.close());

const ada = { kind: 'person', personId: 1, name: 'Ada', similarity: 0.81 } as const;

const weak = aVisit({
  identity: { kind: 'nobody' },
  frames: 1,
  bestFrame: { width: 640, height: 360, takenAt: evening, thumbnail: jpeg },
  detections: [],
  faces: [],
  sentence: 'Front Door saw nothing known.',
});

function recorded(changes: Partial<Recorded> = {}): Recorded {
  return {
    identity: ada,
    frames: 20,
    bestFrame: { width: 1920, height: 1080, takenAt: evening + 2000, thumbnail: jpeg.slice(0, 6) },
    detections: [{ label: 'person', confidence: 0.9, box: [10, 10, 400, 900] }],
    faces: [{ face: aFace(), personId: 1, personName: 'Ada', similarity: 0.81 }],
    ignored: false,
    sentence: 'Its recording shows Ada.',
    ...changes,
  };
}

const enrolAda = () => store.enrol('ada', 'Ada', [{ embedding: embedding(1), model: 'faceres-1', source: 'test' }]);

const subjects = async () => {
  const rows = await store.database.all<{ subject: string; visits: number }>(
    'SELECT subject, sum(length(quarters) - length(removed)) / 2 AS visits FROM visit_days GROUP BY subject',
  );
  return Object.fromEntries(rows.map(({ subject, visits }) => [subject, visits]));
};

describe('filling a visit from its recording', () => {
  it('puts who and what was recorded, and its picture, in the place of what the visit saw', async () => {
    await enrolAda();
    const { id, thumbnail } = await store.addVisit(weak);
    const filled = await store.fillFromRecording(id, recorded());
    expect(filled).toMatchObject({
      identity: ada,
      frames: 21,
      frame: { width: 1920, height: 1080, takenAt: evening + 2000 },
      detections: recorded().detections,
      faces: [{ personId: 1, personName: 'Ada' }],
      recording: 'shown',
      sentence: 'Front Door saw nothing known. Its recording shows Ada.',
    });
    expect(filled?.thumbnail).not.toBe(thumbnail);
    expect(await store.thumbnails.remove(thumbnail as string)).toBe(false);
    expect(await store.thumbnails.remove(filled?.thumbnail as string)).toBe(true);
  });

  it('leaves the decision, its gates, the lock and whether the owner has seen it as they were', async () => {
    const before = await store.addVisit(
      aVisit({ ...weak, lockError: 'The lock is jammed.', failure: 'no picture came.' }),
    );
    await store.fillFromRecording(before.id, recorded());
    const after = await store.event(before.id);
    for (const part of ['decision', 'decidedAt', 'unlocked', 'lockId', 'lockError', 'failure', 'seen', 'ms'] as const)
      expect(after?.[part]).toEqual(before[part]);
  });

  it('is followed by every list and count', async () => {
    await enrolAda();
    const { id } = await store.addVisit(weak);
    await store.fillFromRecording(id, recorded());
    expect(await subjects()).toMatchObject({ all: 1, 'identity:person': 1, 'person:Ada': 1, 'label:person': 1 });
    expect(await subjects()).not.toHaveProperty('identity:nobody');
    expect((await history.events({ text: 'recording' })).events.map((event) => event.id)).toEqual([id]);
    expect((await history.event(id))?.fromRecording).toBe(true);
    await store.database.run('DELETE FROM events');
    expect(await subjects()).toEqual({});
  });

  it('leaves the counts as if they were made anew, whatever was seen before and after', async () => {
    const labels = fc.uniqueArray(fc.constantFrom('person', 'dog', 'car'));
    const identity = fc.constantFrom(ada, { kind: 'stranger' } as const, { kind: 'nobody' } as const);
    const box = [10, 10, 400, 300] as const;
    const detections = (names: string[]) => names.map((label) => ({ label, confidence: 0.5, box }));
    const one = fc.record({ before: labels, after: labels, who: identity, hours: fc.nat({ max: 60 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 6 }), async (visits) => {
        await store.database.run('DELETE FROM events');
        for (const { before, after, who, hours } of visits) {
          const visit = { ...weak, triggeredAt: evening + hours * 3_600_000, detections: detections(before) };
          const { id } = await store.addVisit(visit);
          const faces = who.kind === 'person' ? recorded().faces : [];
          await store.fillFromRecording(id, recorded({ identity: who, detections: detections(after), faces }));
        }
        const anew = await store.database.all<{ subject: string; visits: number }>(
          'SELECT subject, count(*) AS visits FROM event_subjects GROUP BY subject',
        );
        expect(await subjects()).toEqual(Object.fromEntries(anew.map(({ subject, visits: n }) => [subject, n])));
      }),
      { numRuns: 25 },
    );
  });

  it('happens once, and not to a visit that is gone or of which somebody is known by now', async () => {
    const { id } = await store.addVisit(weak);
    const stranger = await store.addVisit(aVisit());
    await store.fillFromRecording(id, recorded({ identity: { kind: 'stranger' }, faces: [] }));
    for (const one of [id, stranger.id, 999]) expect(await store.fillFromRecording(one, recorded())).toBeNull();
    expect((await store.event(id))?.identity).toEqual({ kind: 'stranger' });
    expect(await store.database.get('SELECT count(*) AS n FROM faces WHERE person_name IS NOT NULL')).toEqual({ n: 0 });
  });

  it('marks it as ignored where the recording shows nobody else', async () => {
    const { id } = await store.addVisit(weak);
    const filled = await store.fillFromRecording(
      id,
      recorded({ identity: { kind: 'stranger' }, faces: [], ignored: true }),
    );
    expect(filled).toMatchObject({ identity: { kind: 'stranger' }, ignored: true });
  });

  it('unlinks somebody who was forgotten meanwhile', async () => {
    const { id } = await store.addVisit(weak);
    const filled = await store.fillFromRecording(id, recorded());
    expect(filled?.identity).toEqual({ ...ada, personId: null });
  });

  it('leaves no picture behind where it cannot be written', async () => {
    const { id } = await store.addVisit(weak);
    const broken = recorded({ bestFrame: { width: 1, height: 1, takenAt: Number.NaN, thumbnail: jpeg } });
    await expect(store.fillFromRecording(id, broken)).rejects.toThrow(/no time/);
    expect(await store.thumbnails.sweep(Date.now() + 1e9, async () => new Set())).toBe(1);
    expect(await subjects()).toMatchObject({ 'identity:nobody': 1 });
  });
});

describe('visits that await their recording', () => {
  it('are those with a recording in which nobody was seen, until it was looked at', async () => {
    const awaiting = async () => (await store.awaitingRecordings(evening)).map(({ id }) => id);
    const first = await store.addVisit(weak);
    const second = await store.addVisit({ ...weak, triggeredAt: evening + 1000 });
    const third = await store.addVisit({ ...weak, triggeredAt: evening + 2000 });
    await store.addVisit({ ...weak, triggeredAt: evening - 1 });
    await store.addVisit({ ...weak, recordingId: null });
    await store.addVisit(aVisit());
    expect(await awaiting()).toEqual([third.id, second.id, first.id]);
    await store.settleRecording(third.id, 'none');
    await store.settleRecording(second.id, 'empty');
    await store.fillFromRecording(first.id, recorded());
    expect(await awaiting()).toEqual([]);
    expect((await store.event(third.id))?.recording).toBe('none');
  });
});

describe('a visit of the past', () => {
  const past = aVisit({ recordingId: '88', lockId: null, decision: { unlock: false, gates: [] } });

  it('is written as seen, and as no decision', async () => {
    const event = await store.addPastVisit(past);
    expect(event).toMatchObject({
      seen: true,
      recording: 'shown',
      unlocked: false,
      decision: { unlock: false, gates: [] },
    });
    expect(await subjects()).toMatchObject({ 'decision:none': 1 });
    expect((await history.events({ unseen: true })).events).toEqual([]);
  });

  it('is written once, however it came into the history', async () => {
    await store.addPastVisit(past);
    expect(await store.addPastVisit(past)).toBeNull();
    await store.addVisit(aVisit({ recordingId: '89', triggeredAt: evening + 5 }));
    expect(await store.addPastVisit({ ...past, recordingId: '89' })).toBeNull();
    expect(await store.addPastVisit({ ...past, cameraId: 'back' })).not.toBeNull();
    expect((await store.knownVisits('front-door', evening)).map(({ recordingId }) => recordingId)).toEqual([
      '88',
      '89',
    ]);
  });
});
