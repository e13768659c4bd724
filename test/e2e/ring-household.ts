/** One household with a Ring doorbell: a real Homebridge, the fake cloud, and the phone that sees both. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { expect, vi } from 'vitest';
import { ringTokenPath, TokenFile, unpackToken } from '../../src/cameras/ring/token.ts';
import type { StoredEvent } from '../../src/store/event.ts';
import { EventStore } from '../../src/store/event-store.ts';
import { AppleHome, hap } from '../../tools/demo/apple-home.ts';
import { Homebridge, type HomebridgeOptions } from '../../tools/demo/homebridge.ts';
import { clip, hasClip } from '../cameras/one-by-one.ts';
import { FakeRing } from '../fakes/ring/cloud.ts';
import { type PushOptions, push } from '../fakes/ring/pushes.ts';
import { descendants, isAlive } from './processes.ts';

const project = join(import.meta.dirname, '../..');
const preload = pathToFileURL(join(project, 'test/fakes/ring/preload.ts')).href;
const clock = pathToFileURL(join(project, 'dist/clock.js')).href;

/** Somebody stands at the door from here on, for a quarter of a minute; in the clip's first seconds nobody does. */
export const media = hasClip ? { clip, from: 28 } : {};

/** Homebridge writes in this colour what is for debugging. */
const grey = '\u001b[90m';

const { occupancyDetected, statusFault } = hap.characteristic;

export class Household {
  readonly ring: FakeRing;
  readonly root: string;
  homebridge!: Homebridge;
  store!: EventStore;
  /** What the phone sees of the doorbell, and of what is in the bridge. */
  doorbell!: AppleHome;
  home!: AppleHome;
  readonly #log: string[] = [];
  #pushed = 0;
  #passed = 0;

  private constructor(ring: FakeRing, root: string) {
    this.ring = ring;
    this.root = root;
  }

  static async move(): Promise<Household> {
    const root = await mkdtemp(join(tmpdir(), 'latchkey-ring-'));
    await mkdir(join(root, 'latchkey'));
    return new Household(await FakeRing.start(media), root);
  }

  get tokens(): TokenFile {
    return new TokenFile(ringTokenPath(join(this.root, 'latchkey')));
  }

  /** Whether Ring would still take the token that is saved. */
  get tokenWorks(): boolean {
    return this.ring.oauth.knows(unpackToken(this.tokens.read() ?? '').rt);
  }

  /** The time at the household, milliseconds since the epoch. */
  get now(): number {
    return Date.now() + this.#passed;
  }

  /** Resolves once the doorbell is watched, pushes arrive, and the phone sees it. */
  async start(options: Partial<HomebridgeOptions> = {}): Promise<void> {
    const { platform, ...others } = options;
    this.#passed = 0;
    this.homebridge = await Homebridge.start({
      storage: this.root,
      platform: {
        // A visit ends by what happens in it, however long a busy machine takes for that.
        cameras: [{ type: 'ring', name: 'Front Door', visitSeconds: 90 }],
        locks: [{ type: 'virtual', name: 'Front Lock' }],
        unlock: { mode: 'auto' },
        occupancy: { holdSeconds: 1 },
        ffmpegPath: ffmpeg.path,
        ...platform,
      },
      env: { NODE_OPTIONS: `--import ${preload}`, FAKE_RING: JSON.stringify(this.ring.address), FAKE_TIME: clock },
      onLine: (line) => void this.#log.push(line),
      ...others,
    });
    await this.homebridge.line(/Latchkey watches Front Door/);
    this.store ??= await EventStore.open(join(this.root, 'latchkey'), { readOnly: true });
    this.home = await AppleHome.pair(this.homebridge.bridge);
    this.doorbell = await AppleHome.pair(await this.homebridge.external('Front Door'), this.doorbell);
  }

  /** Ends Homebridge and all its processes at once, as a power cut does, the moment `moment` has come. */
  async killAt(moment: () => Promise<unknown>): Promise<void> {
    // Looked up before: it takes a while, and the moment would be over.
    const family = descendants(this.homebridge.pid);
    await moment();
    for (const pid of family) process.kill(pid, 'SIGKILL');
    await this.homebridge.stop('SIGKILL');
    await vi.waitFor(() => expect(family.filter(isAlive)).toEqual([]), 60_000);
    await this.putAwayPhone();
  }

  async putAwayPhone(): Promise<void> {
    await Promise.all([this.doorbell?.close(), this.home?.close()]);
  }

  async close(): Promise<void> {
    await this.putAwayPhone();
    await this.store?.close();
    await this.homebridge?.stop('SIGKILL');
    await this.ring.close();
    await rm(this.root, { recursive: true, force: true });
  }

  /** The next line of the log that matches. */
  told(pattern: RegExp): Promise<string> {
    return this.homebridge.line(pattern, this.homebridge.lines.length);
  }

  /**
   * What the owner is told of troubles from that line of the log on: neither what is for debugging, nor the visits. Sorted:
   * warnings come by a stream of their own.
   */
  sentences(from: number): string[] {
    return this.homebridge.lines
      .slice(from)
      .filter((line) => !line.includes(grey))
      .flatMap((line) => /\[homebridge-latchkey\] (.*)/.exec(stripVTControlCharacters(line))?.[1] ?? [])
      .filter((sentence) => !/^Front Door: |\(event \d+/.test(sentence))
      .sort();
  }

  /** Lets so many milliseconds pass at the household. */
  async pass(ms: number): Promise<void> {
    this.#passed += ms;
    await this.ring.pass(ms);
  }

  /** Resolves once the phone shows that the doorbell is at fault, or that it is well again. */
  async shows(fault: 'fault' | 'no fault'): Promise<void> {
    await this.pass(30_000);
    await this.doorbell.until('Front Door', statusFault, fault === 'fault' ? 1 : 0);
  }

  /** Somebody rings; resolves once Homebridge has heard of it. */
  async press(options: PushOptions = {}): Promise<void> {
    await this.ring.push(push({ id: String(++this.#pushed), triggeredAt: this.now, ...options }));
  }

  /** Somebody rings, and `visit` is what happens then; resolves to the event it became. */
  async ringing(visit: () => Promise<unknown>, options: PushOptions = {}): Promise<StoredEvent> {
    const [begun, over] = [this.told(/Front Door: ding\./), this.told(/Front Door.*\(event/)];
    await this.press(options);
    await begun;
    await visit();
    const event = await this.store.event(Number(/event (\d+)/.exec(await over)?.[1]));
    if (!event) throw new Error('the visit is not in the history');
    return event;
  }

  /** Somebody rings and is seen in the live video, which the doorbell then ends. */
  async visit(options: PushOptions = {}): Promise<StoredEvent> {
    await this.home.until('Front Door Occupancy', occupancyDetected, 0);
    return this.ringing(async () => {
      await this.home.until('Front Door Occupancy', occupancyDetected, 1);
      await this.ring.live.hangUp();
    }, options);
  }

  /** Logs in as an owner does, on the command line; resolves to what it said. */
  async logIn(): Promise<string> {
    const program = join(project, 'dist/cli/latchkey.js');
    const child = spawn(process.execPath, ['--import', preload, program, '--storage', this.root, 'login'], {
      env: { ...process.env, FAKE_RING: JSON.stringify(this.ring.address) },
    });
    const { email, password, code } = this.ring.oauth.account;
    child.stdin.end(`${email}\n${password}\n${code}\n`);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
    }
    await new Promise((resolve) => child.once('close', resolve));
    return said;
  }

  /** Whatever the log of any start holds that is Ring's and nobody else's: tokens, as they are and as they are kept. */
  get leaks(): string[] {
    const { issued, account } = this.ring.oauth;
    const kept = issued.map((token) => Buffer.from(`{"rt":"${token}`).toString('base64').slice(0, -4));
    const secrets = [...issued, ...kept, account.password, this.ring.signature];
    return this.#log.filter((line) => secrets.some((secret) => line.includes(secret)));
  }
}

/** A picture of the clip, as Ring sends it with a push. */
export async function stillOf(folder: string, second: number): Promise<Buffer> {
  const file = join(folder, 'still.jpg');
  const cut = ['-loglevel', 'error', '-ss', String(second), '-i', clip, '-frames:v', '1', file];
  await promisify(execFile)(ffmpeg.path, cut);
  return readFile(file);
}
