/** The files of the queue: one JSON for each message that waits, its picture beside it. Readable by the owner only. */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AlertKind } from '../policy/alert.ts';
import { alertKinds } from '../policy/alert.ts';
import type { Offer } from './alert.ts';
import type { BoxedPicture } from './picture.ts';

/** A message that waits for one chat. */
export interface Queued {
  /** Rising: later messages have larger ones. */
  id: number;
  /** The same for one alert in every chat. */
  alertId: string;
  /** The chat as it is called in the settings. */
  chatId: number;
  kind: AlertKind;
  /** When it happened, milliseconds since the epoch. */
  at: number;
  text: string;
  silent: boolean;
  offers: Offer[];
  /** What was seen in the picture; null where there is none. */
  seen: Omit<BoxedPicture, 'jpeg'> | null;
}

export class QueueFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** What was left by the last run, oldest first, and how many files could not be read. Creates the directory. */
  async read(): Promise<{ left: Queued[]; damaged: number }> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const names = await readdir(this.#directory);
    const left: Queued[] = [];
    let damaged = 0;
    for (const name of names.filter((name) => /^\d+\.json$/.test(name))) {
      const queued = await this.#readOne(name);
      if (queued) left.push(queued);
      else damaged++;
    }
    left.sort((a, b) => a.id - b.id);
    const ours = new Set(left.flatMap(({ id }) => [fileOf(id, 'json'), fileOf(id, 'jpg')]));
    // A run that ended in the middle leaves a picture without its message, or half a file.
    for (const name of names.filter((name) => /^\d+\.(json|jpg)(\.new)?$/.test(name) && !ours.has(name))) {
      await rm(join(this.#directory, name), { force: true });
    }
    return { left, damaged };
  }

  async #readOne(name: string): Promise<Queued | null> {
    try {
      const queued: unknown = JSON.parse(await readFile(join(this.#directory, name), 'utf8'));
      return isQueued(queued) && fileOf(queued.id, 'json') === name ? queued : null;
    } catch {
      return null;
    }
  }

  /** The picture goes first: a message on disk always has its picture. */
  async write(queued: Queued, picture: Uint8Array | null): Promise<void> {
    if (picture) await this.#write(fileOf(queued.id, 'jpg'), picture);
    await this.#write(fileOf(queued.id, 'json'), JSON.stringify(queued));
  }

  async remove(id: number): Promise<void> {
    await rm(join(this.#directory, fileOf(id, 'json')), { force: true });
    await rm(join(this.#directory, fileOf(id, 'jpg')), { force: true });
  }

  async picture(id: number): Promise<Uint8Array> {
    return await readFile(join(this.#directory, fileOf(id, 'jpg')));
  }

  async #write(name: string, content: string | Uint8Array): Promise<void> {
    const path = join(this.#directory, name);
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
  }
}

function fileOf(id: number, kind: 'json' | 'jpg'): string {
  return `${String(id).padStart(10, '0')}.${kind}`;
}

function isQueued(value: unknown): value is Queued {
  if (typeof value !== 'object' || value === null) return false;
  const { id, alertId, chatId, kind, at, text, silent, offers, seen } = value as Partial<Queued>;
  return (
    Number.isSafeInteger(id) &&
    typeof alertId === 'string' &&
    Number.isSafeInteger(chatId) &&
    alertKinds.some((known) => known === kind) &&
    typeof at === 'number' &&
    typeof text === 'string' &&
    typeof silent === 'boolean' &&
    Array.isArray(offers) &&
    typeof seen === 'object'
  );
}
