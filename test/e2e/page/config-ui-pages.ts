/** The way an owner goes in Config UI X: its log-in form, its list of plugins, and the plugin's own page. */
import type { Frame, Page } from 'playwright-core';
import { owner } from '../../../tools/demo/config-ui.ts';

/** Logs in with the form, and resolves on what Config UI X shows first. */
export async function logIn(
  page: Page,
  address: string,
  { username, password }: { username: string; password: string } = owner,
): Promise<void> {
  await page.goto(address);
  await page.locator('#form-username').fill(username);
  await page.locator('#form-pass').fill(password);
  await page.locator('#submit-button').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}

/** Opens the plugin's page by way of the list of plugins. */
export async function openPlugin(page: Page): Promise<Frame> {
  await page.locator('a[href="/plugins"]').first().click();
  return openFromList(page);
}

/** On the list of plugins. */
export async function openFromList(page: Page): Promise<Frame> {
  await page.locator('a.dropdown-toggle.card-link').first().click();
  await page.getByRole('button', { name: 'Plugin Config' }).click();
  const handle = await page.waitForSelector('iframe[src*="settings-ui"]', { state: 'attached' });
  const frame = await handle.contentFrame();
  if (!frame) throw new Error('The modal has no frame.');
  return frame;
}
