/** Fetches a file into a temporary one, within a size and a time. Its address may be a secret: no error repeats it. */

import { randomUUID } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { RecordingError } from './camera.ts';
import { isRunning } from './process-id.ts';

export interface DownloadOptions {
  clock: Clock;
  signal: AbortSignal;
  mostBytes: number;
  /** Milliseconds. */
  limit: number;
}

/** `<process id>-<random>.part`: whatever else lies in the folder is somebody else's. */
const ours = /^(\d+)-[0-9a-f-]{36}\.part$/;
/** No download takes so long: its file was left behind, even if another process has its maker's id by now. */
const tooOld = 60 * 60_000;

/** A folder for files that last no longer than they are looked at. */
export class TemporaryFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Deletes what a process that was killed left behind. Never rejects. */
  async sweep(now: number): Promise<void> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const pid = Number(ours.exec(name)?.[1] ?? Number.NaN);
      if (Number.isNaN(pid)) continue;
      const file = join(this.#folder, name);
      const changed = (await lstat(file).catch(() => null))?.mtimeMs ?? now;
      if (!isRunning(pid) || now - changed > tooOld) await rm(file, { force: true }).catch(() => {});
    }
  }

  /** An empty file that nobody else may read, and its path; to be removed by the caller. */
  async create(): Promise<{ path: string; file: FileHandle }> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, `${process.pid}-${randomUUID()}.part`);
    return { path, file: await open(path, 'wx', 0o600) };
  }
}

/** Writes what is at `address` into `file`. Rejects with a RecordingError, or the signal's reason. */
export async function download(address: string, file: FileHandle, options: DownloadOptions): Promise<void> {
  const { clock, signal, limit } = options;
  if (!isHttps(address)) throw new RecordingError('missing', 'no address that begins with https was given for it.');
  const late = new AbortController();
  const cancel = clock.after(limit, () => late.abort());
  try {
    await transfer(address, file, options.mostBytes, AbortSignal.any([signal, late.signal]));
  } catch (error) {
    signal.throwIfAborted();
    if (late.signal.aborted) throw new RecordingError('unreachable', `it took longer than ${limit / 1000} s to load.`);
    throw error instanceof RecordingError
      ? error
      : new RecordingError('unreachable', `loading it failed${code(error)}.`);
  } finally {
    cancel();
  }
}

async function transfer(address: string, file: FileHandle, mostBytes: number, signal: AbortSignal): Promise<void> {
  const response = await fetch(address, { signal });
  const size = Number(response.headers.get('content-length') ?? 0);
  if (!response.ok || !response.body || size > mostBytes) {
    await response.body?.cancel().catch(() => {});
    if (size > mostBytes && response.ok) throw tooLarge(mostBytes);
    const problem = response.status < 500 ? 'missing' : 'unreachable';
    throw new RecordingError(problem, `loading it was refused (${response.status}).`);
  }
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge(mostBytes);
    await write(file, chunk);
  }
}

async function write(file: FileHandle, chunk: Uint8Array): Promise<void> {
  try {
    await file.writeFile(chunk);
  } catch (error) {
    throw new RecordingError('unreachable', `it could not be kept for long enough to be looked at${code(error)}.`);
  }
}

const tooLarge = (mostBytes: number) =>
  new RecordingError('unusable', `it is larger than ${Math.round(mostBytes / 1e6)} MB.`);

function isHttps(address: string): boolean {
  return URL.canParse(address) && new URL(address).protocol === 'https:';
}

/** Node's word for what went wrong; its sentences may hold the address. */
function code(error: unknown): string {
  const { code: own, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  const word = typeof own === 'string' ? own : cause?.code;
  return typeof word === 'string' ? ` (${word})` : '';
}
