/** Each view of the page in the real Config UI X, drawn and held to axe; the plugin is played by its store and its socket. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { IHomebridgePluginUi } from '@homebridge/plugin-ui-utils/ui.interface';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControlServer, controlPath } from '../../../src/dashboard/control.ts';
import { ConfigUi } from '../../../tools/demo/config-ui.ts';
import { axeViolations, drawnViews, hasChromium, openBrowser, openView, views } from './browser.ts';
import { openPlugin } from './config-ui-pages.ts';
import { Storage } from './storage.ts';

const pictures = join(import.meta.dirname, '..', '..', '..', 'screenshots');
const why = hasChromium ? '' : ' (skipped: /usr/bin/chromium is missing)';

describe.skipIf(!hasChromium)(`the page in the real Config UI X${why}`, () => {
  let storage: Storage;
  let control: ControlServer;
  let ui: ConfigUi;
  let browser: Browser;
  let page: Page;
  let frame: Frame;
  const problems: string[] = [];

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    storage = await Storage.create();
    control = await ControlServer.start(storage.house, controlPath(join(storage.root, 'latchkey')), { warn: () => {} });
    const cameras = ['Front door', 'Garden', 'Garage'].map((name) => ({
      type: 'folder',
      name,
      folder: join(storage.root, name),
    }));
    ui = await ConfigUi.start({
      storage: storage.root,
      platform: { name: 'Latchkey', cameras, home: { timeZone: 'Europe/Berlin' } },
    });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' });
    page.on('pageerror', (error) => problems.push(error.message));
    await page.addInitScript((token) => localStorage.setItem('access_token', token), ui.token);
    await page.goto(ui.address);
    frame = await openPlugin(page);
    await frame.locator('a.card').first().waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await ui?.stop();
    await control?.stop();
    await storage?.remove();
  });

  it('opens on the newest visits, with their pictures', async () => {
    const newest = (await storage.history.events({ limit: 1 })).events[0];
    expect(await frame.locator('a.card').first().getAttribute('data-event')).toBe(String(newest?.id));
    await frame.locator('a.card img').first().waitFor();
    expect(await frame.locator('.running').textContent()).toContain('Face unlock on');
    await page.screenshot({ path: join(pictures, 'config-ui-history.png') });
  });

  it('filters by chip and by text, and says so in the address', async () => {
    await frame.getByText('Filter', { exact: true }).click();
    await frame.getByRole('button', { name: 'Strangers', exact: true }).click();
    await frame.waitForFunction(() =>
      [...document.querySelectorAll('.who')].every((who) => who.textContent === 'Stranger'),
    );
    expect(await frame.evaluate(() => window.location.hash)).toBe('#/history?identity=stranger');
    await openView(frame, 'history', drawnViews.history);
    await frame.locator('#search').fill('chloe stay');
    const [found] = (await storage.history.events({ text: 'chloe stay' })).events;
    await frame.waitForFunction(
      (id) => document.querySelector('a.card')?.getAttribute('data-event') === id,
      String(found?.id),
    );
    expect(await frame.evaluate(() => window.location.hash)).toBe('#/history?text=chloe+stay');
  });

  it('tells gate by gate why the door stayed shut', async () => {
    const { events } = await storage.history.events({ decision: ['refused'], identity: ['stranger'], limit: 1 });
    await openView(frame, `event/${events[0]?.id}`, '.gates li');
    expect(await frame.locator('.gates').textContent()).toMatch(
      /The face is like the enrolled one[\s\S]*?0\.41, at least 0\.7 is asked\./,
    );
    expect(await axeViolations(frame, '#latchkey')).toEqual([]);
    await page.screenshot({ path: join(pictures, 'config-ui-event.png') });
  });

  it.each(views)('has nothing that axe objects to in %s', async (view) => {
    await openView(frame, view, drawnViews[view]);
    expect(await axeViolations(frame, '#latchkey')).toEqual([]);
    await page.screenshot({ path: join(pictures, `config-ui-${view}.png`) });
  });

  it("shows Config UI X's own form for the settings", async () => {
    await openView(frame, 'settings', '#ring');
    await page
      .getByText('The doors your cameras watch', { exact: false })
      .or(page.getByText('Cameras', { exact: true }))
      .first()
      .waitFor();
    expect(await axeViolations(frame, '#latchkey')).toEqual([]);
    await page.screenshot({ path: join(pictures, 'config-ui-settings.png') });
  });

  it('leaves the settings whole when it is left, though the form empties what it was made from', async () => {
    const settings = () =>
      frame.evaluate(() => (window as Window & { homebridge?: IHomebridgePluginUi }).homebridge?.getPluginConfig());
    await openView(frame, 'settings', '#ring');
    const form = page.locator('app-schema-form');
    await form.waitFor();
    const before = await settings();
    expect(before?.[0]).toMatchObject({ cameras: [{ name: 'Front door' }, { name: 'Garden' }, { name: 'Garage' }] });
    await openView(frame, 'history', drawnViews.history);
    await form.waitFor({ state: 'detached' });
    expect(await settings()).toEqual([{ ...before?.[0], platform: 'Latchkey' }]);
  });

  it('keeps the history open to look at when the plugin stops, says so, and finds it again', async () => {
    await control.stop();
    await frame.locator('.is-stopped').waitFor();
    await openView(frame, 'people', '.banner');
    expect(await frame.locator('.banner').first().textContent()).toContain('Latchkey is not running');
    expect(await frame.getByRole('button', { name: 'Enrol' }).isDisabled()).toBe(true);
    await openView(frame, 'history', drawnViews.history);
    await openView(frame, 'statistics', drawnViews.statistics);
    await page.screenshot({ path: join(pictures, 'config-ui-stopped.png') });
    control = await ControlServer.start(storage.house, controlPath(join(storage.root, 'latchkey')), { warn: () => {} });
    await frame.locator('.is-running').waitFor();
  });

  it('did all that without an error in the browser', () => {
    expect(problems).toEqual([]);
  });
});
