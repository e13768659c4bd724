/** A SwitchBot cloud with doors behind it: API v1.1 over a real socket, with the faults the real one has shown. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../src/clock.ts';
import { type DoorOptions, FakeDoor } from './switchbot-door.ts';

export type CallKind = 'devices' | 'status' | 'command';

/** What goes wrong with one call. */
export type Fault =
  /** This HTTP status, with this text where given. */
  | { http: number; text?: string }
  /** HTTP 200 with another status code inside. */
  | { code: number | string; message?: string }
  /** Never an answer. A command is carried out all the same where `moves` is set. */
  | { hang: true; moves?: boolean }
  /** The connection is cut. A command is carried out all the same where `moves` is set. */
  | { cut: true; moves?: boolean }
  /** A good answer, but only after so many milliseconds of the cloud's clock. */
  | { late: number }
  /** `{"statusCode":100,"body":{}}`, as for a lock without hub or cloud service. */
  | { empty: true }
  /** HTTP 200 with this text. */
  | { text: string }
  /** A command is accepted and nothing moves. */
  | { still: true }
  /** A command is accepted and the bolt sticks. */
  | { jams: true }
  /** A status says what was so before the last command. */
  | { stale: true };

export interface SeenCall {
  kind: CallKind | 'unknown';
  method: string;
  path: string;
  /** The device it was about. */
  deviceId: string | null;
  /** Of a command: `lock`, `unlock`. */
  command: string | null;
  headers: IncomingMessage['headers'];
  /** The cloud's time. */
  at: number;
}

const SKEW_MS = 300_000;

export class FakeSwitchBot {
  readonly token = 'f4k3T0ken'.repeat(10);
  readonly secret = 's3cr3t0fTheFakeCloudxxxxxxxxxxxx';
  readonly calls: SeenCall[] = [];
  readonly doors = new Map<string, FakeDoor>();
  /** Other entries of the device list. */
  others: Record<string, unknown>[] = [
    { deviceId: 'FA7310762361', deviceName: 'Hub', deviceType: 'Hub Mini', hubDeviceId: '000000000000' },
  ];
  /** Calls held without an answer. */
  held = 0;
  /** Overrides what is done with a call; undefined means that nothing goes wrong. */
  decide: (call: SeenCall) => Fault | undefined = () => undefined;
  readonly #clock: Clock;
  readonly #server: Server;
  readonly #nonces = new Set<string>();
  readonly #faults: { kind: CallKind; fault: Fault }[] = [];
  #waiting: { matches: (call: SeenCall) => boolean; resolve: (call: SeenCall) => void }[] = [];

  private constructor(clock: Clock) {
    this.#clock = clock;
    this.#server = createServer((request, response) => {
      // A request given up half-way is nobody's trouble.
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(clock: Clock = systemClock): Promise<FakeSwitchBot> {
    const fake = new FakeSwitchBot(clock);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get account(): { token: string; secret: string; url: string } {
    return { token: this.token, secret: this.secret, url: this.url };
  }

  addDoor(options: DoorOptions): FakeDoor {
    const door = new FakeDoor(options);
    this.doors.set(door.id, door);
    return door;
  }

  /** The next calls of this kind go wrong so, one each. */
  next(kind: CallKind, ...faults: Fault[]): void {
    this.#faults.push(...faults.map((fault) => ({ kind, fault })));
  }

  commands(command: string): SeenCall[] {
    return this.calls.filter((call) => call.command === command);
  }

  /** Resolves at the next call that matches. */
  seen(matches: (call: SeenCall) => boolean): Promise<SeenCall> {
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const call = this.#note(request, body);
    const fault = this.decide(call) ?? this.#takeFault(call.kind);
    for (const waiting of this.#waiting.filter(({ matches }) => matches(call))) waiting.resolve(call);
    this.#waiting = this.#waiting.filter(({ matches }) => !matches(call));
    if (fault && 'http' in fault) return reply(response, fault.http, fault.text ?? '{"message":"fault"}', this.#clock);
    if (fault && 'text' in fault) return reply(response, 200, fault.text, this.#clock);
    if (fault && 'code' in fault) {
      return this.#answer(response, { statusCode: fault.code, body: {}, message: fault.message ?? 'fault' });
    }
    const refusal = this.#refusal(request);
    if (refusal) return reply(response, refusal.status, refusal.text, this.#clock);
    if (fault && ('hang' in fault || 'cut' in fault)) {
      if (fault.moves) this.#carryOut(call, body, undefined);
      if ('cut' in fault) return void request.socket.destroy();
      return void this.#hold(response);
    }
    const answer = this.#carryOut(call, body, fault);
    if (!fault || !('late' in fault)) return this.#answer(response, answer);
    const release = this.#hold(response);
    const cancel = this.#clock.after(fault.late, () => {
      release();
      this.#answer(response, answer);
    });
    response.once('close', cancel);
  }

  /** Counts a call as held until it is released or its connection ends. */
  #hold(response: ServerResponse): () => void {
    let open = true;
    const release = () => {
      if (open) this.held--;
      open = false;
    };
    this.held++;
    response.once('close', release);
    return release;
  }

  #note(request: IncomingMessage, body: string): SeenCall {
    const path = request.url ?? '';
    const device = /^\/v1\.1\/devices\/([^/]+)\/(status|commands)$/.exec(path);
    const kind =
      path === '/v1.1/devices' ? 'devices' : device?.[2] === 'commands' ? 'command' : device ? 'status' : 'unknown';
    const call: SeenCall = {
      kind,
      method: request.method ?? '',
      path,
      deviceId: device?.[1] ?? null,
      command: kind === 'command' ? String((parse(body) as { command?: unknown } | null)?.command) : null,
      headers: request.headers,
      at: this.#clock.now(),
    };
    this.calls.push(call);
    return call;
  }

  #takeFault(kind: SeenCall['kind']): Fault | undefined {
    const index = this.#faults.findIndex((fault) => fault.kind === kind);
    return index < 0 ? undefined : this.#faults.splice(index, 1)[0]?.fault;
  }

  /** The gateway in front: path, token, signature, time and nonce. */
  #refusal({ headers, url, method }: IncomingMessage): { status: number; text: string } | null {
    if (!/^\/v1\.1\/devices(\/[^/]+\/(status|commands))?$/.test(url ?? '')) {
      return { status: 403, text: `{"message":"Authorization header requires 'Credential' parameter."}` };
    }
    if ((method === 'POST') !== (url ?? '').endsWith('/commands'))
      return { status: 403, text: '{"message":"Forbidden"}' };
    const unauthorised = { status: 401, text: '{"message":"Unauthorized"}' };
    const { authorization, t, nonce, sign } = headers as Record<string, string | undefined>;
    if (authorization !== this.token || !/^\d{13}$/.test(t ?? '') || !nonce || !sign) return unauthorised;
    const expected = createHmac('sha256', this.secret).update(`${authorization}${t}${nonce}`).digest('base64');
    if (expected.toLowerCase() !== sign.toLowerCase()) return unauthorised;
    if (Math.abs(this.#clock.now() - Number(t)) > SKEW_MS || this.#nonces.has(nonce)) return unauthorised;
    this.#nonces.add(nonce);
    return null;
  }

  #carryOut(call: SeenCall, body: string, fault: Fault | undefined): unknown {
    if (call.kind === 'devices') return success({ deviceList: this.#deviceList(), infraredRemoteList: [] });
    const door = this.doors.get(call.deviceId ?? '');
    if (!door) return { statusCode: 190, body: {}, message: 'wrong deviceId' };
    if (call.kind === 'status') return success(this.#status(door, fault));
    const wish = parse(body) as { commandType?: unknown; command?: unknown; parameter?: unknown } | null;
    if (wish?.commandType !== 'command' || wish.parameter !== 'default') {
      return { statusCode: 160, body: {}, message: 'command is not supported' };
    }
    const command = String(wish.command);
    if (command !== 'lock' && command !== 'unlock') {
      return { statusCode: 160, body: {}, message: `not this command:${command}` };
    }
    if (fault && 'jams' in fault) door.jam(this.#clock.now());
    else if (!(fault && 'still' in fault)) door.drive(command, this.#clock.now());
    return success({});
  }

  #status(door: FakeDoor, fault: Fault | undefined): unknown {
    if (!door.hub || !door.cloudService || (fault && 'empty' in fault)) return {};
    return {
      deviceId: door.id,
      deviceType: (door.options.type ?? 'Smart Lock').replace('Smart Lock Ultra', 'Lock Ultra'),
      hubDeviceId: door.hub,
      battery: door.battery,
      version: 'V4.2',
      lockState: fault && 'stale' in fault ? door.past : door.stateAt(this.#clock.now()),
      ...(door.door && { doorState: door.door }),
      calibrate: true,
      ...door.says,
    };
  }

  #deviceList(): unknown[] {
    const doors = [...this.doors.values()].map((door) => ({
      deviceId: door.id,
      deviceName: door.options.name ?? door.id,
      deviceType: door.options.type ?? 'Smart Lock',
      enableCloudService: door.cloudService,
      hubDeviceId: door.hub,
      group: false,
      master: false,
      groupName: '',
      lockDevicesIds: [],
    }));
    return [...doors, ...this.others];
  }

  #answer(response: ServerResponse, value: unknown): void {
    reply(response, 200, JSON.stringify(value), this.#clock);
  }
}

function success(body: unknown): unknown {
  return { statusCode: 100, message: 'success', body };
}

function reply(response: ServerResponse, status: number, text: string, clock: Clock): void {
  response.writeHead(status, { 'Content-Type': 'application/json', Date: new Date(clock.now()).toUTCString() });
  response.end(text);
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
