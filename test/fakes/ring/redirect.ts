/** Sends this process's connections for Ring to a fake on loopback, and brings the fake's pushes to ring-client-api. */
import dgram from 'node:dgram';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { RingCamera } from 'ring-client-api';
import { Agent } from 'undici';
import WebSocket from 'ws';

export interface FakeAddress {
  port: number;
  stunPort: number;
  /** PEM of the fake's own authority. */
  ca: string;
}

const cloud = /(^|\.)(ring\.com|rings\.solutions|ring\.devices\.a2z\.com|google\.com|googleapis\.com)$/;

/** Begins to redirect; the returned function puts everything back. */
export async function redirect(fake: FakeAddress): Promise<() => Promise<void>> {
  const undo = [redirectTls(fake), redirectFetch(), redirectStun(fake.stunPort)];
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
  socket.on('message', (data) => {
    const push = JSON.parse(String(data));
    cameras.get(String(push.data.device.id))?.processPushNotification(push);
    socket.send('delivered');
  });
  return async () => {
    for (const step of undo) step();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close();
    await closed;
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

/** WebRTC asks for its outer address and waits 5 to 15 seconds where nobody answers, on either side of a call. */
export function redirectStun(stunPort: number): () => void {
  const send = dgram.Socket.prototype.send;
  const patched = function (this: dgram.Socket, ...args: unknown[]) {
    if (typeof args[2] === 'string' && args[2].startsWith('stun')) {
      // A socket bound to one interface cannot reach loopback, but it reaches its own address.
      const own = this.address().address;
      args[1] = stunPort;
      args[2] = own === '0.0.0.0' ? '127.0.0.1' : own;
    }
    return Reflect.apply(send, this, args);
  };
  dgram.Socket.prototype.send = patched as typeof send;
  return () => {
    dgram.Socket.prototype.send = send;
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
