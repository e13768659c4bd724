/** A real Homebridge in a process of its own, on a storage folder of its own, with this plugin as a child bridge. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const packageRoot = join(import.meta.dirname, '..', '..');

/** The Homebridges that are devDependencies. */
const programs = {
  homebridge: join(packageRoot, 'node_modules', 'homebridge', 'bin', 'homebridge.js'),
  'homebridge-1': join(packageRoot, 'node_modules', 'homebridge-1', 'bin', 'homebridge'),
};

export const setupCode = '031-45-154';

export interface HomebridgeOptions {
  storage: string;
  /** The plugin's platform block, without `platform` and `_bridge`. */
  platform: Record<string, unknown>;
  version?: keyof typeof programs;
  /** Further platform blocks for config.json. */
  others?: object[];
  /** Added to the environment. */
  env?: Record<string, string>;
  /** Sees every line of the log. */
  onLine?: (line: string) => void;
}

/** What a HAP client needs to pair with one bridge or external accessory. */
export interface Pairable {
  /** `AA:BB:CC:DD:EE:FF`. */
  username: string;
  port: number;
  setupCode: string;
}

export class Homebridge {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #storage: string;
  readonly #bridge: Pairable;
  readonly #waiting = new Set<(line: string) => void>();
  readonly #exited: Promise<number | null>;

  private constructor(child: ChildProcess, storage: string, bridge: Pairable, onLine: (line: string) => void) {
    this.#child = child;
    this.#storage = storage;
    this.#bridge = bridge;
    this.#exited = new Promise((resolve) => child.once('close', resolve));
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        onLine(line);
        for (const hear of this.#waiting) hear(line);
      });
    }
  }

  /** Writes config.json and starts; resolves once the child bridge can be paired with. */
  static async start({
    storage,
    platform,
    version = 'homebridge',
    others = [],
    env,
    onLine,
  }: HomebridgeOptions): Promise<Homebridge> {
    const [bridge, childBridge] = [randomUsername(), randomUsername()];
    const [port, childPort] = [await freePort(), await freePort()];
    const config = {
      // Two of them may run on one network, each with a doorbell of the same name: Homebridge 1's own choice ends when it meets
      // the other's.
      bridge: { name: 'Latchkey House', username: bridge, port, pin: setupCode, advertiser: 'ciao' },
      platforms: [
        {
          platform: 'Latchkey',
          ...platform,
          _bridge: { username: childBridge, port: childPort, debugModeEnabled: true },
        },
        ...others,
      ],
    };
    await writeFile(join(storage, 'config.json'), JSON.stringify(config, null, 2));
    const args = [programs[version], '-U', storage, '-P', packageRoot, '--strict-plugin-resolution', '-D', '-Q', '-C'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    const pairable = { username: childBridge, port: childPort, setupCode };
    const homebridge = new Homebridge(child, storage, pairable, onLine ?? (() => undefined));
    await homebridge.line(new RegExp(`is running on port ${childPort}`));
    return homebridge;
  }

  /** The child bridge, where the lock and the sensors are. */
  get bridge(): Pairable {
    return this.#bridge;
  }

  /** Resolves to the exit code once Homebridge ended. */
  get ended(): Promise<number | null> {
    return this.#exited;
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** The first line, past or to come, that matches. Rejects when Homebridge ends without it. */
  async line(pattern: RegExp, after = 0): Promise<string> {
    const past = this.lines.slice(after).find((line) => pattern.test(line));
    if (past !== undefined) return past;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const hear = (line: string) => {
      if (pattern.test(line)) resolve(line);
    };
    this.#waiting.add(hear);
    this.#exited.then((code) =>
      reject(new Error(`Homebridge ended (${code}) before it said ${pattern}:\n${this.lines.slice(-20).join('\n')}`)),
    );
    return promise.finally(() => this.#waiting.delete(hear));
  }

  /** An accessory published outside the bridge, such as a doorbell, by its name in the Home app. */
  async external(name: string): Promise<Pairable> {
    const said = await this.line(new RegExp(`${name}.* is running on port \\d+`));
    const port = Number(/is running on port (\d+)/.exec(said)?.[1]);
    const folder = join(this.#storage, 'persist');
    for (const file of await readdir(folder)) {
      if (!file.startsWith('AccessoryInfo.')) continue;
      const info: { displayName: string; pincode: string } = JSON.parse(await readFile(join(folder, file), 'utf8'));
      if (!info.displayName.startsWith(name)) continue;
      const username = (file.split('.')[1] as string).replace(/(..)(?=.)/g, '$1:');
      return { username, port, setupCode: info.pincode };
    }
    throw new Error(`${name} has no AccessoryInfo in ${folder}`);
  }

  /** Sends SIGTERM, as a service manager does; resolves to the exit code once every line of the log was read. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.#exited;
  }
}

function randomUsername(): string {
  const bytes = [0x0e, ...crypto.getRandomValues(new Uint8Array(5))];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
}

/** A port nobody listens on, outside the range from which systems take the ports of connections: it stays free until it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
