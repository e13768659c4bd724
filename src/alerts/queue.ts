/** Messages that wait to be sent: bounded, kept on disk over restarts, the least important dropped first. */
import { type Log, reason } from '../log.ts';
import { byExpendability, byImportance } from '../policy/alert.ts';
import { type Queued, QueueFiles } from './queue-files.ts';
import { remembered, type State } from './state.ts';

const droppedKey = 'telegram.dropped';

export class Queue {
  readonly #files: QueueFiles;
  readonly #state: State;
  readonly #log: Log;
  readonly #most: number;
  readonly #waiting = new Map<number, Queued>();
  /** Pictures that are not on disk, or not yet. */
  readonly #pictures = new Map<number, Uint8Array>();
  /** How many were dropped for each chat since a message last reached it. */
  readonly #dropped = new Map<number, number>();
  readonly #listeners = new Set<() => void>();
  #nextId = 1;
  /** One file operation after another: a message must not be removed before it was written. */
  #disk: Promise<void> = Promise.resolve();
  #diskFailed = false;

  /** Holds at most `most` messages over all chats. */
  constructor(directory: string, most: number, state: State, log: Log) {
    this.#files = new QueueFiles(directory);
    this.#most = most;
    this.#state = state;
    this.#log = log;
  }

  /** Takes up what the last run left. Never rejects: without a disk the queue lives in memory. */
  async start(): Promise<void> {
    const dropped = await remembered(this.#state, droppedKey);
    for (const [chat, count] of Object.entries(dropped ?? {})) {
      if (typeof count === 'number') this.#dropped.set(Number(chat), count);
    }
    try {
      const { left, damaged } = await this.#files.read();
      for (const queued of left) this.#waiting.set(queued.id, queued);
      this.#nextId = (left.at(-1)?.id ?? 0) + 1;
      if (damaged > 0) this.#log.warn(`${damaged} Telegram messages on disk could not be read and were removed.`);
    } catch (error) {
      this.#diskTrouble(error);
    }
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Never blocks and never throws; what is dropped for it may be the message itself. */
  add(message: Omit<Queued, 'id'>, picture: Uint8Array | null): void {
    const queued = { ...message, id: this.#nextId++ };
    this.#waiting.set(queued.id, queued);
    if (picture) this.#pictures.set(queued.id, picture);
    this.#onDisk(async () => {
      if (!this.#waiting.has(queued.id)) return;
      await this.#files.write(queued, picture);
      this.#pictures.delete(queued.id);
    });
    this.#dropExpendable();
    for (const listener of [...this.#listeners]) listener();
  }

  /** The message the chat is to get next, or null. */
  next(chatId: number): Queued | null {
    const waiting = [...this.#waiting.values()].filter((queued) => queued.chatId === chatId);
    return waiting.sort(byImportance)[0] ?? null;
  }

  /** Resolves when anything was added since, or `signal` aborts. */
  added(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#listeners.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      if (signal.aborted) return resolve();
      this.#listeners.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  /** The picture of a message that waits; null where it has none, or it was lost with the disk. */
  async picture(queued: Queued): Promise<Uint8Array | null> {
    if (!queued.seen) return null;
    const held = this.#pictures.get(queued.id);
    if (held) return held;
    try {
      return await this.#files.picture(queued.id);
    } catch {
      return null;
    }
  }

  /** It was sent, and `told` dropped messages with it; or it cannot be. */
  remove(id: number, told = 0): void {
    const queued = this.#waiting.get(id);
    if (!queued) return;
    this.#forget(id);
    if (told > 0) this.#count(queued.chatId, -told);
  }

  /** As `remove`, and the chat is told of it with its next message. */
  drop(id: number): void {
    const queued = this.#waiting.get(id);
    if (!queued) return;
    this.#forget(id);
    this.#count(queued.chatId, 1);
  }

  dropped(chatId: number): number {
    return this.#dropped.get(chatId) ?? 0;
  }

  /** Resolves once everything is on disk that can be. */
  async stop(): Promise<void> {
    await this.#disk;
  }

  #dropExpendable(): void {
    while (this.#waiting.size > this.#most) {
      const [victim] = [...this.#waiting.values()].sort(byExpendability);
      if (victim) this.drop(victim.id);
    }
  }

  #forget(id: number): void {
    this.#waiting.delete(id);
    this.#pictures.delete(id);
    this.#onDisk(() => this.#files.remove(id));
  }

  #count(chatId: number, change: number): void {
    this.#dropped.set(chatId, Math.max(0, this.dropped(chatId) + change));
    this.#onDisk(() => this.#state.setState(droppedKey, Object.fromEntries(this.#dropped)));
  }

  #onDisk(task: () => Promise<void>): void {
    this.#disk = this.#disk.then(task).then(
      () => {
        this.#diskFailed = false;
      },
      (error) => this.#diskTrouble(error),
    );
  }

  #diskTrouble(error: unknown): void {
    if (!this.#diskFailed) {
      this.#log.warn(`Telegram messages cannot be kept on disk, so a restart would lose them: ${reason(error)}`);
    }
    this.#diskFailed = true;
  }
}
