/** The page's server in a process of its own, asked as Config UI X asks it. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ringTokenPath, TokenFile, unpackToken } from '../src/cameras/ring/token.ts';
import { ControlServer, controlPath } from '../src/dashboard/control.ts';
import { isPassword } from '../src/dashboard/password.ts';
import { EventStore } from '../src/store/event-store.ts';
import { FakeHouse } from './dashboard/fake-house.ts';
import { FakeRing } from './fakes/ring/cloud.ts';
import { FakeSwitchBot } from './fakes/switchbot.ts';
import { aVisit, jpeg } from './store/visits.ts';

const program = join(import.meta.dirname, 'fakes', 'page-server.ts');
const preload = pathToFileURL(join(import.meta.dirname, 'fakes', 'ring', 'preload.ts')).href;

interface Message {
  action: 'ready' | 'response' | 'stream';
  payload: { requestId?: number; success?: boolean; data?: unknown; event?: string };
}

type Answer = { ok: true; data: unknown } | { ok: false; sentence: string; problem: string | undefined };

/** Config UI X's end of the channel. */
class Parent {
  readonly #child: ChildProcess;
  readonly #hearers = new Set<(message: Message) => void>();
  #asked = 0;

  constructor(storage: string, env: Record<string, string> = {}, execArgv: string[] = []) {
    const config = { HOMEBRIDGE_STORAGE_PATH: storage, HOMEBRIDGE_CONFIG_PATH: join(storage, 'config.json') };
    this.#child = fork(program, { silent: true, execArgv, env: { ...process.env, ...config, ...env } });
    this.#child.on('message', (message: Message) => {
      for (const hear of this.#hearers) hear(message);
    });
  }

  message(matches: (message: Message) => boolean): Promise<Message> {
    return new Promise((resolve, reject) => {
      const hear = (message: Message) => {
        if (!matches(message)) return;
        this.#hearers.delete(hear);
        resolve(message);
      };
      this.#hearers.add(hear);
      this.#child.once('exit', (code) => reject(new Error(`The page's server ended (${code}).`)));
    });
  }

  async ask(path: string, body: unknown = {}): Promise<Answer> {
    const requestId = ++this.#asked;
    const answered = this.message(({ payload }) => payload.requestId === requestId);
    this.#child.send({ action: 'request', requestId, path, body });
    const { success, data } = (await answered).payload;
    if (success) return { ok: true, data };
    const { message, error } = data as { message: string; error?: { problem: string } };
    return { ok: false, sentence: message, problem: error?.problem };
  }

  /** As Config UI X does when the modal closes. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.disconnect();
    await ended;
  }
}

let storage: string;
let parent: Parent;

async function start(env?: Record<string, string>, execArgv?: string[]): Promise<void> {
  parent = new Parent(storage, env, execArgv);
  await parent.message(({ action }) => action === 'ready');
}

beforeEach(() => {
  // Short: the path of a socket has little room.
  storage = mkdtempSync(join(tmpdir(), 'latchkey-'));
});

afterEach(async () => {
  await parent.close();
  rmSync(storage, { recursive: true, force: true });
});

async function aHistory(): Promise<{ id: number; thumbnail: string }> {
  const store = await EventStore.open(join(storage, 'latchkey'));
  const bestFrame = { width: 640, height: 360, takenAt: Date.UTC(2026, 10, 22), thumbnail: jpeg };
  const { id, thumbnail } = await store.addVisit(aVisit({ bestFrame }));
  await store.close();
  return { id, thumbnail: thumbnail ?? '' };
}

describe("the page's server", () => {
  it('says that there is no history yet, and that nothing runs', async () => {
    await start();
    expect(await parent.ask('/ask', { name: 'events' })).toMatchObject({ ok: false, problem: 'missing' });
    expect(await parent.ask('/status')).toEqual({
      ok: true,
      data: { running: false, sentence: expect.stringMatching(/^Latchkey is not running/) },
    });
  });

  it('answers from the history while the plugin is stopped, with what config.json calls things', async () => {
    const { id, thumbnail } = await aHistory();
    const cameras = [{ type: 'folder', name: 'Front Door', folder: '/pictures' }];
    writeFileSync(join(storage, 'config.json'), JSON.stringify({ platforms: [{ platform: 'Latchkey', cameras }] }));
    await start();
    expect(await parent.ask('/ask', { name: 'event', params: { id } })).toMatchObject({
      ok: true,
      data: { id, cameraName: 'Front Door', ignored: false },
    });
    expect(await parent.ask('/thumbnails', [thumbnail, '../../config.json'])).toEqual({
      ok: true,
      data: { [thumbnail]: Buffer.from(jpeg).toString('base64'), '../../config.json': null },
    });
    const piece = parent.message(({ action }) => action === 'stream');
    expect(await parent.ask('/export', { format: 'csv' })).toMatchObject({ ok: true });
    expect((await piece).payload).toMatchObject({ event: 'export' });
  });

  it('reads a history also beside a config.json that is broken', async () => {
    const { id } = await aHistory();
    writeFileSync(join(storage, 'config.json'), '{"platforms": [');
    await start();
    expect(await parent.ask('/ask', { name: 'event', params: { id } })).toMatchObject({ ok: true, data: { id } });
  });

  it('refuses what it does not know, and parameters that are wrong, in a sentence', async () => {
    await aHistory();
    await start();
    for (const asked of [{ name: 'constructor' }, {}, { name: 'everything' }])
      expect(await parent.ask('/ask', asked)).toMatchObject({
        sentence: 'The page asked what nobody knows: reload it.',
      });
    expect(await parent.ask('/command', { name: 'unlock' })).toMatchObject({
      sentence: 'The page asked what nobody knows: reload it.',
    });
    expect(await parent.ask('/ask', { name: 'events', params: { limit: 100_000 } })).toMatchObject({
      ok: false,
      sentence: 'limit: must be a whole number from 1 to 200.',
    });
  });

  it('hands commands and visits over while the plugin runs, and says so when it does not', async () => {
    await aHistory();
    const house = new FakeHouse();
    const path = controlPath(join(storage, 'latchkey'));
    const control = await ControlServer.start(house, path, { warn: () => undefined });
    await start();
    expect(await parent.ask('/command', { name: 'arm', params: { armed: true } })).toMatchObject({ ok: true });
    await parent.ask('/command', { name: 'ring-code', params: { code: '123456' } });
    expect(house.calls).toEqual([
      ['arm', true],
      ['ringCode', '123456'],
    ]);
    const visit = parent.message(({ payload }) => payload.event === 'visit');
    house.visit({ id: 17 });
    expect((await visit).payload.data).toEqual({ id: 17 });
    const gone = parent.message(({ payload }) => payload.event === 'running');
    await control.stop();
    expect((await gone).payload.data).toBe(false);
    expect(await parent.ask('/command', { name: 'arm', params: { armed: true } })).toMatchObject({
      ok: false,
      problem: 'stopped',
      sentence: expect.stringMatching(/^Latchkey is not running/),
    });
  });

  it('makes a hash of a password, and refuses one that is too short', async () => {
    await start();
    expect(await parent.ask('/hash', { password: 'sesame' })).toMatchObject({
      sentence: 'A password must have 8 to 200 characters.',
    });
    const { data } = (await parent.ask('/hash', { password: 'open sesame' })) as { data: { hash: string } };
    expect(await isPassword('open sesame', data.hash)).toBe(true);
  });

  it('asks SwitchBot itself while the plugin is stopped', async () => {
    const cloud = await FakeSwitchBot.start();
    cloud.addDoor({ id: 'D708C25A1C21' });
    const platform = { platform: 'Latchkey', switchbot: { url: cloud.account.url } };
    writeFileSync(join(storage, 'config.json'), JSON.stringify({ platforms: [platform] }));
    await start();
    const found = await parent.ask('/command', {
      name: 'switchbot-devices',
      params: { token: cloud.token, secret: cloud.secret },
    });
    await cloud.stop();
    expect(found).toMatchObject({ ok: true, data: [{ id: 'D708C25A1C21', usable: true }, { usable: false }] });
  });

  it('logs in to Ring itself while the plugin is stopped', async () => {
    const ring = await FakeRing.start();
    mkdirSync(join(storage, 'latchkey'));
    await start({ FAKE_RING: JSON.stringify(ring.address) }, ['--import', preload]);
    const ask = (name: string, params: object) => parent.ask('/command', { name, params });
    expect(await ask('ring-code', { code: '123456' })).toMatchObject({
      sentence: 'Enter the e-mail address and the password first.',
    });
    expect(await ask('ring-login', { email: 'kim@example.org', password: 'correct horse' })).toMatchObject({
      data: { state: 'code', prompt: expect.stringMatching(/^Ring has sent a code/) },
    });
    expect(await ask('ring-code', { code: '123456' })).toEqual({ ok: true, data: { state: 'done' } });
    const token = new TokenFile(ringTokenPath(join(storage, 'latchkey'))).read();
    expect(ring.oauth.knows(unpackToken(token ?? '').rt)).toBe(true);
    await ring.close();
  });
});
