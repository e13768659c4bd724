/** Asks the gauged Homebridge what it has counted. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import type { Gauged } from './gauged.ts';

export class Gauge {
  readonly port: number;
  readonly connected: Promise<void>;
  readonly close: () => void;
  #ask: (order: string) => void = () => undefined;
  #answer: (line: string) => void = () => undefined;

  private constructor(server: Server) {
    this.port = (server.address() as AddressInfo).port;
    this.close = () => server.close();
    this.connected = once(server, 'connection').then(([socket]) => {
      this.#ask = (order) => socket.write(`${order}\n`);
      createInterface({ input: socket }).on('line', (line) => this.#answer(line));
    });
  }

  static async open(): Promise<Gauge> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Gauge(server);
  }

  async read(): Promise<Gauged> {
    return (await this.ask('read')) as Gauged;
  }

  async ask(order: 'on' | 'off' | 'read'): Promise<unknown> {
    const answered = new Promise<string>((resolve) => {
      this.#answer = resolve;
    });
    this.#ask(order);
    return JSON.parse(await answered);
  }
}
