/** Sends this process's connections for Ring to a fake on loopback, and brings the fake's pushes to ring-client-api. */
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { type PushNotificationDingV2, RingCamera } from 'ring-client-api';
import { firstValueFrom, skip } from 'rxjs';
import { Agent } from 'undici';
import WebSocket from 'ws';
import { redirectStun } from './redirect-stun.ts';

export interface FakeAddress {
  port: number;
  stunPort: number;
  /** PEM of the fake's own authority. */
  ca: string;
}

const cloud = /(^|\.)(ring\.com|rings\.solutions|ring\.devices\.a2z\.com|google\.com|googleapis\.com)$/;

/** What the fake does to a process it is redirected to; each is answered once it is done. */
export type Order =
  | { push: object }
  /** The client asks for its devices, as it does once a minute. */
  | { poll: true }
  /** So many milliseconds are over. */
  | { pass: number };

/** Begins to redirect; the returned function puts everything back. `pass` lets time pass, where that can be done. */
export async function redirect(fake: FakeAddress, pass?: (ms: number) => void): Promise<() => Promise<void>> {
  const undo = [redirectTls(fake), redirectFetch(), redirectStun(fake.stunPort), redirectChildren(fake)];
  const cameras = new Map<string, RingCamera>();
  undo.push(watchCameras(cameras));
  const socket = new WebSocket(`wss://127.0.0.1:${fake.port}/fake/push`, { rejectUnauthorized: false });
  let connection: Socket | undefined;
  socket.once('upgrade', (response) => {
    connection = response.socket;
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  // A process that is done may end, whether or not something could still be pushed to it.
  connection?.unref();
  socket.on('message', async (data) => {
    const order: Order = JSON.parse(String(data));
    if ('push' in order) deliver(order.push as PushNotificationDingV2, cameras);
    else if ('poll' in order) await Promise.all([...cameras.values()].map(poll));
    else pass?.(order.pass);
    socket.send('done');
  });
  return async () => {
    for (const step of undo) step();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close();
    await closed;
  };
}

function deliver(push: PushNotificationDingV2, cameras: ReadonlyMap<string, RingCamera>): void {
  cameras.get(String(push.data.device.id))?.processPushNotification(push);
}

/** The client leaves out what it is asked for again within half a second. */
async function poll(camera: RingCamera): Promise<void> {
  const fresh = firstValueFrom(camera.onData.pipe(skip(1)));
  const asking = setInterval(() => camera.requestUpdate(), 100);
  camera.requestUpdate();
  await fresh;
  clearInterval(asking);
}

/** What this process forks, such as that of a live call, loads the preload too. */
function redirectChildren(fake: FakeAddress): () => void {
  const { NODE_OPTIONS, FAKE_RING } = process.env;
  const preload = `--import ${new URL('./preload.ts', import.meta.url).href}`;
  if (!NODE_OPTIONS?.includes(preload)) process.env.NODE_OPTIONS = `${NODE_OPTIONS ?? ''} ${preload}`.trim();
  process.env.FAKE_RING = JSON.stringify(fake);
  return () => {
    for (const [name, value] of Object.entries({ NODE_OPTIONS, FAKE_RING })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

function redirectTls({ port, ca }: FakeAddress): () => void {
  const connect = tls.connect;
  const patched = (...args: unknown[]) => {
    const options = args[0] as tls.ConnectionOptions;
    const host = options?.servername ?? options?.host;
    if (typeof host !== 'string' || !cloud.test(host)) return Reflect.apply(connect, tls, args);
    return connect({ ...options, host: '127.0.0.1', port, servername: host, ca, lookup: undefined } as never);
  };
  tls.connect = patched as typeof tls.connect;
  return () => {
    tls.connect = connect;
  };
}

/** The fetch that is part of Node connects by a way of its own: an agent from npm brings it to `tls.connect`. */
function redirectFetch(): () => void {
  const original = globalThis.fetch;
  const dispatcher = new Agent();
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    // A dispatcher of the caller's own stays.
    const options = cloud.test(url.hostname) ? ({ dispatcher, ...init } as unknown as RequestInit) : init;
    return original(input, options);
  };
  return () => {
    globalThis.fetch = original;
    void dispatcher.destroy();
  };
}

/** Every camera subscribes to its dings when it is built: that is where its newest object can be had. */
function watchCameras(cameras: Map<string, RingCamera>): () => void {
  const subscribe = RingCamera.prototype.subscribeToDingEvents;
  RingCamera.prototype.subscribeToDingEvents = function (this: RingCamera) {
    cameras.set(String(this.id), this);
    return subscribe.call(this);
  };
  return () => {
    RingCamera.prototype.subscribeToDingEvents = subscribe;
  };
}
