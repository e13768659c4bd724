/** The local dashboard over real sockets: what it serves, and to whom it does not. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { Dashboard, type DashboardOptions } from '../../src/dashboard/http.ts';
import { hashPassword } from '../../src/dashboard/password.ts';
import type { EventStore } from '../../src/store/event-store.ts';
import { freshFolder } from '../store/folders.ts';
import { jpeg } from '../store/visits.ts';
import { FakeHouse } from './fake-house.ts';
import { clockAt, historyOf, known, noon, openStore, visitAt } from './histories.ts';

const token = 'a-token-of-the-owner';
const log = { info: () => undefined, warn: () => undefined };
const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

let store: EventStore;
let house: FakeHouse;

beforeEach(async () => {
  store = await openStore();
  house = new FakeHouse();
});

async function dashboard(options: Partial<DashboardOptions> = {}): Promise<string> {
  const page = freshFolder();
  mkdirSync(join(page, 'assets'));
  writeFileSync(join(page, 'index.html'), '<div id="app"></div><script type="module" src="./assets/app.js"></script>');
  writeFileSync(join(page, 'assets', 'app.js'), 'export {};');
  const running = await Dashboard.start({
    history: historyOf(store),
    store,
    house,
    log,
    version: '1.2.3',
    page,
    port: 0,
    token,
    password: 'open sesame',
    clock: clockAt(noon),
    ...options,
  });
  onTestFinished(() => running.stop());
  return running.address;
}

const bearer = { authorization: `Bearer ${token}` };
const json = { 'content-type': 'application/json' };

async function get(address: string, headers: Record<string, string> = bearer) {
  const response = await fetch(address, { headers });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

async function logIn(address: string, password: string, headers: Record<string, string> = {}) {
  return fetch(`${address}/login`, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: JSON.stringify({ password }),
  });
}

/** With headers that fetch would not send as they are. */
async function plainly(address: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const request = httpRequest(address, { headers });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

async function asHost(address: string, host: string): Promise<number | undefined> {
  const response = await plainly(`${address}/health`, { ...bearer, host });
  response.resume();
  return response.statusCode;
}

describe('who is let in', () => {
  const inside = [
    '/events',
    '/events/1',
    '/days',
    '/heatmap',
    '/calendar',
    '/stats',
    '/strangers',
    '/people',
    '/ignored',
    '/health',
    '/choices',
    '/export',
    '/metrics',
    '/openapi.json',
    '/status',
  ];

  it.each(inside)('%s is for those who logged in', async (path) => {
    const address = await dashboard();
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: 'Basic YTph' },
      { cookie: 'latchkey-session=wrong' },
    ]) {
      const { status, body } = await get(address + path, headers as Record<string, string>);
      expect(status).toBe(401);
      expect(JSON.parse(body)).toEqual({ error: 'Log in first.' });
    }
  });

  it('does not start without a password or a token', async () => {
    await expect(dashboard({ token: undefined, password: undefined })).rejects.toThrow(
      'The dashboard needs a password or a token',
    );
  });

  it('listens to this machine alone unless told otherwise', async () => {
    expect(await dashboard()).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it.skipIf(!hasIpv6)(
    `does all that over IPv6 as well${hasIpv6 ? '' : ' (skipped: this machine has no ::1)'}`,
    async () => {
      const address = await dashboard({ host: '::1' });
      expect(address).toMatch(/^http:\/\/\[::1\]:\d+$/);
      expect((await get(`${address}/health`, {})).status).toBe(401);
      const own = { origin: address };
      expect((await logIn(address, 'open', own)).status).toBe(401);
      const response = await logIn(address, 'open sesame', own);
      const session = { cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
      expect((await get(`${address}/health`, session)).status).toBe(200);
      expect((await get(`${address}/health`, { ...session, origin: 'http://[::2]' })).status).toBe(403);
      expect(await asHost(address, 'evil.example')).toBe(421);
      const live = new WebSocket(`${address.replace('http', 'ws')}/live`, { headers: { ...session, ...own } });
      await once(live, 'open');
      const heard = once(live, 'message');
      house.visit({ id: 17 });
      expect(JSON.parse(String((await heard)[0]))).toEqual({ visit: { id: 17 } });
      live.terminate();
    },
  );

  it('begins a session with the password, in clear or hashed, and ends it', async () => {
    for (const password of ['open sesame', await hashPassword('open sesame')]) {
      const address = await dashboard({ password, token: undefined });
      expect((await logIn(address, 'open')).status).toBe(401);
      const response = await logIn(address, 'open sesame');
      const cookie = response.headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(/^latchkey-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
      const session = { cookie: cookie.split(';')[0] as string };
      expect((await get(`${address}/health`, session)).status).toBe(200);
      expect(JSON.parse((await get(`${address}/session`, session)).body)).toEqual({ loggedIn: true, password: true });
      await fetch(`${address}/logout`, { method: 'POST', headers: session });
      expect((await get(`${address}/health`, session)).status).toBe(401);
    }
  });

  it('ends a session after twelve hours', async () => {
    let now = noon;
    const address = await dashboard({ clock: { now: () => now, after: () => () => undefined } });
    const cookie = (await logIn(address, 'open sesame')).headers.get('set-cookie')?.split(';')[0] ?? '';
    now += 12 * 3_600_000 - 1;
    expect((await get(`${address}/health`, { cookie })).status).toBe(200);
    now += 1;
    expect((await get(`${address}/health`, { cookie })).status).toBe(401);
  });

  it('lets nobody guess more than five passwords a minute', async () => {
    const address = await dashboard();
    const statuses: number[] = [];
    for (let guess = 0; guess < 7; guess++) statuses.push((await logIn(address, `guess ${guess}`)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await logIn(address, 'open sesame')).status).toBe(429);
  });
});

describe('other sites in the same browser', () => {
  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
  ])('are refused with %j, whatever they know', async (headers) => {
    const address = await dashboard();
    expect((await get(`${address}/events`, { ...bearer, ...headers } as Record<string, string>)).status).toBe(403);
    expect((await logIn(address, 'open sesame', headers as Record<string, string>)).status).toBe(403);
    const response = await fetch(`${address}/commands/arm`, {
      method: 'POST',
      headers: { ...bearer, ...json, ...headers } as Record<string, string>,
      body: '{"armed":true}',
    });
    expect(response.status).toBe(403);
    expect(house.calls).toEqual([]);
  });

  it('cannot pass off a name of their own as this machine', async () => {
    const address = await dashboard({ hostNames: ['house.lan'] });
    expect(await asHost(address, 'evil.example')).toBe(421);
    expect(await asHost(address, 'localhost.evil.example:80')).toBe(421);
    expect(await asHost(address, 'localhost:8583')).toBe(200);
    expect(await asHost(address, 'raspberrypi.local')).toBe(200);
    expect(await asHost(address, 'house.lan')).toBe(200);
    expect(await asHost(address, '192.168.1.5:8583')).toBe(200);
  });

  it('cannot open the live feed', async () => {
    const address = await dashboard();
    const socket = new WebSocket(`${address.replace('http', 'ws')}/live`, {
      headers: bearer,
      origin: 'https://evil.example',
    });
    const [error] = await once(socket, 'error');
    expect(String(error)).toContain('403');
  });
});

describe('every answer', () => {
  it('carries the headers that keep a browser safe', async () => {
    const address = await dashboard();
    for (const path of ['/', '/events', '/nothing', '/page/assets/app.js']) {
      const { headers } = await get(address + path);
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('refuses bodies that are too large', async () => {
    const address = await dashboard();
    const post = (path: string, size: number) =>
      fetch(address + path, {
        method: 'POST',
        headers: { ...bearer, ...json },
        body: JSON.stringify({ password: 'x'.repeat(size) }),
      });
    expect((await post('/login', 20_000)).status).toBe(413);
    expect((await post('/commands/enrol', 2_000_000)).status).toBe(413);
  });

  it('names the parameter that is wrong, and no more', async () => {
    const address = await dashboard();
    const wrong = async (query: string) =>
      (JSON.parse((await get(`${address}${query}`)).body) as { error: string }).error;
    expect(await wrong('/events?limit=1000')).toBe('limit: must be a whole number from 1 to 200.');
    expect(await wrong('/events?decision=maybe')).toBe('decision: must be one of opened, failed, refused, none.');
    expect(await wrong('/events?from=yesterday')).toBe('from: must be a time such as 2026-11-22T18:30:00Z.');
    expect(await wrong('/events?cursor=x')).toBe('cursor must be the `next` of a page.');
    expect(await wrong('/heatmap?first=2026-02-01&last=2026-01-01')).toBe('first must not be after last.');
    expect(await wrong('/heatmap?subject=colour:red')).toContain('subject: must be "all"');
    expect(await wrong('/events/none')).toContain('id: must be a whole number');
    expect(await wrong('/events/77')).toBe('There is no such event (any more).');
  });
});

describe('pictures', () => {
  async function withPicture() {
    const frame = { width: 640, height: 360, takenAt: noon, thumbnail: jpeg };
    await store.addVisit(visitAt('2026-11-20T10:00:00.000Z', { bestFrame: frame }));
    const address = await dashboard();
    const { events } = JSON.parse((await get(`${address}/events`)).body) as { events: { thumbnail: string }[] };
    return { address, picture: events[0]?.thumbnail ?? '' };
  }

  it('are served at the address an answer gave, without a log-in, for a while', async () => {
    const { address, picture } = await withPicture();
    const response = await fetch(address + picture);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(jpeg);
  });

  it('are at no other address', async () => {
    const { address, picture } = await withPicture();
    const signature = picture.slice(picture.indexOf('?'));
    const others = [
      picture.split('?')[0] as string,
      picture.replace(/signature=(.)/, (_, first) => `signature=${first === '_' ? '-' : '_'}`),
      picture.replace('until=1', 'until=2'),
      `/thumbnails/latchkey.db${signature}`,
      `/thumbnails/..%2F..%2Fetc%2Fpasswd${signature}`,
      `/thumbnails/%2e%2e%2flatchkey.db${signature}`,
      `/thumbnails/thumbnails%2F..%2Flatchkey.db${signature}`,
      `/thumbnails/thumbnails%2F%00.jpg${signature}`,
      '/page/../latchkey.db',
      '/page/..%2f..%2fpackage.json',
      '/page/.env',
    ];
    for (const other of others) expect((await fetch(address + other)).status).toBeGreaterThanOrEqual(400);
  });

  it('lead out of the folder of pictures for nobody, even with a good signature', async () => {
    await store.addVisit(visitAt('2026-11-20T10:00:00.000Z'));
    await store.database.run(`UPDATE events SET thumbnail_path = '../latchkey.db'`);
    const address = await dashboard();
    const { events } = JSON.parse((await get(`${address}/events`)).body) as { events: { thumbnail: string }[] };
    expect((await fetch(address + events[0]?.thumbnail)).status).toBe(404);
  });
});

describe('what is served', () => {
  it('answers the questions of the page, hostile names and all, as JSON and nothing a browser would run', async () => {
    const hostile = ['<script>alert(1)</script>', '\u202eevil', 'x'.repeat(10_000), '"\'`;--', '{{7*7}}'];
    for (const name of hostile) {
      await store.addVisit(
        visitAt('2026-11-20T10:00:00.000Z', {
          identity: known(name),
          cameraId: name,
          sentence: name,
          detections: [{ label: name, confidence: 1, box: [0, 0, 1, 1] }],
        }),
      );
    }
    const address = await dashboard();
    for (const path of [
      '/events',
      '/events/1',
      '/heatmap?days=7',
      '/calendar',
      '/stats',
      '/choices',
      '/people',
      '/health',
      '/days',
      '/strangers',
      '/openapi.json',
      '/picture?camera=front-door',
    ]) {
      const { status, headers, body } = await get(address + path);
      expect(status, path).toBe(200);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      JSON.parse(body);
    }
    const asked = `${address}/events?${new URLSearchParams(hostile.slice(0, 2).map((name): [string, string] => ['person', name]))}`;
    expect((JSON.parse((await get(asked)).body) as { events: unknown[] }).events).toHaveLength(2);
    const { body } = await get(`${address}/metrics`);
    expect(body).toMatch(/^latchkey_history_visits 5$/m);
    expect(body.split('\n').every((line) => /^(#.*|latchkey_\w+(\{.*\})? -?[\d.]+|)$/.test(line))).toBe(true);
  });

  it('exports as an attachment', async () => {
    await store.addVisit(visitAt('2026-11-20T10:00:00.000Z'));
    const { headers, body } = await get(`${await dashboard()}/export?format=csv&label=dog`);
    expect(headers.get('content-disposition')).toBe('attachment; filename="latchkey.csv"');
    expect(body.trimEnd().split('\r\n')).toHaveLength(2);
  });

  it('serves the page as a document of its own', async () => {
    const address = await dashboard();
    const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const response = await plainly(`${address}/`, followed);
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(await text(response)).toContain('src="/page/assets/app.js"');
    expect((await get(`${address}/page/assets/app.js`, {})).body).toBe('export {};');
  });

  it('passes commands to the house, and its refusals back', async () => {
    const address = await dashboard();
    const post = async (name: string, body: unknown) => {
      const response = await fetch(`${address}/commands/${name}`, {
        method: 'POST',
        headers: { ...bearer, ...json },
        body: JSON.stringify(body),
      });
      return [response.status, await response.json()];
    };
    expect(await post('arm', { armed: false })).toEqual([200, { result: null }]);
    expect(house.calls).toEqual([['arm', false]]);
    expect(await post('arm', { armed: 1 })).toEqual([400, { error: expect.stringContaining('armed: ') }]);
    expect(await post('unlock', {})).toEqual([404, { error: 'There is no such command.' }]);
    expect(JSON.parse((await get(`${address}/status`)).body)).toMatchObject({ running: true, armed: true });
  });

  it('sends visits to those who watch, as they happen', async () => {
    const address = await dashboard();
    const socket = new WebSocket(`${address.replace('http', 'ws')}/live`, { headers: bearer });
    await once(socket, 'open');
    house.visit({ id: 7, thumbnail: 'thumbnails/2026/11/22/a.jpg' });
    const [data] = await once(socket, 'message');
    expect(JSON.parse(String(data))).toMatchObject({
      visit: { id: 7, thumbnail: expect.stringMatching(/^\/thumbnails\/.*signature=/) },
    });
    socket.close();
    await once(socket, 'close');
    const refused = new WebSocket(`${address.replace('http', 'ws')}/live`);
    expect(String((await once(refused, 'error'))[0])).toContain('401');
  });
});
