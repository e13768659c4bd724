/** Heatmaps, calendars and statistics, held against the same counted visit by visit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HomeZone } from '../../src/dashboard/zone.ts';
import { migrations } from '../../src/store/migrations/migrate.ts';
import type { Visit } from '../../src/visits/visit.ts';
import { clockAt, historyOf, historyWith, known, openStore, seen, visitAt } from './histories.ts';

const zones = ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Santiago', 'UTC'];

/** The home's hour and weekday as the platform's own calendar tells them. */
function wallClock(at: number, timeZone: string) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string) => parts.find((other) => other.type === type)?.value ?? '';
  return {
    weekday: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(part('weekday')),
    hour: Number(part('hour')),
  };
}

const yearStart = Date.UTC(2026, 0, 5);
const time = fc.integer({ min: yearStart, max: Date.UTC(2026, 10, 22) });

describe('hour by weekday', () => {
  it("counts each visit in the home's own hour, in any zone, all the year round", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...zones),
        fc.array(time, { minLength: 1, maxLength: 40 }),
        async (timeZone, times) => {
          const { store, history } = await historyWith(
            times.map((at) => visitAt(at)),
            { timeZone },
          );
          const { cells, visits } = await history.heatmap({ range: { first: '2026-01-01', last: '2026-11-23' } });
          expect(visits).toBe(times.length);
          for (const cell of cells) {
            const mine = times.filter((at) => {
              const { weekday, hour } = wallClock(at, timeZone);
              return weekday === cell.weekday && hour === cell.hour;
            });
            expect(cell.visits ?? 0).toBe(mine.length);
          }
          await store.close();
        },
      ),
      { numRuns: 20 },
    );
  });

  it('counts both hours that the clock shows twice, and calls the hour it skips no data', async () => {
    const autumn = ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'].map((at) => visitAt(at));
    const { history } = await historyWith([visitAt('2026-03-28T22:00:00.000Z'), ...autumn]);
    const sunday = async (date: string) =>
      (await history.heatmap({ range: { first: date, last: date } })).cells.filter(({ weekday }) => weekday === 0);
    expect((await sunday('2026-10-25'))[2]).toEqual({ weekday: 0, hour: 2, visits: 2, hours: 2 });
    const spring = await sunday('2026-03-29');
    expect(spring[1]).toEqual({ weekday: 0, hour: 1, visits: 0, hours: 1 });
    expect(spring[2]).toEqual({ weekday: 0, hour: 2, visits: null, hours: 0 });
  });

  it('tells no visit from no data', async () => {
    const { history } = await historyWith([visitAt('2026-11-20T09:00:00.000Z')]);
    const { cells } = await history.heatmap({ range: { days: 7 } });
    const at = (weekday: number, hour: number) => cells[weekday * 24 + hour]?.visits;
    // The history begins on Friday at 10; it is Sunday 13 o'clock now.
    expect([at(5, 9), at(5, 10), at(5, 11), at(0, 12), at(0, 14), at(3, 10)]).toEqual([null, 1, 0, 0, null, null]);
  });

  it('counts one subject and one camera only, where asked', async () => {
    const { history } = await historyWith([
      visitAt('2026-11-20T09:00:00.000Z', { detections: seen('cat', 'cat') }),
      visitAt('2026-11-20T09:05:00.000Z', { detections: seen('dog'), cameraId: 'garden' }),
      visitAt('2026-11-20T09:10:00.000Z', { detections: seen('cat'), cameraId: 'garden', identity: known('Anna') }),
    ]);
    const visits = async (subject: 'all' | `label:${string}` | `person:${string}`, camera?: string) =>
      (await history.heatmap({ range: { days: 7 }, subject, camera })).visits;
    expect(await visits('label:cat')).toBe(2);
    expect(await visits('label:cat', 'garden')).toBe(1);
    expect(await visits('person:Anna')).toBe(1);
    expect(await visits('all', 'cellar')).toBe(0);
  });
});

describe('the visits behind a cell', () => {
  it('are as many as the cell says, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...zones),
        fc.array(time, { minLength: 1, maxLength: 40 }),
        async (timeZone, times) => {
          const { store, history } = await historyWith(
            times.map((at) => visitAt(at)),
            { timeZone },
          );
          const range = { first: '2026-01-01', last: '2026-11-23' };
          const { cells } = await history.heatmap({ range });
          for (const { weekday, hour, visits } of cells.filter((cell) => cell.visits).slice(0, 6)) {
            const found: number[] = [];
            let cursor: string | undefined;
            do {
              const page = await history.events({ ...range, weekday, hour, limit: 1, cursor });
              found.push(...page.events.map(({ id }) => id));
              cursor = page.next ?? undefined;
            } while (cursor);
            expect(new Set(found).size).toBe(visits);
            expect(found).toHaveLength(visits ?? 0);
          }
          await store.close();
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('the calendar', () => {
  it("counts by the home's date, with null before the history and after today", async () => {
    const { history } = await historyWith([visitAt('2026-11-20T22:59:00.000Z'), visitAt('2026-11-20T23:01:00.000Z')]);
    const { days } = await history.calendar({ range: { first: '2026-11-19', last: '2026-11-23' } });
    expect(days.map(({ visits }) => visits)).toEqual([null, 1, 1, 0, null]);
    expect(await history.days({ days: 7 })).toEqual([
      { date: '2026-11-21', visits: 1, strangers: 1, opened: 0 },
      { date: '2026-11-20', visits: 1, strangers: 1, opened: 0 },
    ]);
  });
});

describe('where in the picture', () => {
  it('lays every box over the cells it covers', async () => {
    const { history } = await historyWith([
      visitAt('2026-11-20T09:00:00.000Z', { detections: seen('cat', 'dog') }),
      visitAt('2026-11-20T09:00:00.000Z', { detections: seen('cat'), cameraId: 'garden' }),
    ]);
    const heat = await history.picture({ range: { days: 7 }, camera: 'front-door' });
    // 480..960 of 1920 by 270..540 of 1080: columns 8 to 16 of 32, rows 4 to 9 of 18.
    const expected = Array.from({ length: 18 * 32 }, (_, at) => {
      const [row, column] = [Math.floor(at / 32), at % 32];
      return row >= 4 && row <= 9 && column >= 8 && column <= 16 ? 2 : 0;
    });
    expect(heat.cells).toEqual(expected);
    expect(heat.boxes).toBe(2);
    expect((await history.picture({ range: { days: 7 }, camera: 'front-door', label: 'dog' })).boxes).toBe(1);
  });
});

describe('what was rolled up', () => {
  const anyVisits = fc.array(
    fc.record({
      at: time,
      label: fc.constantFrom('cat', 'dog'),
      who: fc.constantFrom<Visit['identity']>({ kind: 'stranger' }, known('Anna')),
    }),
    { minLength: 2, maxLength: 15 },
  );
  const dump = async (store: Awaited<ReturnType<typeof openStore>>) => ({
    order: await store.database.all('SELECT event_id FROM event_order ORDER BY moment'),
    visits: await store.database.all(
      `SELECT subject, day, camera_id, length(quarters) - length(removed) AS n FROM visit_days`,
    ),
    boxes: await store.database.all(
      `SELECT camera_id, label, day, length(boxes) - length(removed) AS n FROM picture_days`,
    ),
  });

  it('is the same whether visits were added one by one, or deleted, or filled in from an old history', async () => {
    await fc.assert(
      fc.asyncProperty(anyVisits, async (visits) => {
        const store = await openStore();
        for (const { at, label, who } of visits)
          await store.addVisit(visitAt(at, { detections: seen(label), identity: who }));
        await store.database.run('DELETE FROM events WHERE id % 3 = 0');
        const kept = await dump(store);
        const heat = await historyOf(store).heatmap({ range: { days: 365 } });
        await store.database.run('DELETE FROM event_order');
        await store.database.run('DELETE FROM event_terms');
        await store.database.run('DELETE FROM visit_days');
        await store.database.run('DELETE FROM picture_days');
        await store.database.run('INSERT INTO event_index SELECT id FROM events');
        expect(await dump(store)).toEqual(kept);
        expect(await historyOf(store).heatmap({ range: { days: 365 } })).toEqual(heat);
        await store.close();
      }),
      { numRuns: 15 },
    );
  });
});

describe('statistics', () => {
  it('add up visits by day and label, people, refusals and response times', async () => {
    const gate = (name: string, pass: boolean) => ({ gate: name, pass, value: 1, limit: 1 });
    const { store, history } = await historyWith([
      visitAt('2026-11-19T07:00:00.000Z', {
        identity: known('Anna'),
        unlocked: true,
        decision: { unlock: true, gates: [gate('similarity', true)] },
        detections: seen('person'),
      }),
      visitAt('2026-11-20T07:30:00.000Z', {
        identity: known('Anna'),
        decision: { unlock: false, gates: [gate('frames', false), gate('cooldown', false)] },
        detections: seen('person', 'dog'),
      }),
      visitAt('2026-11-20T09:00:00.000Z', { identity: { kind: 'nobody' }, detections: seen('cat') }),
      visitAt('2026-11-20T10:00:00.000Z', { decision: { unlock: false, gates: [gate('similarity', false)] } }),
    ]);
    const stats = await history.stats({ range: { days: 7 } });
    expect(stats.totals).toEqual({ visits: 4, known: 2, strangers: 1, ignored: 0, opened: 1, failed: 0, refused: 2 });
    expect(stats.days.map(({ visits }) => visits)).toEqual([0, 0, 0, 1, 3, 0, 0]);
    expect(stats.days[4]).toEqual({ date: '2026-11-20', visits: 3, labels: { person: 2, dog: 2, cat: 1 } });
    expect(stats.refusals).toEqual([
      { gate: 'cooldown', title: 'Let in just before', visits: 1 },
      { gate: 'similarity', title: 'Not like anybody enrolled', visits: 1 },
    ]);
    expect(stats.people).toMatchObject([
      { person: 'Anna', visits: 2, firstSeen: '2026-11-19T07:00:00.000Z', lastSeen: '2026-11-20T07:30:00.000Z' },
    ]);
    expect(stats.people[0]?.hours[8]).toBe(2);
    expect(stats.ms.decision).toEqual({ count: 4, p50: 1450, p95: 1450 });
    await store.database.run('DELETE FROM events');
    expect((await history.stats({ range: { days: 7 } })).totals.visits).toBe(0);
  });

  it('put the visits of one stranger together and leave out who came once', async () => {
    const face = (embedding: Float32Array) => [
      {
        face: { ...(visitAt(0).faces[0] as Visit['faces'][number]).face, embedding },
        personId: null,
        personName: null,
        similarity: 0.1,
      },
    ];
    const [a, b] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
    const { history } = await historyWith([
      visitAt('2026-11-18T10:00:00.000Z', { faces: face(a) }),
      visitAt('2026-11-19T10:00:00.000Z', { faces: face(b) }),
      visitAt('2026-11-20T10:00:00.000Z', { faces: face(a) }),
    ]);
    const { strangers, faces } = await history.strangers({ days: 30 });
    expect(faces).toBe(3);
    expect(strangers).toMatchObject([
      { visits: 2, firstSeen: '2026-11-18T10:00:00.000Z', lastSeen: '2026-11-20T10:00:00.000Z' },
    ]);
  });
});

describe("the home's zone", () => {
  it('finds the beginning of a date, also where clocks skip midnight', () => {
    expect(new HomeZone('Europe/Berlin').startOf('2026-07-01')).toBe(Date.parse('2026-06-30T22:00:00Z'));
    // Chile springs forward at midnight.
    expect(new HomeZone('America/Santiago').startOf('2026-09-06')).toBe(Date.parse('2026-09-06T04:00:00Z'));
    expect(new HomeZone('Asia/Kathmandu').startOf('2026-01-01')).toBe(Date.parse('2025-12-31T18:15:00Z'));
  });
});

describe('people and health', () => {
  it('warn of people who look alike, and know the history at large', async () => {
    const { store, history } = await historyWith(
      [visitAt('2026-11-22T09:00:00.000Z'), visitAt('2026-11-21T09:00:00.000Z')],
      { clock: clockAt(Date.UTC(2026, 10, 22, 12)) },
    );
    const template = (...values: number[]) => [
      { embedding: Float32Array.from(values), model: 'm', source: 'event 1, face 1' },
    ];
    await store.enrol('Anna', 'Anna', template(1, 0, 0));
    await store.enrol('Ann', 'Ann', template(0.8, 0.6, 0));
    await store.enrol('Ben', 'Ben', template(0, 0, 1));
    const people = await history.people();
    expect(people.map(({ person, lookAlikes }) => [person, lookAlikes.map((other) => other.person)])).toEqual([
      ['Ann', ['Anna']],
      ['Anna', ['Ann']],
      ['Ben', []],
    ]);
    expect(people[0]?.templates[0]).toMatchObject({ event: 1, model: 'm' });
    expect(await history.health()).toMatchObject({
      schema: migrations.at(-1)?.version,
      visits: 2,
      unseen: 2,
      cameras: [
        { camera: 'front-door', visitsToday: 1 },
        { camera: 'garden', lastVisit: null },
      ],
    });
    expect(await history.choices()).toMatchObject({ labels: ['dog', 'person'], refused: [{ gate: 'similarity' }] });
  });
});

describe('visits by date', () => {
  it("are those of the home's own calendar, in any zone and range", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...zones),
        fc.array(time, { minLength: 1, maxLength: 60 }),
        async (timeZone, times) => {
          const { store, history } = await historyWith(
            times.map((at) => visitAt(at)),
            { timeZone },
          );
          await store.database.run('DELETE FROM events WHERE id % 4 = 0');
          const kept = times.filter((_, index) => (index + 1) % 4 !== 0);
          const format = new Intl.DateTimeFormat('en-CA', { timeZone });
          const { days } = await history.calendar({ range: { first: '2026-02-01', last: '2026-11-10' } });
          for (const { date, visits } of days) {
            expect(visits ?? 0, date).toBe(kept.filter((at) => format.format(at) === date).length);
          }
          await store.close();
        },
      ),
      { numRuns: 12 },
    );
  });
});
