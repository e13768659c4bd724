/** A fake Ring cloud over real sockets: token desk, devices, snapshots, history, recordings and live calls, with faults. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { selfSigned } from './certificate.ts';
import { type Device, doorbell, type HistoryEvent, historyEvent } from './devices.ts';
import { FakeLive, type LiveMedia } from './live.ts';
import { type Answer, FakeOauth } from './oauth.ts';
import type { FakeAddress, Order } from './redirect.ts';
import { redirectStun } from './redirect-stun.ts';
import { type StunServer, startStun } from './stun.ts';

const hosts = [
  'oauth.ring.com',
  'api.ring.com',
  'app-snaps.ring.com',
  'recordings.ring.com',
  'prd-api-us.prd.rings.solutions',
  'api.prod.signalling.ring.devices.a2z.com',
];

/** What is done to the requests whose `METHOD host/path` matches, the next `times` times (for ever where unset). */
export interface Fault {
  match: RegExp;
  times?: number;
  /** `stall` sends half of the true answer, without saying how long it is, and then nothing. */
  does: Answer | (() => Answer) | 'hang' | 'drop' | 'stall';
}

export interface Snapshot {
  jpeg: Uint8Array;
  /** Milliseconds since the epoch; null leaves `x-time-millis` out. */
  takenAt: number | null;
}

interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array | string;
}

export class FakeRing {
  readonly oauth = new FakeOauth();
  readonly live: FakeLive;
  readonly address: FakeAddress;
  locations: Array<{ id: string; name: string }> = [{ id: 'L1', name: 'Home' }];
  devices: Device[] = [doorbell()];
  events: HistoryEvent[] = [];
  faults: Fault[] = [];
  /** By uuid, and under `next` the picture a camera takes when it is forced to. */
  readonly snapshots = new Map<string, Snapshot>();
  /** By ding id: an mp4. */
  readonly recordings = new Map<string, Uint8Array>();
  /** Part of the address of every recording: whoever has it may load them. */
  readonly signature = 'only-for-the-owner';
  /** Every request as `METHOD host/path?query`. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #stun: StunServer;
  readonly #undoStun: () => void;
  readonly #listeners = new Set<() => void>();
  readonly #connections = new Set<Socket>();
  #told: WebSocket[] = [];
  #telling: Promise<void> = Promise.resolve();

  private constructor(server: Server, stun: StunServer, ca: string, media: LiveMedia) {
    this.#server = server;
    this.#stun = stun;
    this.#undoStun = redirectStun(stun.port);
    this.address = { port: (server.address() as AddressInfo).port, stunPort: stun.port, ca };
    this.live = new FakeLive(media);
    this.#sockets = new WebSocketServer({ noServer: true });
    server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
    });
    server.on('request', (request, response) => void this.#serve(request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  static async start(media: LiveMedia = {}): Promise<FakeRing> {
    const { key, cert } = await selfSigned(hosts);
    const server = createServer({ key, cert });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeRing(server, await startStun(), cert, media);
  }

  async close(): Promise<void> {
    await this.live.close();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#undoStun();
    this.#stun.close();
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  /** Sends a push to every redirected process; resolves once each has handed it to its camera. */
  push(notification: object): Promise<void> {
    return this.#tell({ push: notification });
  }

  /** Has every redirected process ask for its devices; resolves once each knows the answer. */
  poll(): Promise<void> {
    return this.#tell({ poll: true });
  }

  /** Lets time pass in every redirected process that can do so. What falls due is done once; no promise is waited for. */
  pass(ms: number): Promise<void> {
    return this.#tell({ pass: ms });
  }

  /** One order after the other; resolves once each process has done it, or ended. */
  #tell(order: Order): Promise<void> {
    this.#telling = this.#telling.then(() => this.#tellAll(order));
    return this.#telling;
  }

  async #tellAll(order: Order): Promise<void> {
    await Promise.all(
      this.#told.map(async (socket) => {
        const over = new AbortController();
        const done = Promise.race(['message', 'close'].map((event) => once(socket, event, over)));
        socket.send(JSON.stringify(order));
        await done;
        over.abort();
      }),
    );
  }

  /** How many requests that match have come in. */
  count(match: RegExp): number {
    return this.requests.filter((line) => match.test(line)).length;
  }

  /** Resolves when the `count`th request that matches has come in, those before this call included. */
  async seen(match: RegExp, count = 1): Promise<void> {
    while (this.count(match) < count) {
      await new Promise<void>((resolve) => {
        const listener = () => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    }
  }

  #note(line: string): void {
    this.requests.push(line);
    for (const listener of [...this.#listeners]) listener();
  }

  #fault(line: string): Exclude<Fault['does'], () => Answer> | undefined {
    const fault = this.faults.find((each) => each.match.test(line) && each.times !== 0);
    if (fault?.times) fault.times--;
    return typeof fault?.does === 'function' ? fault.does() : fault?.does;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const line = `${request.method} ${request.headers.host ?? ''}${request.url ?? ''}`;
    const fault = this.#fault(line);
    this.#note(line);
    if (fault === 'hang' || /google/.test(line)) return;
    if (fault === 'drop') return void request.socket.destroy();
    const reply = typeof fault === 'object' ? json(fault) : this.#reply(request, line, body);
    if (fault === 'stall') delete reply.headers['content-length'];
    response.writeHead(reply.status, { date: new Date().toUTCString(), ...reply.headers });
    if (fault === 'stall') return void response.write(reply.body.slice(0, Math.ceil(reply.body.length / 2)));
    response.end(reply.body);
  }

  #reply(request: IncomingMessage, line: string, body: string): Reply {
    const url = new URL(`https://${line.split(' ')[1]}`);
    const code = String(request.headers['2fa-code'] ?? '');
    if (url.host === 'oauth.ring.com') return json(this.oauth.answer(JSON.parse(body), code));
    if (url.pathname.startsWith('/recording-files/')) return this.#recording(url.pathname);
    if (!this.oauth.accepts(request.headers.authorization)) return json({ status: 401, body: { error: 'expired' } });
    if (url.host === 'app-snaps.ring.com') return this.#snapshot(url.searchParams.get('uuid') ?? 'next');
    if (url.pathname === '/clients_api/snapshots/uuid') return this.#snapshot(url.searchParams.get('uuid') ?? '');
    return json(this.#rest(url));
  }

  #rest(url: URL): Answer {
    const ok = (body: unknown): Answer => ({ status: 200, body });
    const path = url.pathname;
    if (path === '/devices/v1/locations') {
      return ok({ user_locations: this.locations.map(({ id, name }) => ({ location_id: id, name, address: {} })) });
    }
    if (path === '/clients_api/ring_devices') return ok(deviceList(this.devices));
    if (/^\/clients_api\/doorbots\/\d+\/(motions_)?subscribe$/.test(path)) return ok('');
    if (path === '/clients_api/device' || path === '/clients_api/session') return ok({ profile: {} });
    const health = /^\/clients_api\/doorbots\/(\d+)\/health$/.exec(path);
    if (health) {
      const device = this.devices.find(({ id }) => id === Number(health[1]));
      return ok({ device_health: { battery_percentage: device?.battery_life ?? null } });
    }
    const events = /^\/clients_api\/locations\/[^/]+\/devices\/(\d+)\/events$/.exec(path);
    if (events) return ok(this.#history(Number(events[1]), url.searchParams));
    const ding = /^\/clients_api\/dings\/([^/]+)\/(share\/play|recording)$/.exec(path)?.[1];
    if (ding) return ok({ url: `https://recordings.ring.com/recording-files/${ding}?signature=${this.signature}` });
    if (path === '/api/v1/clap/ticket/request/signalsocket') return ok({ ticket: this.live.ticket() });
    return { status: 404, body: { error: `no such path: ${path}` } };
  }

  #history(device: number, query: URLSearchParams) {
    const limit = Number(query.get('limit') ?? 20);
    const start = Number(query.get('pagination_key') ?? 0);
    const kind = query.get('kind');
    const all = this.events
      .filter((event) => event.device === device && (kind === null || event.kind === kind))
      .sort((a, b) => b.at - a.at);
    const next = start + limit;
    return {
      events: all.slice(start, next).map(historyEvent),
      meta: { pagination_key: next < all.length ? String(next) : null },
    };
  }

  #snapshot(uuid: string): Reply {
    const snapshot = this.snapshots.get(uuid);
    if (!snapshot) return json({ status: 404, body: { error: 'no snapshot' } });
    const time: Record<string, string> =
      snapshot.takenAt === null ? {} : { 'x-time-millis': String(Math.round(snapshot.takenAt)) };
    return { status: 200, headers: { 'content-type': 'image/jpeg', ...time }, body: snapshot.jpeg };
  }

  #recording(path: string): Reply {
    const mp4 = this.recordings.get(path.split('/').at(-1) ?? '');
    if (!mp4) return json({ status: 404, body: { error: 'no recording' } });
    return { status: 200, headers: { 'content-type': 'video/mp4', 'content-length': String(mp4.length) }, body: mp4 };
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const line = `GET ${request.headers.host ?? ''}${request.url ?? ''}`;
    const fault = this.#fault(line);
    this.#note(line);
    if (fault === 'hang') return;
    if (fault) return void socket.destroy();
    this.#sockets.handleUpgrade(request, socket, head, (connection) => {
      if (request.url === '/fake/push') {
        this.#told.push(connection);
        connection.on('close', () => {
          this.#told = this.#told.filter((other) => other !== connection);
        });
      } else this.live.accept(connection, new URL(`https://fake${request.url}`));
    });
  }
}

function deviceList(devices: Device[]) {
  const rest = { authorized_doorbots: [], chimes: [], base_stations: [], beams_bridges: [], other: [] };
  const isDoorbell = (device: Device) => !device.kind.startsWith('stickup');
  return {
    doorbots: devices.filter(isDoorbell),
    stickup_cams: devices.filter((device) => !isDoorbell(device)),
    ...rest,
  };
}

function json({ status, body, headers }: Answer): Reply {
  const type = typeof body === 'string' ? 'text/plain' : 'application/json';
  return {
    status,
    headers: { 'content-type': type, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
