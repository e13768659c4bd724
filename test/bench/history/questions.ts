/** What the page asks, beside the same asked of the plain tables in one naive statement. */
import type { History } from '../../../src/dashboard/api.ts';
import type { EventFilter, Subject } from '../../../src/dashboard/api-types.ts';
import type { Database } from '../../../src/store/database.ts';
import { cameras, people } from './household.ts';
import type { Random } from './random.ts';

export interface Question {
  name: string;
  /** Milliseconds at the 95th percentile that are aimed at; null where there is no aim. */
  goal: number | null;
  ask(history: History, random: Random): Promise<unknown>;
  naively(database: Database, random: Random): Promise<unknown>;
}

/** Where a history lies, in milliseconds since the epoch. */
export interface Span {
  from: number;
  to: number;
}

export function questionsOf(span: Span): Question[] {
  const yearAgo = new Date(span.to - 365 * 86_400_000).toISOString();
  return [
    ...lists(span),
    {
      name: 'heatmap over a year',
      goal: 50,
      ask: (history) => history.heatmap({ range: { days: 365 } }),
      naively: (database) =>
        database.all(
          `SELECT strftime('%w', recorded_at) AS weekday, strftime('%H', recorded_at) AS hour, count(*) AS visits
            FROM events WHERE recorded_at >= ? GROUP BY 1, 2`,
          [yearAgo],
        ),
    },
    {
      name: 'heatmap over a year, one subject and camera',
      goal: 50,
      ask: (history, random) =>
        history.heatmap({
          range: { days: 365 },
          subject: random.pick<Subject>(['label:cat', 'identity:stranger', 'person:Ben']),
          camera: 'front-door',
        }),
      naively: (database, random) =>
        database.all(
          `SELECT strftime('%w', recorded_at) AS weekday, strftime('%H', recorded_at) AS hour, count(*) AS visits
            FROM events e WHERE recorded_at >= ? AND camera_id = 'front-door'
              AND EXISTS (SELECT 1 FROM detections d WHERE d.event_id = e.id AND d.label = ?) GROUP BY 1, 2`,
          [yearAgo, random.pick(['cat', 'dog', 'car'])],
        ),
    },
    {
      name: 'calendar of a year',
      goal: 50,
      ask: (history) => history.calendar({ range: { days: 365 } }),
      naively: (database) =>
        database.all(
          `SELECT date(recorded_at) AS day, count(*) AS visits FROM events WHERE recorded_at >= ? GROUP BY 1`,
          [yearAgo],
        ),
    },
    {
      name: 'where in the picture, a year',
      goal: 50,
      ask: (history, random) => history.picture({ range: { days: 365 }, camera: random.pick(Object.keys(cameras)) }),
      naively: (database, random) =>
        database.all(
          `SELECT CAST((bbox_x1 + bbox_x2) / 2 * 32 / frame_width AS INTEGER) AS x,
              CAST((bbox_y1 + bbox_y2) / 2 * 18 / frame_height AS INTEGER) AS y, count(*) AS boxes
            FROM detections JOIN events e ON e.id = event_id WHERE recorded_at >= ? AND camera_id = ? GROUP BY 1, 2`,
          [yearAgo, random.pick(Object.keys(cameras))],
        ),
    },
    {
      name: 'statistics of 30 days',
      goal: 50,
      ask: (history) => history.stats({ range: { days: 30 } }),
      naively: (database) => naiveStats(database, new Date(span.to - 30 * 86_400_000).toISOString()),
    },
    {
      name: 'statistics of a year',
      goal: 50,
      ask: (history) => history.stats({ range: { days: 365 } }),
      naively: (database) => naiveStats(database, yearAgo),
    },
  ];
}

interface ListQuestion {
  name: string;
  filter: (random: Random) => EventFilter;
  where: (random: Random) => { sql: string; values: string[] };
}

const hasLabel = 'EXISTS (SELECT 1 FROM detections d WHERE d.event_id = e.id AND d.label = ?)';

function lists(span: Span): Question[] {
  const asked: ListQuestion[] = [
    { name: 'no filter', filter: () => ({}), where: () => ({ sql: '1', values: [] }) },
    {
      name: 'a camera',
      filter: (random) => ({ camera: [random.pick(Object.keys(cameras))] }),
      where: (random) => ({ sql: 'camera_id = ?', values: [random.pick(Object.keys(cameras))] }),
    },
    {
      name: 'a person',
      filter: (random) => ({ person: [random.pick(people)] }),
      where: (random) => ({ sql: 'person_name = ?', values: [random.pick(people)] }),
    },
    {
      name: 'strangers',
      filter: () => ({ identity: ['stranger'] }),
      where: () => ({ sql: 'identity = ?', values: ['stranger'] }),
    },
    {
      name: 'a rare label',
      filter: () => ({ label: ['umbrella'] }),
      where: () => ({ sql: hasLabel, values: ['umbrella'] }),
    },
    {
      name: 'a person and a label',
      filter: (random) => ({ person: [random.pick(people)], label: ['cat'] }),
      where: (random) => ({ sql: `person_name = ? AND ${hasLabel}`, values: [random.pick(people), 'cat'] }),
    },
    {
      name: 'what a camera never sees',
      filter: () => ({ camera: ['garden'], trigger: ['ding'] }),
      where: () => ({ sql: 'camera_id = ? AND trigger_kind = ?', values: ['garden', 'ding'] }),
    },
    {
      name: 'what never happens anywhere',
      filter: () => ({ identity: ['nobody'], decision: ['opened'] }),
      where: () => ({ sql: 'identity = ? AND unlocked = 1', values: ['nobody'] }),
    },
    {
      name: 'text',
      filter: (random) => ({ text: random.pick(['door', 'chloe stayed', 'umbr', 'garage saw cat']) }),
      where: (random) => ({
        sql: 'sentence LIKE ?',
        values: [random.pick(['%door%', '%Chloé%stayed%', '%umbr%', '%Garage saw cat%'])],
      }),
    },
    { name: 'unseen', filter: () => ({ unseen: true }), where: () => ({ sql: 'seen = 0', values: [] }) },
  ];
  return asked.map(({ name, filter, where }) => ({
    name: `50 at any depth: ${name}`,
    goal: 15,
    ask: (history, random) =>
      history.events({
        ...filter(random),
        cursor: `${Math.floor(span.from + random.next() * (span.to - span.from))}-1`,
      }),
    naively: async (database, random) => {
      const { sql, values } = where(random);
      // What a page number costs: everything before it is read and thrown away.
      const offset = random.whole(10_000);
      const rows = await database.all<{ id: number }>(
        `SELECT * FROM events e WHERE ${sql} ORDER BY recorded_at DESC, id DESC LIMIT 50 OFFSET ?`,
        [...values, offset],
      );
      for (const table of ['detections', 'faces']) {
        await database.all(`SELECT * FROM ${table} WHERE event_id IN (${rows.map(({ id }) => id).join(', ')})`);
      }
    },
  }));
}

async function naiveStats(database: Database, from: string): Promise<void> {
  const ask = (sql: string) => database.all(sql, [from]);
  await ask(
    `SELECT date(recorded_at) AS day, label, count(DISTINCT e.id) AS visits FROM events e JOIN detections d ON d.event_id = e.id WHERE recorded_at >= ? GROUP BY 1, 2`,
  );
  await ask(`SELECT identity, unlocked, count(*) AS visits FROM events WHERE recorded_at >= ? GROUP BY 1, 2`);
  await ask(
    `SELECT person_name, strftime('%H', recorded_at) AS hour, count(*) AS visits, min(recorded_at), max(recorded_at) FROM events WHERE recorded_at >= ? GROUP BY 1, 2`,
  );
  await ask(
    `SELECT gate, count(*) AS visits FROM gates g JOIN events e ON e.id = g.event_id WHERE recorded_at >= ? AND pass = 0 GROUP BY 1`,
  );
}
