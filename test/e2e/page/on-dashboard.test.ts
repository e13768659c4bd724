/** The page on the local dashboard: log-in, keyboard, phone and desktop, light and dark, and what hostile names do to it. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dashboard } from '../../../src/dashboard/http.ts';
import { axeViolations, drawnViews, hasChromium, openBrowser, openView, views } from './browser.ts';
import { Storage } from './storage.ts';

const packageRoot = join(import.meta.dirname, '..', '..', '..');
const built = join(packageRoot, 'homebridge-ui', 'public');
const pictures = join(packageRoot, 'screenshots');
const why = hasChromium ? '' : ' (skipped: /usr/bin/chromium is missing)';

it('weighs at most 150 kB, compressed', async () => {
  const files = await Promise.all(['page.js', 'index.css'].map((name) => readFile(join(built, 'assets', name))));
  expect(files.reduce((sum, file) => sum + gzipSync(file).length, 0)).toBeLessThan(150_000);
});

describe.skipIf(!hasChromium)(`the page on the local dashboard${why}`, () => {
  let storage: Storage;
  let dashboard: Dashboard;
  let browser: Browser;

  beforeAll(async () => {
    await mkdir(pictures, { recursive: true });
    storage = await Storage.create();
    const { history, store, house } = storage;
    const log = { info: () => {}, warn: () => {} };
    dashboard = await Dashboard.start({
      history,
      store,
      house,
      log,
      version: '0.1.0',
      page: built,
      port: 0,
      password: 'open sesame',
      token: 'the-token-of-tests',
    });
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    await dashboard?.stop();
    await storage?.remove();
  });

  /** A session is begun with the token's rights: the password is asked for once, in a test of its own. */
  async function open(width: number, colorScheme: 'light' | 'dark', cookie?: string): Promise<Page> {
    // Axe is put into the page, which the page's own policy would forbid.
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      reducedMotion: 'reduce',
      bypassCSP: true,
    });
    if (cookie) {
      const [name = '', value = ''] = cookie.split('=');
      await context.addCookies([{ name, value, url: dashboard.address }]);
    }
    const page = await context.newPage();
    await page.goto(dashboard.address);
    return page;
  }

  let session: string | undefined;
  async function loggedIn(width: number, colorScheme: 'light' | 'dark'): Promise<Page> {
    session ??= (
      await fetch(`${dashboard.address}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ password: 'open sesame' }),
      })
    ).headers
      .get('set-cookie')
      ?.split(';')[0] as string;
    const page = await open(width, colorScheme, session);
    await page.locator('a.card').first().waitFor();
    return page;
  }

  it('asks for the password, and says when it is wrong', async () => {
    const page = await open(1280, 'light');
    await page.getByLabel('Password').fill('sesame open');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('The password is wrong.').waitFor();
    expect(await axeViolations(page.mainFrame(), 'body')).toEqual([]);
    await page.getByLabel('Password').fill('open sesame');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('a.card').first().waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Password').waitFor();
    await page.context().close();
  });

  describe.each([
    ['desktop', 1280],
    ['phone', 320],
  ] as const)('on a %s', (device, width) => {
    it.each(['light', 'dark'] as const)('is whole and open to everybody, in every view, %s', async (scheme) => {
      const page = await loggedIn(width, scheme);
      const { events } = await storage.history.events({ decision: ['refused'], limit: 1 });
      const all = [
        ...views.map((view) => [view, view, drawnViews[view]]),
        ['event', `event/${events[0]?.id}`, '.gates li'],
        ['nothing', 'history?text=zebra', '.notice'],
      ];
      for (const [name, link, drawn] of all as [string, string, string][]) {
        await openView(page.mainFrame(), link, drawn);
        await page.evaluate(() =>
          Promise.all([...document.images].map((image) => image.decode().catch(() => undefined))),
        );
        await page.screenshot({ path: join(pictures, `${name}-${device}-${scheme}.png`), fullPage: true });
        expect(await axeViolations(page.mainFrame(), 'html'), name).toEqual([]);
        const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(tooWide, `${name} is wider than the screen`).toBeLessThanOrEqual(0);
      }
      await page.context().close();
    });
  });

  it('is used with the keyboard alone', async () => {
    const page = await loggedIn(1280, 'light');
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute('data-event') ?? document.activeElement?.id);
    await page.keyboard.press('/');
    expect(await focused()).toBe('search');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowDown');
    const cards = await page.locator('a.card').evaluateAll((all) => all.map((card) => card.getAttribute('data-event')));
    expect(await focused()).toBe(cards[0]);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('.visit').waitFor();
    expect(page.url()).toContain(`#/event/${cards[1]}`);
    await page.keyboard.press('Escape');
    await page.locator('a.card').first().waitFor();
    await openView(page.mainFrame(), 'heatmaps', drawnViews.heatmaps);
    await page.locator('.hour-map a[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('title'))).toMatch(/^Tuesday, 1 to 2: /);
    await page.keyboard.press('Enter');
    await page.getByText('Only Tuesdays, 1:00 to 2:00').waitFor();
    await page.context().close();
  });

  it('shows hostile names as text, whatever is in them', async () => {
    const page = await loggedIn(320, 'light');
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    const hostile = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\u202eevil ${'x'.repeat(10_000)}`;
    const [first] = (await storage.history.events({ identity: ['person'], limit: 1 })).events;
    await storage.store.database.run('UPDATE events SET person_name = ?, sentence = ?, camera_id = ? WHERE id = ?', [
      hostile,
      hostile,
      hostile,
      first?.id ?? 0,
    ]);
    await storage.store.database.run('UPDATE detections SET label = ? WHERE event_id = ?', [hostile, first?.id ?? 0]);
    await page.reload();
    await page.locator(`a.card[data-event="${first?.id}"]`).waitFor();
    await openView(page.mainFrame(), `event/${first?.id}`, '.visit');
    for (const view of views) await openView(page.mainFrame(), view, drawnViews[view]);
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(errors).toEqual([]);
    await page.context().close();
  });
});
