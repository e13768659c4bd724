/** The page as an owner uses it, on everything that is real: Config UI X, its log-in, Homebridge, the plugin, the models. */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventStore } from '../../../src/store/event-store.ts';
import { ConfigUi, configPlatform } from '../../../tools/demo/config-ui.ts';
import { freePort, Homebridge } from '../../../tools/demo/homebridge.ts';
import { seedNinetyDays } from '../../../tools/demo/ninety-days.ts';
import { axeViolations, drawnViews, hasChromium, openBrowser, openView } from './browser.ts';
import { logIn, openPlugin } from './config-ui-pages.ts';

const faces = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'data', 'faces');
/** Pictures of two people. */
const colin = ['Colin_Powell/Colin_Powell_0002.jpg', 'Colin_Powell/Colin_Powell_0008.jpg'] as const;
const postman = ['Abdullah_Gul/Abdullah_Gul_0001.jpg', 'Abdullah_Gul/Abdullah_Gul_0007.jpg'] as const;

const missing = !hasChromium ? '/usr/bin/chromium is missing' : !existsSync(faces) ? '../shared/data is missing' : '';
const why = missing && ` (skipped: ${missing})`;

const madeUpVisits = 120;

describe.skipIf(missing !== '')(`the page on the whole plugin${why}`, () => {
  let root: string;
  let homebridge: Homebridge;
  let ui: ConfigUi;
  let browser: Browser;
  let page: Page;
  let frame: Frame;
  let dropped = 0;
  let postmansVisit: string | null = null;
  const problems: string[] = [];

  beforeAll(async () => {
    // Short: the path of a socket has little room.
    root = await mkdtemp(join(tmpdir(), 'latchkey-'));
    for (const folder of ['front', 'storage']) await mkdir(join(root, folder));
    const storage = join(root, 'storage');
    await makeUpHistory(join(storage, 'latchkey'));
    const port = await freePort();
    homebridge = await Homebridge.start({ storage, platform: platform(root), others: [configPlatform(port)] });
    ui = await ConfigUi.attach(storage, port);
    await homebridge.line(/Latchkey watches/);
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' });
    page.on('pageerror', (error) => problems.push(error.message));
  });

  afterAll(async () => {
    await browser?.close();
    await Promise.all([ui?.stop(), homebridge?.stop()]);
    if (root) await rm(root, { recursive: true, force: true });
  });

  /** Under its final name only once it is whole, as careful FTP servers do. */
  async function comes(picture: string): Promise<void> {
    const name = `${++dropped}.jpg`;
    await copyFile(join(faces, picture), join(root, 'front', `.${name}.part`));
    await rename(join(root, 'front', `.${name}.part`), join(root, 'front', name));
  }

  const newest = () => frame.locator('a.card').first();
  /** Waits for a card above the one that was the newest. */
  const arrives = (before: string | null) =>
    frame.waitForFunction((id) => document.querySelector('a.card')?.getAttribute('data-event') !== id, before);
  const visitsCounted = async () => Number.parseInt((await frame.locator('#calendar small').textContent()) ?? '', 10);

  it("is opened through Config UI X's own log-in and its list of plugins", async () => {
    await logIn(page, ui.address);
    frame = await openPlugin(page);
    await newest().waitFor();
    await frame.locator('.is-running').waitFor();
    expect(await frame.locator('.running').textContent()).toContain('Face unlock on');
  });

  it('is browsed and filtered', async () => {
    await frame.getByText('Filter', { exact: true }).click();
    await frame.getByRole('button', { name: 'Strangers', exact: true }).click();
    await frame.waitForFunction(() => {
      const shown = [...document.querySelectorAll('.who')];
      return shown.length > 0 && shown.every((who) => who.textContent === 'Stranger');
    });
    await openView(frame, 'history', drawnViews.history);
    await frame.waitForFunction(() => document.querySelector('.who:not(.is-stranger)') !== null);
  });

  it('shows a stranger by itself as they come, and why the door stayed shut', async () => {
    const before = await newest().getAttribute('data-event');
    await comes(postman[0]);
    await arrives(before);
    expect(await newest().textContent()).toContain('Stranger');
    postmansVisit = await newest().getAttribute('data-event');
    await comes(colin[0]);
    await arrives(postmansVisit);
    expect(await newest().textContent()).toContain('Stranger');
    await newest().click();
    await frame.locator('.gates li').first().waitFor();
    expect(await frame.locator('.gates').textContent()).toMatch(/of \d+ gates said no; one is enough/);
  });

  it('enrols them from the visit, and the next one is recognised and counted', async () => {
    await frame.getByLabel('This is').fill('Colin');
    await frame.getByRole('button', { name: 'Enrol' }).click();
    await frame.getByText('Colin is enrolled from this visit.').waitFor();
    await openView(frame, 'heatmaps', drawnViews.heatmaps);
    const before = await visitsCounted();
    await comes(colin[1]);
    // The heatmap counts the visit while it is looked at.
    await frame.waitForFunction(
      (count) => Number.parseInt(document.querySelector('#calendar small')?.textContent ?? '', 10) === count,
      before + 1,
    );
    await openView(frame, 'history', drawnViews.history);
    await newest().filter({ hasText: 'Colin' }).click();
    await frame.locator('.gates li').first().waitFor();
    expect(await frame.locator('.sentence').textContent()).toMatch(/^Colin was at Front door\./);
    expect(await frame.locator('.face').textContent()).toMatch(/Colin, [89]\d % alike/);
    await openView(frame, 'people', '.person');
    expect(await frame.locator('.people').textContent()).toContain('Colin');
  });

  it('ignores the face of a stranger, whose next visit is kept as such, and stops when told to', async () => {
    await openView(frame, `event/${postmansVisit}`, '.gates li');
    await frame.getByText('Ignore this face', { exact: true }).click();
    await frame.getByRole('button', { name: 'Ignore it' }).click();
    await frame.getByText('This face is ignored from now on.').waitFor();
    await openView(frame, 'history', drawnViews.history);
    const before = await newest().getAttribute('data-event');
    await comes(postman[1]);
    await arrives(before);
    expect(await newest().textContent()).toMatch(/^Stranger.*Ignored/);
    await openView(frame, 'people', '.ignored-face');
    expect(await axeViolations(frame, '#latchkey')).toEqual([]);
    await frame.getByRole('button', { name: 'Stop ignoring' }).click();
    await frame.getByText('The face is not ignored any more.').waitFor();
    await frame.locator('.ignored-face').waitFor({ state: 'detached' });
  });

  it('says plainly that the plugin is not running once Homebridge stops, and still shows the history', async () => {
    const stopped = homebridge.stop();
    await frame.locator('.is-stopped').waitFor();
    await openView(frame, 'live', '.banner');
    expect(await frame.locator('.banner').textContent()).toContain('Latchkey is not running');
    await openView(frame, 'people', '.person');
    expect(await frame.locator('.banner').first().textContent()).toContain('Latchkey is not running');
    expect(await frame.getByRole('button', { name: 'Enrol' }).isDisabled()).toBe(true);
    await openView(frame, 'history?person=Colin', drawnViews.history);
    expect(await frame.locator('a.card').count()).toBe(1);
    await newest().click();
    await frame.locator('.gates li').first().waitFor();
    await frame.locator('.visit .picture img').waitFor();
    await stopped;
  });

  it('did all that without an error in the browser', () => {
    expect(problems).toEqual([]);
  });
});

function platform(root: string) {
  return {
    name: 'Latchkey',
    cameras: [{ type: 'folder', name: 'Front door', folder: join(root, 'front'), quietSeconds: 0.5 }],
    locks: [{ type: 'virtual', name: 'Front lock' }],
    unlock: { mode: 'auto' },
    home: { timeZone: 'Europe/Berlin' },
  };
}

async function makeUpHistory(folder: string): Promise<void> {
  const store = await EventStore.open(folder);
  try {
    await seedNinetyDays({ store, now: Date.now(), visits: madeUpVisits });
  } finally {
    await store.close();
  }
}
