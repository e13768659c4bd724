/** A Ring doorbell in a real Homebridge: the fake cloud, real media, real models, a real HAP client. */
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ringTokenPath, TokenFile, unpackToken } from '../../src/cameras/ring/token.ts';
import type { StoredEvent } from '../../src/store/event.ts';
import { EventStore } from '../../src/store/event-store.ts';
import { AppleHome, hap } from '../../tools/demo/apple-home.ts';
import { Homebridge, type HomebridgeOptions } from '../../tools/demo/homebridge.ts';
import { clip, hasClip } from '../cameras/one-by-one.ts';
import { FakeRing } from '../fakes/ring/cloud.ts';
import { type PushOptions, push } from '../fakes/ring/pushes.ts';
import { selectedStream, setupEndpoints, status } from '../fakes/stream-tlv.ts';
import { Viewer } from '../fakes/viewer.ts';
import { descendants, isAlive } from './processes.ts';

const project = join(import.meta.dirname, '../..');
const preload = pathToFileURL(join(project, 'test/fakes/ring/preload.ts')).href;

/** Somebody stands at the door from here on, for a quarter of a minute. */
const media = { clip, from: 28 };

/** One household with a Ring doorbell and a lock, on a storage folder of its own. */
class Household {
  readonly ring: FakeRing;
  readonly root: string;
  homebridge!: Homebridge;
  store!: EventStore;
  #pushed = 0;

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

  /** Resolves once the doorbell is watched, and pushes arrive. */
  async start(options: Partial<HomebridgeOptions> = {}): Promise<void> {
    const { platform, ...others } = options;
    this.homebridge = await Homebridge.start({
      storage: this.root,
      platform: {
        cameras: [{ type: 'ring', name: 'Front Door', visitSeconds: 8 }],
        locks: [{ type: 'virtual', name: 'Front Lock' }],
        unlock: { mode: 'auto' },
        ffmpegPath: ffmpeg.path,
        ...platform,
      },
      env: { NODE_OPTIONS: `--import ${preload}`, FAKE_RING: JSON.stringify(this.ring.address) },
      ...others,
    });
    await this.homebridge.line(/Latchkey watches Front Door/);
    await this.ring.seen(/motions_subscribe/);
    this.store ??= await EventStore.open(join(this.root, 'latchkey'), { readOnly: true });
  }

  async close(): Promise<void> {
    await this.store?.close();
    await this.homebridge?.stop('SIGKILL');
    await this.ring.close();
    await rm(this.root, { recursive: true, force: true });
  }

  /** Somebody rings; resolves once Homebridge has heard of it. */
  async press(options: PushOptions = {}): Promise<void> {
    await this.ring.push(push({ id: String(++this.#pushed), triggeredAt: Date.now(), ...options }));
  }

  /** Somebody rings; resolves to the event the visit became. */
  async ringing(options: PushOptions = {}): Promise<StoredEvent> {
    const told = this.homebridge.line(/Front Door.*\(event/, this.homebridge.lines.length);
    await this.press(options);
    const event = await this.store.event(Number(/event (\d+)/.exec(await told)?.[1]));
    if (!event) throw new Error('the visit is not in the history');
    return event;
  }
}

/** Logs in as an owner does, on the command line; resolves to what it said. */
async function logIn({ ring, root }: Household): Promise<string> {
  const program = join(project, 'dist/cli/latchkey.js');
  const child = spawn(process.execPath, ['--import', preload, program, '--storage', root, 'login'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, FAKE_RING: JSON.stringify(ring.address) },
  });
  const { email, password, code } = ring.oauth.account;
  child.stdin.end(`${email}\n${password}\n${code}\n`);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  return said;
}

/** A picture of the clip, as Ring sends it with a push. */
async function stillOf(folder: string): Promise<Buffer> {
  const file = join(folder, 'still.jpg');
  const cut = ['-loglevel', 'error', '-ss', String(media.from), '-i', clip, '-frames:v', '1', file];
  await promisify(execFile)(ffmpeg.path, cut);
  return readFile(file);
}

describe.skipIf(!hasClip)('a Ring doorbell in a real Homebridge (skipped where ../shared/data is missing)', () => {
  let house: Household;
  let doorbell: AppleHome;

  beforeAll(async () => {
    house = await Household.move();
  });

  afterAll(async () => {
    await doorbell?.close();
    await house?.close();
  });

  it('is logged in to on the command line, with the code of a second factor', async () => {
    expect(await logIn(house)).toMatch(/^Latchkey is logged in to Ring\./);
    expect(house.ring.oauth.codesSent).toBe(1);
    await house.start();
    doorbell = await AppleHome.pair(await house.homebridge.external('Front Door'));
    expect(house.tokenWorks).toBe(true);
  });

  it('rings in Home, sees in the live video who is there, and hangs up', async () => {
    house.ring.snapshots.set('abc', { jpeg: await stillOf(house.root), takenAt: Date.now() });
    const rung = doorbell.next('Front Door', hap.characteristic.programmableSwitchEvent);
    const event = await house.ringing({ snapshot: 'abc:1' });
    await rung;
    expect(house.ring.requests.join('\n')).toMatch(/snapshots\/next\/1001\?.*uuid=abc/);
    expect(event).toMatchObject({ trigger: 'ding', cameraId: 'front-door', recordingId: '1', unlocked: false });
    // The push's own picture, and those of the live call.
    expect(event.frames).toBeGreaterThan(1);
    expect(event.detections.filter(({ label }) => label === 'person')).toHaveLength(1);
    await house.ring.live.idle();
  });

  it('shows live video to a phone that negotiates it, and hangs up when the phone does', async () => {
    const viewer = await Viewer.open();
    await doorbell.write('Front Door', '118', setupEndpoints(viewer.request));
    const setup = String(await doorbell.read('Front Door', '118'));
    expect(status(setup)).toBe(0);
    await doorbell.write('Front Door', '117', selectedStream('start'));
    expect(await viewer.picture()).toMatchObject({ width: 768, height: 432 });
    await doorbell.write('Front Door', '117', selectedStream('end'));
    await house.ring.live.idle();
    await viewer.close();
  });

  it('writes one visit for a press that is pushed twice, without an id', async () => {
    const before = (await house.store.events({ limit: 100 })).length;
    const at = Date.now();
    const told = house.ringing({ id: null, triggeredAt: at });
    await house.press({ id: null, triggeredAt: at });
    await told;
    expect(await house.store.events({ limit: 100 })).toHaveLength(before + 1);
  });

  it('keeps the door shut, and says why, where the live call of an offline doorbell "succeeds" and brings nothing', async () => {
    house.ring.live.media = { silent: true };
    const told = house.homebridge.line(/Front Door sent no live video .* so the door stays shut for faces/);
    const event = await house.ringing();
    await told;
    expect(event).toMatchObject({ frames: 0, unlocked: false, lockId: 'front-lock' });
    expect(event.sentence).toContain('no picture came');
    await house.ring.live.idle();
    house.ring.live.media = media;
  });

  it('ends the visit by itself where Ring answers nothing more', async () => {
    house.ring.faults = [{ match: /signalsocket|snapshots/, does: 'hang' }];
    expect(await house.ringing()).toMatchObject({ trigger: 'ding', frames: 0, unlocked: false });
    house.ring.faults = [];
  });

  it('is connected again by itself after the token desk was out of order', async () => {
    house.ring.oauth.revokeAccess();
    house.ring.faults = [{ match: /oauth/, times: 1, does: { status: 503, body: 'down' } }];
    await house.press();
    await house.homebridge.line(/token desk is out of order \(503\)/);
    await house.homebridge.line(/Ring is connected again/);
    await house.ring.seen(/ring_devices/, 2);
    expect((await house.ringing()).trigger).toBe('ding');
  });

  it('is still logged in after a kill -9 in the middle of a new token', async () => {
    const asked = house.ring.requests.filter((line) => /oauth/.test(line)).length;
    house.ring.oauth.revokeAccess();
    await house.press();
    await house.ring.seen(/oauth/, asked + 1);
    const family = descendants(house.homebridge.pid);
    for (const pid of family) process.kill(pid, 'SIGKILL');
    await house.homebridge.stop('SIGKILL');
    await vi.waitFor(() => expect(family.filter(isAlive)).toEqual([]), 60_000);
    await doorbell.close();
    expect(house.tokenWorks).toBe(true);
    await house.start();
    expect((await house.ringing()).frames).toBeGreaterThan(0);
  });

  it('ends in good order while a live call is open and requests hang, and leaves a token that works', async () => {
    const calls = house.ring.live.calls.length;
    house.ring.faults = [{ match: /snapshots|clients_api/, does: 'hang' }];
    await house.press();
    await house.ring.seen(/\/ws\?/, calls + 1);
    const family = descendants(house.homebridge.pid);
    // Homebridge ends by a timer of its own, five seconds after the signal, whether or not its plugins are done.
    const stopped = house.homebridge.line(/Latchkey has stopped/);
    await house.homebridge.stop();
    await stopped;
    await house.ring.live.idle();
    await vi.waitFor(() => expect(family.filter(isAlive)).toEqual([]), 60_000);
    expect(house.tokenWorks).toBe(true);
  });
});

describe.skipIf(!hasClip)('a Ring doorbell in Homebridge 1 (skipped where ../shared/data is missing)', () => {
  let house: Household;

  beforeAll(async () => {
    house = await Household.move();
  });

  afterAll(() => house?.close());

  it('rings, and sees in the live video who is there, by a token from the settings', async () => {
    const refreshToken = house.ring.oauth.issue();
    await house.start({ version: 'homebridge-1', platform: { ring: { refreshToken } } });
    const event = await house.ringing();
    expect(event).toMatchObject({ trigger: 'ding', cameraId: 'front-door' });
    expect(event.detections.filter(({ label }) => label === 'person')).toHaveLength(1);
    expect(house.tokenWorks).toBe(true);
  });
});
