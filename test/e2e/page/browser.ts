/** Headless Chromium, where the machine has one. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Frame } from 'playwright-core';

const program = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

export const hasChromium = existsSync(program);

/** Nothing is asserted on time: what is waited for may take as long as a test may. */
const patienceMs = 110_000;

/** Speaks to this machine alone. */
export async function openBrowser(): Promise<Browser> {
  const quiet = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-default-apps',
  ];
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', ...quiet] });
  browser.on('context', (context) => context.setDefaultTimeout(patienceMs));
  return browser;
}

const axeScript = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe objects to within the page, as sentences. */
export async function axeViolations(frame: Frame, within: string): Promise<string[]> {
  await frame.addScriptTag({ path: axeScript });
  return frame.evaluate(async (selector) => {
    type Found = { violations: { id: string; help: string; nodes: { html: string; failureSummary: string }[] }[] };
    const { axe } = window as unknown as { axe: { run(context: string): Promise<Found> } };
    const { violations } = await axe.run(selector);
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help} (${nodes[0]?.html.slice(0, 200)} ${nodes[0]?.failureSummary})`,
    );
  }, within);
}

export const views = ['history', 'heatmaps', 'statistics', 'people', 'live'] as const;

/** Opens a view by its address and waits until it is drawn. */
export async function openView(frame: Frame, link: string, drawn: string): Promise<void> {
  await frame.evaluate((hash) => {
    window.location.hash = hash;
  }, `#/${link}`);
  await frame.locator(drawn).first().waitFor();
}

/** What there is to wait for in each view. */
export const drawnViews: Record<(typeof views)[number], string> = {
  history: 'a.card',
  heatmaps: '.calendar-map td a',
  statistics: 'canvas',
  people: '.person',
  live: '.parts li',
};
