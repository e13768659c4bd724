/** The server of the plugin's page in Config UI X: it runs while the page is open, and whether the plugin runs or not. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HomebridgePluginUiServer, RequestError } from '@homebridge/plugin-ui-utils';
import { systemClock } from './clock.ts';
import { type Config, parseConfig } from './config.ts';
import { History } from './dashboard/api.ts';
import type { PluginStatus } from './dashboard/api-types.ts';
import { isCommand, isErrand, runErrand } from './dashboard/commands.ts';
import { ControlClient, controlPath, NotRunning } from './dashboard/control.ts';
import type { ExportFormat } from './dashboard/export.ts';
import { hashPassword } from './dashboard/password.ts';
import { answer, exportSchema, isQuestion, read } from './dashboard/questions.ts';
import type { ErrandRunner } from './errands.ts';
import { historyOptions } from './history-options.ts';
import { reason } from './log.ts';
import { platformName } from './plugin-name.ts';
import { EventStore } from './store/event-store.ts';
import { StoreError } from './store/store-error.ts';

/** How often the plugin is looked for while it does not run. */
const lookMs = 5000;
/** Of thumbnails in one answer, in bytes before base64: Config UI X passes about a megabyte at a time. */
const mostThumbnailBytes = 600_000;
const mostThumbnails = 60;

/** As the settings want it. */
const leastPassword = 8;
const mostPassword = 200;

interface Asked {
  name?: unknown;
  password?: unknown;
  params?: unknown;
}

export class PageServer extends HomebridgePluginUiServer {
  readonly #folder: string;
  readonly #configPath: string;
  readonly #control: ControlClient;
  #store: Promise<EventStore> | null = null;
  #errands: Promise<ErrandRunner> | null = null;

  constructor() {
    super();
    const storage = this.homebridgeStoragePath ?? '.';
    this.#folder = join(storage, 'latchkey');
    this.#configPath = this.homebridgeConfigPath ?? join(storage, 'config.json');
    this.#control = new ControlClient({
      path: controlPath(this.#folder),
      onVisit: (visit) => this.pushEvent('visit', visit),
      onRunning: (running) => this.pushEvent('running', running),
    });
    this.onRequest('/ask', (asked: Asked) => this.#answered(() => this.#ask(asked)));
    this.onRequest('/command', (asked: Asked) => this.#answered(() => this.#command(asked)));
    this.onRequest('/hash', (asked: Asked) => this.#answered(() => this.#hash(asked)));
    this.onRequest('/status', () => this.#answered(() => this.#status()));
    this.onRequest('/thumbnails', (paths: unknown) => this.#answered(() => this.#thumbnails(paths)));
    this.onRequest('/export', (asked: unknown) => this.#answered(() => this.#export(asked)));
    setInterval(() => void this.#control.connect().catch(() => {}), lookMs);
    this.ready();
  }

  /** Every failure as a sentence, with a word for those the page has a view of its own for. */
  async #answered(work: () => Promise<unknown>): Promise<unknown> {
    try {
      return await work();
    } catch (error) {
      const problem = error instanceof StoreError ? error.problem : error instanceof NotRunning ? 'stopped' : 'refused';
      throw new RequestError(reason(error), { problem });
    }
  }

  async #ask({ name, params }: Asked): Promise<unknown> {
    if (typeof name !== 'string' || !isQuestion(name)) throw new Error('The page asked what nobody knows: reload it.');
    return answer(await this.#history(), name, params);
  }

  async #command({ name, params }: Asked): Promise<unknown> {
    if (!isCommand(name)) throw new Error('The page asked what nobody knows: reload it.');
    const running = await this.#control.connect().then(
      () => true,
      () => false,
    );
    if (running || !isErrand(name)) return this.#control.ask(name, params);
    this.#errands ??= this.#makeErrands();
    return runErrand(await this.#errands, name, params);
  }

  /** What speaks with Ring and SwitchBot takes as long to load as all the rest, and is seldom needed to draw the page. */
  async #makeErrands(): Promise<ErrandRunner> {
    const { ErrandRunner } = await import('./errands.ts');
    return new ErrandRunner({
      folder: this.#folder,
      switchBotUrl: async () => (await this.#config())?.switchbot.url,
      clock: systemClock,
    });
  }

  /** A password as it may stand in the settings. */
  async #hash({ password }: Asked): Promise<{ hash: string }> {
    if (typeof password !== 'string' || password.length < leastPassword || password.length > mostPassword)
      throw new Error(`A password must have ${leastPassword} to ${mostPassword} characters.`);
    return { hash: await hashPassword(password) };
  }

  async #status(): Promise<PluginStatus> {
    try {
      return { running: true, ...((await this.#control.ask('status')) as object) } as PluginStatus;
    } catch (error) {
      return { running: false, sentence: reason(error) };
    }
  }

  /** As many of the pictures as fit into one answer, in base64 by their paths; null for one that is gone. */
  async #thumbnails(paths: unknown): Promise<Record<string, string | null>> {
    const asked = Array.isArray(paths) ? paths.filter((path) => typeof path === 'string').slice(0, mostThumbnails) : [];
    const store = await this.#opened();
    const found: [string, string | null][] = [];
    let bytes = 0;
    for (const path of asked) {
      if (bytes > mostThumbnailBytes) break;
      const file = store.thumbnailFile(path);
      const picture = file && (await readFile(file).catch(() => null));
      bytes += picture?.length ?? 0;
      found.push([path, picture ? picture.toString('base64') : null]);
    }
    return Object.fromEntries(found);
  }

  /** Piece by piece over events; resolves after the last. */
  async #export(asked: unknown): Promise<{ pieces: number }> {
    const { format, ...filter } = read(exportSchema, asked);
    const history = await this.#history();
    let pieces = 0;
    for await (const piece of history.export(filter, format satisfies ExportFormat)) {
      this.pushEvent('export', { at: pieces, piece });
      pieces++;
    }
    return { pieces };
  }

  async #history(): Promise<History> {
    const { database } = await this.#opened();
    const config = await this.#config();
    return new History(database, historyOptions(config));
  }

  /** Opened when there is something to read; until the plugin first ran there is nothing. */
  #opened(): Promise<EventStore> {
    this.#store ??= EventStore.open(this.#folder, { readOnly: true }).catch((error) => {
      this.#store = null;
      throw error;
    });
    return this.#store;
  }

  /** Null where there is none that can be read: the history is there all the same. */
  async #config(): Promise<Config | null> {
    const text = await readFile(this.#configPath, 'utf8').catch(() => '');
    const parsed = parseConfig(blockOf(text));
    return parsed.ok ? parsed.config : null;
  }
}

/** Latchkey's block of a config.json; an empty one where there is none. */
function blockOf(text: string): unknown {
  try {
    const { platforms } = JSON.parse(text) as { platforms: { platform?: unknown }[] };
    return platforms.find(({ platform }) => platform === platformName) ?? {};
  } catch {
    return {};
  }
}
