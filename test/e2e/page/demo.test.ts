/** The demo's own Config UI X, with the address and the log-in that it prints, on its ninety made-up days. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawnViews, hasChromium, openBrowser, openView } from './browser.ts';
import { logIn, openPlugin } from './config-ui-pages.ts';

const why = hasChromium ? '' : ' (skipped: /usr/bin/chromium is missing)';
const program = join(import.meta.dirname, '..', '..', '..', 'tools', 'demo', 'demo.ts');
const page = /^The page: (\S+), log in as (\S+) with "(.+)", Plugins, Latchkey$/;

describe.skipIf(!hasChromium)(`the demo${why}`, () => {
  let folder: string;
  let demo: ChildProcess;
  let browser: Browser;
  let printed: { address: string; username: string; password: string };
  const ended: { code?: Promise<unknown> } = {};

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-'));
    demo = spawn(process.execPath, [program, '--folder', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    ended.code = new Promise((resolve) => demo.once('exit', resolve));
    printed = await printedBy(demo);
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    demo?.kill('SIGINT');
    await ended.code;
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('prints where its page is, and how to log in; the page shows heatmaps of ninety days, and the plugin at work', async () => {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 1000 }, reducedMotion: 'reduce' });
    await logIn(tab, printed.address, printed);
    const frame = await openPlugin(tab);
    await frame.locator('.is-running').waitFor();
    await openView(frame, 'heatmaps', drawnViews.heatmaps);
    const visits = await frame.locator('#calendar small').textContent();
    expect(Number((visits ?? '').replaceAll(/\D/g, ''))).toBeGreaterThan(900);
    // Every hour of the week; asked for apart from the calendar, and drawn when it is answered.
    await frame.locator('.hour-map td a').nth(167).waitFor();
    await openView(frame, 'history?text=made+up', drawnViews.history);
    await frame.locator('a.card img').first().waitFor();
  });
});

/** What the demo says of its page. Rejects with all it said where it ends before. */
function printedBy(demo: ChildProcess): Promise<{ address: string; username: string; password: string }> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    for (const stream of [demo.stdout, demo.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        said.push(line);
        const [, address, username, password] = page.exec(line) ?? [];
        if (address && username && password) resolve({ address, username, password });
      });
    }
    demo.once('exit', (code) => reject(new Error(`The demo ended (${code}):\n${said.slice(-20).join('\n')}`)));
  });
}
