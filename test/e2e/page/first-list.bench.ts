/**
 * `node test/e2e/page/first-list.bench.ts`: how long the page takes, in a real browser, from being opened to its first list, with
 * 100,000 visits in the history; on the dashboard and in Config UI X. After `npm run build`.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Jimp } from 'jimp';
import type { Browser, Page } from 'playwright-core';
import { Progress } from '../../../src/cli/progress.ts';
import { History } from '../../../src/dashboard/api.ts';
import { Dashboard } from '../../../src/dashboard/http.ts';
import { Database } from '../../../src/store/database.ts';
import { EventStore } from '../../../src/store/event-store.ts';
import { migrate, migrations } from '../../../src/store/migrations/migrate.ts';
import { ConfigUi } from '../../../tools/demo/config-ui.ts';
import { enrolHousehold, fill } from '../../bench/history/fill.ts';
import { cameras, moments, visitAt } from '../../bench/history/household.ts';
import { seeded } from '../../bench/history/random.ts';
import { quantile } from '../../bench/measure.ts';
import { FakeHouse } from '../../dashboard/fake-house.ts';
import { openBrowser } from './browser.ts';
import { logIn, openFromList } from './config-ui-pages.ts';

const { values } = parseArgs({
  options: { events: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '9' } },
});
const count = Math.max(100, Number(values.events) || 0);
const rounds = Math.max(1, Number(values.rounds) || 0);

const dayMs = 86_400_000;
const years = 3;
/** What the first screens show. */
const pictured = 60;
/** Pixels of the page that can be seen in either place; pictures further down are not asked for. */
const screen = 650;
const password = 'open sesame';
const silent = { info: () => undefined, warn: () => undefined };

interface Times {
  /** Milliseconds from opening to the first card of the list. */
  list: number[];
  /** And to the pictures of the screen. */
  pictures: number[];
}

// Short: the path of a socket has little room.
const storage = await mkdtemp(join(tmpdir(), 'latchkey-'));
const browser = await openBrowser();
try {
  await makeHistory(join(storage, 'latchkey'));
  print('on the dashboard', await onDashboard(browser));
  print('in Config UI X', await inConfigUi(browser));
} finally {
  await browser.close();
  await rm(storage, { recursive: true, force: true });
}

async function makeHistory(folder: string): Promise<void> {
  await mkdir(folder);
  const file = join(folder, 'latchkey.db');
  await writeFile(file, '');
  const database = await Database.open(file);
  await migrate(database, migrations.slice(0, 3));
  const now = Date.now();
  await enrolHousehold(database, now - years * 365 * dayMs);
  const random = seeded(7);
  const visits = function* () {
    for (const at of moments(random, count, now - years * 365 * dayMs, now)) yield visitAt(random, at);
  };
  const progress = new Progress('Making up visits', Math.ceil(count / 1000) + 1);
  await fill(database, visits(), () => progress.step());
  await migrate(database);
  progress.end();
  const rows = await database.all<{ thumbnail_path: string }>(
    `SELECT thumbnail_path FROM events ORDER BY recorded_at DESC LIMIT ${pictured}`,
  );
  await database.close();
  const jpeg = await picture();
  for (const { thumbnail_path } of rows) {
    await mkdir(dirname(join(folder, thumbnail_path)), { recursive: true });
    await writeFile(join(folder, thumbnail_path), jpeg);
  }
  process.stdout.write(`${count} visits, pictures of ${Math.round(jpeg.length / 1024)} kB\n`);
}

/** As busy as a street, so that it weighs what thumbnails weigh. */
async function picture(): Promise<Buffer> {
  const random = seeded(5);
  const noise = new Jimp({ width: 64, height: 36 });
  noise.scan((x, y) => {
    noise.setPixelColor((random.whole(0xffffff) * 256 + 255) >>> 0, x, y);
  });
  return noise.resize({ w: 640, h: 360 }).getBuffer('image/jpeg', { quality: 82 });
}

async function onDashboard(browser: Browser): Promise<Times> {
  const store = await EventStore.open(join(storage, 'latchkey'), { readOnly: true });
  const history = new History(store.database, { cameras: new Map(Object.entries(cameras)), timeZone: 'Europe/Berlin' });
  const page = join(import.meta.dirname, '..', '..', '..', 'homebridge-ui', 'public');
  const house = new FakeHouse();
  const dashboard = await Dashboard.start({
    history,
    store,
    house,
    log: silent,
    version: '0',
    page,
    port: 0,
    password,
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const tab = await context.newPage();
  await tab.goto(dashboard.address);
  await tab.getByLabel('Password').fill(password);
  await tab.getByRole('button', { name: 'Log in' }).click();
  await tab.locator('a.card').first().waitFor();
  const times = await measured(async () => {
    const fresh = await context.newPage();
    const beginning = performance.now();
    await fresh.goto(dashboard.address, { waitUntil: 'commit' });
    return { beginning, shown: fresh.mainFrame(), end: () => fresh.close() };
  });
  await printQuestions(history);
  await context.close();
  await dashboard.stop();
  await store.close();
  return times;
}

async function inConfigUi(browser: Browser): Promise<Times> {
  const folder = (name: string) => ({ type: 'folder', name, folder: join(storage, name) });
  const platform = { name: 'Latchkey', cameras: Object.values(cameras).map(folder) };
  const ui = await ConfigUi.start({ storage, platform });
  const tab = await browser.newPage({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' });
  await logIn(tab, ui.address);
  const times = await measured(async () => {
    await tab.goto(`${ui.address}/plugins`);
    await tab.locator('a.dropdown-toggle.card-link').first().waitFor();
    const beginning = performance.now();
    return { beginning, shown: await openFromList(tab), end: async () => undefined };
  });
  await tab.close();
  await ui.stop();
  return times;
}

/** What of that is the history's: the questions the page begins with. */
async function printQuestions(history: History): Promise<void> {
  const asked = {
    health: () => history.health(),
    choices: () => history.choices(),
    events: () => history.events({ limit: 48 }),
    days: () => history.days({ days: 7 }),
  };
  for (const [name, ask] of Object.entries(asked)) {
    const ms: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const beginning = performance.now();
      await ask();
      ms.push(performance.now() - beginning);
    }
    process.stdout.write(`  ${name}: half within ${quantile(ms, 0.5).toFixed(0)} ms\n`);
  }
}

type Shown = ReturnType<Page['mainFrame']>;

async function measured(
  open: () => Promise<{ beginning: number; shown: Shown; end(): Promise<void> }>,
): Promise<Times> {
  const times: Times = { list: [], pictures: [] };
  for (let round = 0; round < rounds; round++) {
    const { beginning, shown, end } = await open();
    await shown.locator('a.card').first().waitFor();
    times.list.push(performance.now() - beginning);
    await shown.waitForFunction((height) => {
      const onScreen = [...document.querySelectorAll('a.card')].filter(
        (card) => card.getBoundingClientRect().top < height,
      );
      return onScreen.every((card) => card.querySelector('img')?.complete);
    }, screen);
    times.pictures.push(performance.now() - beginning);
    await end();
  }
  return times;
}

function print(where: string, { list, pictures }: Times): void {
  const figures = (ms: number[]) =>
    `half within ${quantile(ms, 0.5).toFixed(0)} ms, all within ${Math.max(...ms).toFixed(0)} ms`;
  process.stdout.write(
    `${where}, of ${rounds} openings: the list ${figures(list)}; its pictures ${figures(pictures)}\n`,
  );
}
