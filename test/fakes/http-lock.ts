/** A lock in the house that speaks plain HTTP: /lock, /unlock and /status. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class FakeHttpLock {
  /** What is really so. */
  state = 'LOCKED';
  door = 'shut';
  readonly requests: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[] = [];
  /** Requests held without an answer. */
  held = 0;
  /** What the next requests are answered with instead, by path. */
  readonly faults: {
    path: string;
    fault: 'hang' | 'cut' | { status: number; headers?: Record<string, string>; text?: string };
  }[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<FakeHttpLock> {
    const fake = new FakeHttpLock();
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

  async #serve(request: IncomingMessage, response: import('node:http').ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = new URL(request.url ?? '', 'http://lock').pathname;
    const body = Buffer.concat(chunks).toString('utf8');
    this.requests.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body });
    const index = this.faults.findIndex((one) => one.path === path);
    const fault = index < 0 ? undefined : this.faults.splice(index, 1)[0]?.fault;
    if (fault === 'cut') return void request.socket.destroy();
    if (fault === 'hang') {
      this.held++;
      response.once('close', () => this.held--);
      return;
    }
    if (fault) return void response.writeHead(fault.status, fault.headers).end(fault.text ?? '');
    if (path === '/lock') this.state = 'LOCKED';
    else if (path === '/unlock') this.state = 'UNLOCKED';
    else if (path !== '/status') return void response.writeHead(404).end();
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ lock: [{ state: this.state }], door: this.door, battery: { level: '83.4' } }));
  }
}
