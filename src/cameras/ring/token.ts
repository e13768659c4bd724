/** The file that keeps Ring's refresh token: written whole or not at all, readable by its owner alone. */
import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { isRunning } from '../process-id.ts';

/** Where the file is, in Latchkey's folder of Homebridge's storage. */
export function ringTokenPath(folder: string): string {
  return join(folder, 'ring.json');
}

const contents = z.object({
  version: z.literal(1),
  /** What this installation calls itself towards Ring; it must stay the same over restarts. */
  systemId: z.uuid(),
  token: z.string().min(1).nullable(),
  /** Counts the logins: a token of the same one only took the place of the last. */
  login: z.int().default(0),
  /** SHA-256 of the token in the config that was taken over, so that it is taken once only. */
  pasted: z.string().nullable(),
});

type Contents = z.infer<typeof contents>;

/** What ring-client-api packs into its token: the refresh token, the hardware id, and the push credentials. */
const packed = z.looseObject({ rt: z.string(), hid: z.string().optional(), pnc: z.unknown().optional() });
export type PackedToken = z.infer<typeof packed>;

/** Unpacks a token; one that is not packed is a bare refresh token. */
export function unpackToken(token: string): PackedToken {
  try {
    return packed.parse(JSON.parse(Buffer.from(token, 'base64').toString('utf8')));
  } catch {
    return { rt: token };
  }
}

export function packToken(token: PackedToken): string {
  return Buffer.from(JSON.stringify(token)).toString('base64');
}

export class TokenFile {
  readonly path: string;
  /** What this process last read or wrote. */
  #known: Pick<Contents, 'token' | 'login'> = { token: null, login: 0 };

  constructor(path: string) {
    this.path = path;
  }

  /** Never changes for one installation; made at the first call. */
  get systemId(): string {
    return this.#open().systemId;
  }

  /** The saved token. Throws a sentence when the file is there but cannot be read. */
  read(): string | null {
    this.#known = this.#open();
    return this.#known.token;
  }

  /**
   * Keeps a token that Ring handed out in place of the last one. Returns false, and writes nothing, where another process
   * has put one there meanwhile. Synchronous, so that the token is on disk before anything else is asked of Ring: from that
   * moment the old one no longer works.
   */
  rotate(token: string): boolean {
    const file = this.#open();
    if (file.token !== this.#known.token) return false;
    this.#write({ ...file, token });
    return true;
  }

  /** Keeps the token of a new login, whatever was there. */
  replace(token: string): void {
    const file = this.#open();
    this.#write({ ...file, token, login: file.login + 1 });
  }

  /** Takes the token an owner pasted into the config, once; returns whether it was taken now. */
  adopt(pasted: string): boolean {
    const file = this.#open();
    const hash = createHash('sha256').update(pasted).digest('hex');
    if (file.pasted === hash) return false;
    this.#write({ ...file, token: pasted, pasted: hash, login: file.login + 1 });
    return true;
  }

  /**
   * What another process has put into the file: the token of a new login, or one that Ring gave in place of ours. Null for
   * nothing, and where the file cannot be read.
   */
  news(): 'login' | 'rotation' | null {
    try {
      const { token, login } = this.#open();
      if (token === this.#known.token) return null;
      return login === this.#known.login ? 'rotation' : 'login';
    } catch {
      return null;
    }
  }

  #open(): Contents {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw new Error(`Ring's token file ${this.path} cannot be read: ${(error as Error).message}`);
      }
      return this.#create();
    }
    try {
      return contents.parse(JSON.parse(text));
    } catch {
      throw new Error(`Ring's token file ${this.path} is damaged. Delete it, then log in to Ring again.`);
    }
  }

  #create(): Contents {
    const fresh: Contents = { version: 1, systemId: randomUUID(), token: null, login: 0, pasted: null };
    mkdirSync(dirname(this.path), { recursive: true });
    this.#write(fresh);
    return fresh;
  }

  #write(file: Contents): void {
    const bytes = Buffer.from(`${JSON.stringify(file)}\n`);
    const temporary = `${this.path}.${process.pid}.new`;
    this.#sweep();
    writeDurably(temporary, bytes);
    renameSync(temporary, this.path);
    syncFolder(dirname(this.path));
    if (!readFileSync(this.path).equals(bytes)) {
      throw new Error(`Ring's token file ${this.path} does not hold what was written: is the disk failing?`);
    }
    this.#known = file;
  }

  /** A process that was killed while it wrote leaves its temporary file, and with it a token, behind. */
  #sweep(): void {
    const folder = dirname(this.path);
    for (const name of readdirSync(folder)) {
      const prefix = `${basename(this.path)}.`;
      if (!name.startsWith(prefix) || !name.endsWith('.new')) continue;
      const pid = Number(name.slice(prefix.length, -'.new'.length));
      if (!isRunning(pid)) rmSync(join(folder, name), { force: true });
    }
  }
}

function writeDurably(path: string, bytes: Buffer): void {
  const file = openSync(path, 'w', 0o600);
  try {
    chmodSync(path, 0o600);
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (!readFileSync(path).equals(bytes)) {
    rmSync(path, { force: true });
    throw new Error(`Ring's token could not be written to ${path}: is the disk full?`);
  }
}

/** The rename itself must reach the disk too; Windows cannot open a folder, and needs no such thing. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
