/** `npm run bench:history`: what the page asks of a million events, and what it costs to keep them. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Progress } from '../../src/cli/progress.ts';
import { History } from '../../src/dashboard/api.ts';
import { Database } from '../../src/store/database.ts';
import { insertVisit } from '../../src/store/events.ts';
import { migrate, migrations } from '../../src/store/migrations/migrate.ts';
import { copyLater, enrolHousehold, fill } from './history/fill.ts';
import { cameras, moments, visitAt } from './history/household.ts';
import { questionsOf } from './history/questions.ts';
import { seeded } from './history/random.ts';
import { quantile } from './measure.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '60' },
    'naive-rounds': { type: 'string', default: '5' },
    keep: { type: 'string' },
  },
});
const count = Math.max(100, Number(values.events) || 0);
const rounds = Math.max(1, Number(values.rounds) || 0);
const naiveRounds = Math.max(1, Number(values['naive-rounds']) || 0);

const dayMs = 86_400_000;
/** Ten half-years: the first is made up visit by visit, the others repeat it with their own dates. */
const halfYears = 10;
const halfYearDays = 182;
const to = Date.UTC(2026, 10, 22);
const from = to - halfYears * halfYearDays * dayMs;

const say = (text: string) => process.stdout.write(`${text}\n`);
const folder = values.keep ?? (await mkdtemp(join(tmpdir(), 'latchkey-bench-')));
const file = join(folder, 'latchkey.db');
try {
  const database = await makeHistory();
  const migrating = performance.now();
  await migrate(database);
  say(`schema 3 to ${migrations.at(-1)?.version} with ${count} events: ${seconds(performance.now() - migrating)}`);
  await database.all('PRAGMA wal_checkpoint(TRUNCATE)');
  say(`bytes of database an event: ${Math.round((await stat(file)).size / count)}, pictures apart`);
  await measureIngest(database);
  await database.close();
  await measureQuestions();
} finally {
  if (values.keep === undefined) await rm(folder, { recursive: true, force: true });
}

async function makeHistory(): Promise<Database> {
  await writeFile(file, '');
  const database = await Database.open(file);
  await migrate(database, migrations.slice(0, 3));
  await enrolHousehold(database, from);
  const unique = Math.ceil(count / halfYears);
  const progress = new Progress('Making up visits', Math.ceil(unique / 1000) + halfYears - 1);
  const random = seeded(7);
  const visits = function* () {
    for (const at of moments(random, unique, from, from + halfYearDays * dayMs)) yield visitAt(random, at);
  };
  const beginning = performance.now();
  await fill(database, visits(), () => progress.step());
  for (let copy = 1; copy < halfYears; copy++) {
    await copyLater(database, unique, copy, copy * halfYearDays);
    progress.step();
  }
  progress.end();
  say(`${unique * halfYears} events made up in ${seconds(performance.now() - beginning)}`);
  return database;
}

async function measureIngest(database: Database): Promise<void> {
  const random = seeded(11);
  const visits = [...moments(random, 500, to, to + dayMs)].map((at) => visitAt(random, at));
  const beginning = performance.now();
  for (const visit of visits)
    await database.transaction((queries) => insertVisit(queries, visit, null, visit.decidedAt));
  const rate = visits.length / ((performance.now() - beginning) / 1000);
  say(`visits written a second, each in a transaction of its own: ${Math.round(rate)}`);
}

async function measureQuestions(): Promise<void> {
  const database = await Database.open(file, { readOnly: true });
  const clock = { now: () => to, after: () => () => undefined };
  const history = new History(database, {
    cameras: new Map(Object.entries(cameras)),
    timeZone: 'Europe/Berlin',
    clock,
  });
  const questions = questionsOf({ from, to });
  const progress = new Progress('Asking', questions.length + 1);
  say(
    `\n${'milliseconds'.padEnd(48)}${['p50', 'p95', 'goal', 'naive p50', 'naive p95'].map((head) => head.padStart(11)).join('')}`,
  );
  for (const { name, goal, ask, naively } of questions) {
    const ours = await times(rounds, (random) => ask(history, random));
    const naive = await times(naiveRounds, (random) => naively(database, random));
    const figures = [ours.p50, ours.p95, goal ?? '', naive.p50, naive.p95];
    progress.print(name.padEnd(48) + figures.map((figure) => String(figure).padStart(11)).join(''));
    progress.step();
  }
  const beginning = performance.now();
  let bytes = 0;
  for await (const piece of history.export({}, 'csv')) bytes += piece.length;
  progress.end();
  say(`\nexport of everything as CSV: ${seconds(performance.now() - beginning)}, ${(bytes / 1e6).toFixed(0)} MB`);
  await database.close();
}

async function times(count: number, ask: (random: ReturnType<typeof seeded>) => Promise<unknown>) {
  const random = seeded(3);
  await ask(random);
  const ms: number[] = [];
  for (let round = 0; round < count; round++) {
    const beginning = performance.now();
    await ask(random);
    ms.push(performance.now() - beginning);
  }
  return { p50: quantile(ms, 0.5).toFixed(1), p95: quantile(ms, 0.95).toFixed(1) };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
