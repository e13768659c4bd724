/** The made-up history of the benches: written in an old schema, and brought up to date as an owner's would be. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { History } from '../../../src/dashboard/api.ts';
import { Database } from '../../../src/store/database.ts';
import { migrate, migrations } from '../../../src/store/migrations/migrate.ts';
import { copyLater, enrolHousehold, fill } from './fill.ts';
import { cameras, moments, visitAt } from './household.ts';
import { seeded } from './random.ts';

const from = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;
const visits = 40;

it('a made-up history fits the schema it begins with, and every visit of it is there after the migrations', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'latchkey.db');
  await writeFile(file, '');
  const database = await Database.open(file);
  onTestFinished(() => database.close());
  await migrate(database, migrations.slice(0, 3));
  await enrolHousehold(database, from);
  const random = seeded(7);
  const made = [...moments(random, visits, from, from + 30 * dayMs)].map((at) => visitAt(random, at));
  await fill(database, made, () => {});
  await copyLater(database, visits, 1, 30);
  await migrate(database);
  const history = new History(database, { cameras: new Map(Object.entries(cameras)), timeZone: 'Europe/Berlin' });
  const { events } = await history.events({ limit: 200 });
  expect(events).toHaveLength(2 * visits);
  expect(new Set(events.map(({ at }) => at)).size).toBe(2 * visits);
});
