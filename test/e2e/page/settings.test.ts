/** Setting up from the page in the real Config UI X, while the plugin has never run: Ring, a lock, a password. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ringTokenPath, TokenFile, unpackToken } from '../../../src/cameras/ring/token.ts';
import { parseConfig } from '../../../src/config.ts';
import { isPassword } from '../../../src/dashboard/password.ts';
import { ConfigUi } from '../../../tools/demo/config-ui.ts';
import { FakeRing } from '../../fakes/ring/cloud.ts';
import { FakeSwitchBot } from '../../fakes/switchbot.ts';
import { axeViolations, hasChromium, openBrowser } from './browser.ts';
import { logIn, openPlugin } from './config-ui-pages.ts';

const why = hasChromium ? '' : ' (skipped: /usr/bin/chromium is missing)';
const preload = pathToFileURL(join(import.meta.dirname, '../../fakes/ring/preload.ts')).href;

describe.skipIf(!hasChromium)(`setting up from the page, with the plugin stopped,${why}`, () => {
  let storage: string;
  let ring: FakeRing;
  let cloud: FakeSwitchBot;
  let ui: ConfigUi;
  let browser: Browser;
  let page: Page;
  let frame: Frame;

  beforeAll(async () => {
    storage = await mkdtemp(join(tmpdir(), 'latchkey-'));
    ring = await FakeRing.start();
    cloud = await FakeSwitchBot.start();
    cloud.addDoor({ id: 'D708C25A1C21' });
    ui = await ConfigUi.start({
      storage,
      platform: { name: 'Latchkey', switchbot: { url: cloud.account.url }, locks: [{ type: 'virtual', name: 'Shed' }] },
      env: { NODE_OPTIONS: `--import ${preload}`, FAKE_RING: JSON.stringify(ring.address) },
    });
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' });
    await logIn(page, ui.address);
    frame = await openPlugin(page);
    await frame.getByText('No visit yet').waitFor();
  });

  afterAll(async () => {
    await browser?.close();
    await ui?.stop();
    await Promise.all([ring?.close(), cloud?.stop()]);
    if (storage) await rm(storage, { recursive: true, force: true });
  });

  async function block(): Promise<Record<string, unknown>> {
    const { platforms } = JSON.parse(await readFile(join(storage, 'config.json'), 'utf8'));
    return platforms.find(({ platform }: { platform: string }) => platform === 'Latchkey');
  }

  it('has nothing that axe objects to', async () => {
    expect(await axeViolations(frame, '#latchkey')).toEqual([]);
  });

  it('logs in to Ring, and leaves the token where the plugin finds it', async () => {
    const panel = frame.locator('section', { has: frame.locator('#ring') });
    await panel.getByLabel('E-mail').fill('kim@example.org');
    await panel.getByLabel('Password').fill('wrong');
    await panel.getByRole('button', { name: 'Log in' }).click();
    await panel.getByText('Ring does not know this e-mail address with this password.').waitFor();
    await panel.getByLabel('Password').fill('correct horse');
    await panel.getByRole('button', { name: 'Log in' }).click();
    await panel.getByLabel('Ring has sent a code by SMS').fill('123456');
    await panel.getByRole('button', { name: 'Send the code' }).click();
    await panel.getByText('Logged in to Ring.').waitFor();
    const file = ringTokenPath(join(storage, 'latchkey'));
    expect(ring.oauth.knows(unpackToken(new TokenFile(file).read() ?? '').rt)).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('finds the devices of SwitchBot, and puts the chosen lock into the settings', async () => {
    const panel = frame.locator('section', { has: frame.locator('#switchbot') });
    await panel.getByLabel('Token').fill(cloud.token);
    await panel.getByLabel('Secret').fill('not the secret');
    await panel.getByRole('button', { name: 'Find devices' }).click();
    await panel.locator('.problem').filter({ hasText: /\S/ }).waitFor();
    await panel.getByLabel('Secret').fill(cloud.secret);
    await panel.getByRole('button', { name: 'Find devices' }).click();
    const chosen = panel.locator('li').filter({ hasText: 'D708C25A1C21' });
    await chosen.getByRole('button', { name: 'Use as a lock' }).click();
    await frame.getByText(/is in the settings\. Restart Homebridge/).waitFor();
    expect(await panel.locator('li').filter({ hasText: 'Hub Mini' }).getByRole('button').count()).toBe(0);
    const { locks, switchbot } = await block();
    expect(locks).toMatchObject([
      { type: 'virtual', name: 'Shed' },
      { type: 'switchbot', deviceId: 'D708C25A1C21' },
    ]);
    expect(switchbot).toEqual(cloud.account);
    expect(parseConfig(await block()).ok).toBe(true);
  });

  it('sets a password for the dashboard, of which the settings keep a hash', async () => {
    const panel = frame.locator('section', { has: frame.locator('#dashboard') });
    await panel.getByLabel('New password').fill('open sesame');
    await panel.getByRole('button', { name: 'Set the password' }).click();
    await frame.getByText('The password is set').waitFor();
    const { dashboard } = (await block()) as { dashboard: { enabled: boolean; password: string } };
    expect(dashboard.enabled).toBe(true);
    expect(await isPassword('open sesame', dashboard.password)).toBe(true);
    expect(await readFile(join(storage, 'config.json'), 'utf8')).not.toContain('open sesame');
    expect(parseConfig(await block())).toMatchObject({ ok: true, warnings: [] });
    expect((await block()).locks).toMatchObject([{ name: 'Shed' }, { deviceId: 'D708C25A1C21' }]);
  });
});
