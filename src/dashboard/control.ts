/** The control socket: the page's commands to the running plugin, and its visits back, as JSON lines. */
import { createHash } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { type Log, reason } from '../log.ts';
import type { EventCard } from './api-types.ts';
import { type CommandName, isCommand, mostCommandBytes, runCommand } from './commands.ts';
import type { House } from './house.ts';
import { readJsonLines, writeJsonLine } from './json-lines.ts';

/** What comes back is as large as a snapshot in base64. */
const mostAnswerBytes = 8_000_000;
const mostConnections = 16;

/** A Unix socket's path has room for about a hundred bytes on every system. */
const longestPath = 100;

/** Where the socket of a Latchkey folder is; on Windows the name of a pipe. Throws where the path is too long. */
export function controlPath(folder: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32') {
    return `\\\\.\\pipe\\latchkey-${createHash('sha256').update(resolve(folder).toLowerCase()).digest('hex').slice(0, 32)}`;
  }
  const path = join(resolve(folder), 'control.sock');
  if (Buffer.byteLength(path) > longestPath) {
    throw new Error(`${path} is too long for a socket: move Homebridge's storage to a folder with a shorter path.`);
  }
  return path;
}

interface Asked {
  id: unknown;
  command: unknown;
  params?: unknown;
}

/** Runs in the plugin. */
export class ControlServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #house: House;
  readonly #path: string;
  #endVisits = () => {};

  private constructor(house: House, path: string) {
    this.#house = house;
    this.#path = path;
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.maxConnections = mostConnections;
  }

  /** Rejects with a sentence where another Latchkey already listens there. */
  static async start(house: House, path: string, log: Pick<Log, 'warn'>): Promise<ControlServer> {
    if (!isPipe(path)) await removeStale(path);
    const control = new ControlServer(house, path);
    await control.#listen();
    control.#server.on('error', (error) => log.warn(`The page cannot reach the plugin: ${reason(error)}`));
    control.#endVisits = house.onVisit((visit) => {
      for (const socket of control.#sockets) writeJsonLine(socket, { visit });
    });
    return control;
  }

  async stop(): Promise<void> {
    this.#endVisits();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((done) => this.#server.close(() => done()));
    if (!isPipe(this.#path)) await rm(this.#path, { force: true });
  }

  async #listen(): Promise<void> {
    // Made for this user only from its first moment, not a moment later.
    const umask = process.umask(0o177);
    try {
      await new Promise<void>((listening, failed) => {
        this.#server.once('error', failed);
        this.#server.listen(this.#path, () => {
          this.#server.off('error', failed);
          listening();
        });
      });
    } finally {
      process.umask(umask);
    }
    if (!isPipe(this.#path)) await chmod(this.#path, 0o600);
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    readJsonLines(socket, mostCommandBytes, {
      onValue: (value) => void this.#answer(socket, value),
      onGarbage: (sentence) => {
        writeJsonLine(socket, { id: null, error: sentence });
        socket.end();
      },
    });
  }

  async #answer(socket: Socket, value: unknown): Promise<void> {
    const { id = null, command, params } = (typeof value === 'object' && value !== null ? value : {}) as Asked;
    try {
      if (!isCommand(command))
        throw new Error('This Latchkey does not know that command: update the plugin and its page together.');
      writeJsonLine(socket, { id, result: await runCommand(this.#house, command, params) });
    } catch (error) {
      writeJsonLine(socket, { id, error: reason(error) });
    }
  }
}

/** The plugin is not there, or went away before it answered: `message` is a sentence for the owner. */
export class NotRunning extends Error {
  override name = 'NotRunning';

  constructor(message = 'Latchkey is not running: start Homebridge, or its child bridge, and try again.') {
    super(message);
  }
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

export interface ControlClientOptions {
  path: string;
  onVisit?: (visit: EventCard) => void;
  /** The plugin came or went. */
  onRunning?: (running: boolean) => void;
}

/** Runs in the page's server. Connects when there is something to ask, and again after the plugin was restarted. */
export class ControlClient {
  readonly #options: ControlClientOptions;
  readonly #waiting = new Map<number, Waiting>();
  #socket: Promise<Socket> | null = null;
  #lastId = 0;

  constructor(options: ControlClientOptions) {
    this.#options = options;
  }

  /** Rejects with NotRunning, or with the plugin's own sentence. */
  async ask(command: CommandName, params: unknown = {}, timeoutMs = 60_000): Promise<unknown> {
    const socket = await this.connect();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error('Latchkey did not answer in time: look into the Homebridge log.'));
      }, timeoutMs);
      this.#waiting.set(id, { resolve, reject, timer });
      writeJsonLine(socket, { id, command, params });
    });
  }

  /** Resolves once connected; visits arrive from then on. Rejects with NotRunning. */
  connect(): Promise<Socket> {
    this.#socket ??= this.#open();
    return this.#socket;
  }

  close(): void {
    this.#socket?.then((socket) => socket.destroy()).catch(() => {});
  }

  async #open(): Promise<Socket> {
    const socket = connect(this.#options.path);
    try {
      await new Promise<void>((connected, failed) => {
        socket.once('connect', connected);
        socket.once('error', failed);
      });
    } catch {
      this.#socket = null;
      throw new NotRunning();
    }
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#ended());
    readJsonLines(socket, mostAnswerBytes, {
      onValue: (value) => this.#hear(value),
      onGarbage: () => socket.destroy(),
    });
    this.#options.onRunning?.(true);
    return socket;
  }

  #hear(value: unknown): void {
    const { id, result, error, visit } = value as { id?: number; result?: unknown; error?: string; visit?: EventCard };
    if (visit) this.#options.onVisit?.(visit);
    const waiting = this.#waiting.get(id ?? 0);
    if (!waiting) return;
    this.#waiting.delete(id ?? 0);
    clearTimeout(waiting.timer);
    if (error !== undefined) waiting.reject(new Error(error));
    else waiting.resolve(result);
  }

  #ended(): void {
    this.#socket = null;
    for (const { reject, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      reject(new NotRunning('Latchkey stopped before it answered.'));
    }
    this.#waiting.clear();
    this.#options.onRunning?.(false);
  }
}

function isPipe(path: string): boolean {
  return path.startsWith('\\\\.\\pipe\\');
}

/** A socket left behind by a plugin that was killed is removed; one that is answered is somebody's. */
async function removeStale(path: string): Promise<void> {
  const answered = await new Promise<boolean>((done) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
  if (answered) throw new Error(`Another Latchkey is running on this storage folder (${path}): stop one of them.`);
  await rm(path, { force: true });
}
