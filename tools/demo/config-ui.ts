/** The real Config UI X on a storage folder of its own, with this plugin among its plugins. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './homebridge.ts';

const packageRoot = join(import.meta.dirname, '..', '..');
const program = join(packageRoot, 'node_modules', 'homebridge-config-ui-x', 'dist', 'bin', 'standalone.js');

/** Starting takes some seconds; it is asked again and again until it answers. */
const startMs = 120_000;
const askAgainMs = 250;

export const owner = { name: 'Owner', username: 'owner', password: 'open sesame 1' };

export interface ConfigUiOptions {
  storage: string;
  /** The plugin's platform block, without `platform`. */
  platform: Record<string, unknown>;
  /** Added to the environment. */
  env?: Record<string, string>;
}

export class ConfigUi {
  readonly address: string;
  /** For the browser's local storage, under `access_token`. */
  readonly token: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, address: string, token: string) {
    this.#child = child;
    this.address = address;
    this.token = token;
  }

  /** Writes a config.json of its own and starts, with the plugin stopped. */
  static async start({ storage, platform, env }: ConfigUiOptions): Promise<ConfigUi> {
    const port = await freePort();
    const config = {
      bridge: { name: 'Homebridge', username: '0E:21:3A:4B:5C:6D', port: await freePort(), pin: '031-45-154' },
      platforms: [configPlatform(port), { platform: 'Latchkey', ...platform }],
    };
    await writeFile(join(storage, 'config.json'), JSON.stringify(config));
    return ConfigUi.attach(storage, port, env);
  }

  /** Starts beside a Homebridge, on its storage; its config.json names the port in a `configPlatform`. */
  static async attach(storage: string, port: number, more: Record<string, string> = {}): Promise<ConfigUi> {
    const plugins = join(storage, 'plugins');
    await mkdir(plugins, { recursive: true });
    await symlink(packageRoot, join(plugins, 'homebridge-latchkey'), 'dir');
    const env = {
      ...process.env,
      ...more,
      UIX_STORAGE_PATH: storage,
      UIX_CONFIG_PATH: join(storage, 'config.json'),
      UIX_CUSTOM_PLUGIN_PATH: plugins,
      UIX_STRICT_PLUGIN_RESOLUTION: '1',
      UIX_INSECURE_MODE: '1',
    };
    const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => said.push(String(data)));
    const address = `http://127.0.0.1:${port}`;
    try {
      return new ConfigUi(child, address, await createOwner(address));
    } catch (error) {
      child.kill();
      throw new Error(`Config UI X did not start: ${String(error)}\n${said.join('').slice(-3000)}`);
    }
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGTERM');
    await ended;
  }
}

/** What config.json says of Config UI X. */
export function configPlatform(port: number) {
  return { platform: 'config', name: 'Config', port, auth: 'form' };
}

async function createOwner(address: string): Promise<string> {
  const wizard = await answering(`${address}/api/setup-wizard/get-setup-wizard-token`);
  const { access_token: setup } = (await wizard.json()) as { access_token: string };
  await post(`${address}/api/setup-wizard/create-first-user`, { ...owner, admin: true }, setup);
  const response = await post(`${address}/api/auth/login`, { username: owner.username, password: owner.password });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function answering(url: string): Promise<Response> {
  const until = Date.now() + startMs;
  for (;;) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return response;
    if (Date.now() > until) throw new Error(`${url} did not answer (${response?.status ?? 'nothing there'})`);
    await pause(askAgainMs);
  }
}

async function post(url: string, body: unknown, token?: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response;
}
