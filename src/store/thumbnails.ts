/** The pictures beside the database: one JPEG for each event, in a folder for each day (UTC) of the visits. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, readdir, realpath, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';

const dayMs = 24 * 60 * 60 * 1000;

/** Names that `write` gives, finished or half written. Whatever else lies in the folder is somebody else's. */
const ours = /^\d{9}-[a-z0-9-]*-[0-9a-f]{8}\.jpg(\.part)?$/;

/** A sweep removes three folders at most, and two may run at once. */
const mostAttempts = 8;

export class Thumbnails {
  readonly #directory: string;
  readonly #root: string;

  /** `directory` is the store's own; the pictures are in `thumbnails` under it. */
  constructor(directory: string) {
    this.#directory = resolve(directory);
    this.#root = join(this.#directory, 'thumbnails');
  }

  /** Writes a picture, whole or not at all. Resolves to its path relative to the store's folder. */
  async write(takenAt: number, cameraId: string, jpeg: Uint8Array): Promise<string> {
    const [day = '', time = ''] = new Date(takenAt).toISOString().split('T');
    const camera = cameraId
      .toLowerCase()
      .replace(/[^a-z0-9-]/g, '-')
      .slice(0, 64);
    const name = `${time.replace(/\D/g, '')}-${camera}-${randomBytes(4).toString('hex')}.jpg`;
    const relative = `thumbnails/${day.replaceAll('-', '/')}/${name}`;
    const file = join(this.#directory, relative);
    const part = `${file}.part`;
    const handle = await this.#create(part);
    try {
      await handle.writeFile(jpeg);
      await handle.sync();
      await handle.close();
      await rename(part, file);
    } catch (error) {
      await handle.close().catch(() => {});
      await rm(part, { force: true }).catch(() => {});
      throw error;
    }
    return relative;
  }

  /** The absolute path of a picture by its relative one; null for a path that leads out of the folder. */
  file(relative: string): string | null {
    if (relative.includes('\0')) return null;
    const file = resolve(this.#directory, relative);
    return file.startsWith(this.#root + sep) ? file : null;
  }

  /** Deletes one picture. False where there was none, or where a link leads out of the folder. */
  async remove(relative: string): Promise<boolean> {
    const file = this.file(relative);
    if (!file) return false;
    try {
      const root = await realpath(this.#root);
      const folder = await realpath(dirname(file));
      if (folder !== root && !folder.startsWith(root + sep)) return false;
      await unlink(file);
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Deletes pictures last changed before `before` that no event knows, and folders left empty. `known` is asked for the
   * paths of one day's events, by the day's first and last moment.
   */
  async sweep(before: number, known: (from: number, to: number) => Promise<Set<string>>): Promise<number> {
    let removed = 0;
    for await (const path of this.#days()) {
      const names = (await readdir(this.#absolute(path))).filter((name) => ours.test(name));
      const from = Date.parse(path.slice(-10).replaceAll('/', '-'));
      const kept = names.length > 0 ? await known(from, from + dayMs - 1) : new Set<string>();
      for (const name of names) {
        const relative = `${path}/${name}`;
        if (!kept.has(relative) && (await this.#olderThan(before, relative)) && (await this.remove(relative)))
          removed++;
      }
    }
    return removed;
  }

  /** The paths of the folders of days; empty ones are removed on the way. Links are not followed. */
  async *#days(path = 'thumbnails', depth = 0): AsyncGenerator<string, void> {
    if (depth === 3) {
      yield path;
    } else {
      const pattern = depth === 0 ? /^\d{4}$/ : /^\d{2}$/;
      const entries = await readdir(this.#absolute(path), { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        if (entry.isDirectory() && pattern.test(entry.name)) yield* this.#days(`${path}/${entry.name}`, depth + 1);
      }
    }
    // Refused, and rightly, where something is left in it.
    if (depth > 0) await rmdir(this.#absolute(path)).catch(() => {});
  }

  async #olderThan(before: number, relative: string): Promise<boolean> {
    const found = await lstat(this.#absolute(relative)).catch(() => null);
    return found?.isFile() === true && found.mtimeMs < before;
  }

  #absolute(relative: string): string {
    return join(this.#directory, relative);
  }

  async #create(file: string): Promise<FileHandle> {
    for (let attempt = 1; ; attempt++) {
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        return await open(file, 'wx', 0o600);
      } catch (error) {
        // A sweep may have taken a folder away between any two steps, empty as it was.
        const swept = error instanceof Error && 'code' in error && error.code === 'ENOENT';
        if (!swept || attempt === mostAttempts) throw error;
      }
    }
  }
}
