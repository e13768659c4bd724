/** Pages of events by any filter, held against the same filter done by hand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventCard, EventFilter } from '../../src/dashboard/api-types.ts';
import { freshGuard } from '../../src/policy/guard.ts';
import { decideUnlock } from '../../src/policy/unlock.ts';
import type { Visit } from '../../src/visits/visit.ts';
import { rules } from '../policy/rules.ts';
import { historyWith, known, seen, visitAt } from './histories.ts';

const labels = ['person', 'cat', 'dog', 'potted plant'];
const names = ['Anna', 'Ben Ökonom', 'x616C6C'];

const visit: fc.Arbitrary<Visit> = fc
  .record({
    // Few moments, so that many visits share one.
    at: fc.integer({ min: 0, max: 20 }).map((step) => Date.UTC(2026, 9, 25) + step * 333),
    cameraId: fc.constantFrom('front-door', 'garden'),
    trigger: fc.constantFrom('ding' as const, 'motion' as const),
    who: fc.constantFrom<Visit['identity']>({ kind: 'stranger' }, { kind: 'nobody' }, ...names.map(known)),
    seen: fc.subarray(labels),
    unlocked: fc.boolean(),
    lockId: fc.constantFrom('front', null),
  })
  .map(({ at, who, seen: things, unlocked, ...rest }) => {
    const name = who.kind === 'person' ? who.name : who.kind;
    return visitAt(at, {
      ...rest,
      identity: who,
      unlocked,
      decision: { unlock: unlocked, gates: [{ gate: 'similarity', pass: unlocked, value: 0.5, limit: 0.7 }] },
      detections: seen(...things),
      faces: [],
      sentence: `${name} came and saw ${things.join(', ')}.`,
    });
  });

const filter: fc.Arbitrary<EventFilter> = fc.record(
  {
    camera: fc.subarray(['front-door', 'garden', 'cellar'], { minLength: 1 }),
    person: fc.subarray(names, { minLength: 1 }),
    identity: fc.subarray(['person', 'stranger', 'nobody'] as const, { minLength: 1 }),
    label: fc.subarray([...labels, 'all'], { minLength: 1 }),
    trigger: fc.constant(['ding' as const]),
    decision: fc.subarray(['opened', 'refused', 'none', 'failed'] as const, { minLength: 1 }),
    refused: fc.constant(['similarity']),
    from: fc.constant('2026-10-25T00:00:01.000Z'),
    to: fc.constant('2026-10-25T00:00:04.662Z'),
    text: fc.constantFrom('anna', 'okonom came', 'PLANT', 'potted pl', 'stran', 'zebra', '…', '"; --'),
    unseen: fc.constant(true),
  },
  { requiredKeys: [] },
);

function matches(card: EventCard, asked: EventFilter): boolean {
  const has = <Value>(list: readonly Value[] | undefined, ...values: Value[]) =>
    !list || values.some((value) => list.includes(value));
  const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain(asked.text ?? '').match(/[\p{L}\p{N}]+/gu) ?? [];
  const said = plain(card.sentence).match(/[\p{L}\p{N}]+/gu) ?? [];
  return (
    has(asked.camera, card.camera) &&
    has(asked.person, card.person ?? '') &&
    has(asked.identity, card.identity) &&
    has(asked.label, ...card.detections.map(({ label }) => label)) &&
    has(asked.trigger, card.trigger) &&
    has(asked.decision, card.decision) &&
    (!asked.refused || card.decision === 'refused') &&
    (!asked.from || card.at >= asked.from) &&
    (!asked.to || card.at < asked.to) &&
    (asked.text === undefined || words.length > 0) &&
    words.every((word, index) =>
      said.some((other) => (index === words.length - 1 ? other.startsWith(word) : other === word)),
    )
  );
}

describe('a page of events', () => {
  it('holds what the filter asks for and nothing else, newest first, whole to the last page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(visit, { maxLength: 30 }),
        fc.array(filter, { minLength: 8, maxLength: 8 }),
        async (visits, filters) => {
          const { store, history } = await historyWith(visits);
          const all = (await history.events({ limit: 200 })).events;
          const newestFirst = [...all].sort((a, b) => b.at.localeCompare(a.at) || b.id - a.id);
          expect(all).toEqual(newestFirst);
          expect(all).toHaveLength(visits.length);
          for (const asked of filters) {
            const found: EventCard[] = [];
            let cursor: string | undefined;
            do {
              const page = await history.events({ ...asked, limit: 3, cursor });
              expect(page.events.length).toBeLessThanOrEqual(3);
              found.push(...page.events);
              cursor = page.next ?? undefined;
            } while (cursor);
            expect(found.map(({ id }) => id)).toEqual(all.filter((card) => matches(card, asked)).map(({ id }) => id));
          }
          await store.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('goes on where it ended although visits came and went between', async () => {
    const times = [1, 2, 3, 4, 5, 6].map((minute) => `2026-10-25T10:0${minute}:00.000Z`);
    const { store, history } = await historyWith(times.map((time) => visitAt(time)));
    const first = await history.events({ limit: 3 });
    await store.addVisit(visitAt('2026-10-25T11:00:00.000Z'));
    await store.database.run('DELETE FROM events WHERE id = ?', [first.events[2]?.id ?? 0]);
    const second = await history.events({ limit: 3, cursor: first.next ?? '' });
    expect([...first.events, ...second.events].map(({ at }) => at)).toEqual([...times].reverse());
    expect(second.next).toBeNull();
  });

  it('holds to both where dates of the home and moments are asked for', async () => {
    const times = ['2026-10-24T21:59', '2026-10-24T22:00', '2026-10-25T10:00', '2026-10-25T23:00'];
    const { history } = await historyWith(times.map((time) => visitAt(`${time}:00.000Z`)));
    const [first, last] = ['2026-10-25', '2026-10-25'];
    const asked = async (more: EventFilter) =>
      (await history.events({ first, last, ...more })).events.map(({ id }) => id);
    expect(await asked({})).toEqual([3, 2]);
    expect(await asked({ from: '2026-10-25T10:00:00Z' })).toEqual([3]);
    expect(await asked({ from: '2026-10-20T10:00:00Z', to: '2026-10-25T10:00:00Z' })).toEqual([2]);
    expect(await asked({ from: '2026-10-25T23:00:00Z', to: '2026-10-25T23:00:00.001Z' })).toEqual([]);
    expect(await asked({ weekday: 0, hour: 11, to: '2026-10-25T10:00:00.001Z' })).toEqual([3]);
  });

  it('refuses a cursor that is none', async () => {
    const { history } = await historyWith([]);
    await expect(history.events({ cursor: '1; DROP TABLE events' })).rejects.toThrow(
      'cursor must be the `next` of a page.',
    );
  });

  it('names cameras and people as the owner calls them', async () => {
    const { store, history } = await historyWith([]);
    await store.enrol('anna', 'Anna from next door', [
      { embedding: Float32Array.of(1, 0), model: 'm', source: 'a.jpg' },
    ]);
    await store.addVisit(visitAt('2026-10-25T10:00:00.000Z', { identity: known('anna') }));
    expect((await history.events()).events[0]).toMatchObject({
      cameraName: 'Front door',
      person: 'anna',
      personName: 'Anna from next door',
    });
  });
});

describe('one event', () => {
  it('explains every gate in a sentence and knows its neighbours', async () => {
    const { history } = await historyWith(['09', '10', '11'].map((hour) => visitAt(`2026-10-25T${hour}:00:00.000Z`)));
    const event = await history.event(2);
    expect(event).toMatchObject({ id: 2, older: 1, newer: 3, decision: 'refused', faces: [{ enrollable: true }] });
    expect(event?.gates.find(({ gate }) => gate === 'similarity')).toEqual({
      gate: 'similarity',
      pass: false,
      value: 0.4125,
      limit: 0.75,
      title: 'The face is like the enrolled one',
      why: '0.41, at least 0.75 is asked.',
    });
    expect(await history.event(99)).toBeNull();
  });

  it('of whom only the recording showed was kept shut, as no face was seen live: there, in the filter and in the figures', async () => {
    const none = { now: 0, rules, candidate: null, sightings: [], barred: new Set<number>(), rang: true };
    const decision = decideUnlock({ ...none, guard: freshGuard, lock: 'locked', armed: true });
    const weak: Partial<Visit> = { identity: { kind: 'nobody' }, frames: 0, detections: [], faces: [], decision };
    const { store, history } = await historyWith([visitAt('2026-11-21T10:00:00.000Z', weak)]);
    expect(await history.event(1)).toMatchObject({ decision: 'none', identity: 'nobody' });
    const { identity, frames, bestFrame, detections, faces } = visitAt(0);
    const recorded = { identity, frames, bestFrame, detections, faces, ignored: false, sentence: 'A stranger.' };
    await store.fillFromRecording(1, recorded);
    const event = await history.event(1);
    expect(event).toMatchObject({
      decision: 'refused',
      identity: 'stranger',
      fromRecording: true,
      unlockGranted: false,
    });
    const reasons = event?.gates.filter(({ pass }) => !pass).map(({ why }) => why);
    expect(reasons).toContain('No face was seen live.');
    expect(event?.gates.map(({ pass }) => pass)).toEqual(decision.gates.map(({ pass }) => pass));
    const { totals, refusals } = await history.stats({ range: { days: 7 } });
    expect(totals).toMatchObject({ refused: 1, opened: 0 });
    expect(refusals).toEqual([{ gate: 'face-size', title: 'No face seen live, or too small', visits: 1 }]);
    expect((await history.events({ refused: ['face-size'] })).events.map(({ id }) => id)).toEqual([1]);
  });
});
