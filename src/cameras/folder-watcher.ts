/** Tells of every file that appears or changes in a folder and the folders inside it; what was there before is old. */
import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../clock.ts';

/** What tells one state of a file from the next. A later mtime alone does not: FTP servers set it after an upload. */
export interface FileState {
  ino: number;
  size: number;
  mtimeMs: number;
}

export interface FolderListener {
  /** A file is new, or differs from the state last settled; it may still be half written. */
  onFile(path: string): void;
  /** The folder itself cannot be watched; it is tried again until it can. */
  onGone(why: string): void;
  onBack(): void;
  /** A folder inside it cannot be read. */
  onUnreadable(path: string, why: string): void;
  onTooMany(most: number): void;
}

export interface FolderPorts {
  clock: Clock;
  /** Node's own `fs.watch`, except where a test plays a network mount, on which it hears nothing. */
  watch?: typeof watchFolder;
}

interface Directory {
  path: string;
  mtimeMs: number;
  /** How often to read it again though its mtime stands still: some file systems count in steps of two seconds. */
  rereads: number;
  /** Each file's settled state, `old` where it was there from the start, or `new`. */
  files: Map<string, string>;
  watcher: FSWatcher | null;
  /** That it cannot be read has been said. */
  unreadable: boolean;
}

const sweepMs = 1000;
/** Every so many sweeps look at all folders, the others at those that changed last: day folders pile up. */
const fullSweepEvery = 60;
const recentFolders = 16;
const mostFolders = 4096;
/** Neither hidden files nor what network storage keeps beside pictures, such as `@eaDir` and `#recycle`. */
const ignored = /^[.@#]/;
const everything = Number.NEGATIVE_INFINITY;
const nothing = Number.POSITIVE_INFINITY;

/**
 * `fs.watch` on each folder says at once what happens; a sweep over the folders' mtimes finds what it misses, above all
 * on network mounts. Watchers that hold each file open (`recursive`, chokidar) would keep a handle for every old picture.
 */
export class FolderWatcher {
  readonly #root: string;
  readonly #listener: FolderListener;
  readonly #clock: Clock;
  readonly #watch: typeof watchFolder;
  readonly #directories = new Map<string, Directory>();
  readonly #running = new Set<Promise<void>>();
  #since = 0;
  /** When the folder was last found missing; null while it is there. */
  #missingAt: number | null = null;
  #sweeps = 0;
  #cancelSweep: () => void = () => {};
  #stopped = false;

  constructor(root: string, listener: FolderListener, { clock, watch = watchFolder }: FolderPorts) {
    this.#root = root;
    this.#listener = listener;
    this.#clock = clock;
    this.#watch = watch;
  }

  /** Resolves once every later change will be told. A folder that is missing is told as gone, and waited for. */
  async start(): Promise<void> {
    this.#since = this.#clock.now();
    await this.#sweep(nothing);
  }

  /** This state of a file is dealt with: only another one is news. */
  settle(path: string, state: FileState): void {
    this.#directories.get(dirname(path))?.files.set(basename(path), mark(state));
  }

  /** Whether this state of a file has not been settled: what was asked of the disk may be answered late. */
  isNews(path: string, state: FileState): boolean {
    const known = this.#directories.get(dirname(path))?.files.get(basename(path));
    return known === 'old' ? state.mtimeMs > this.#since : known !== mark(state);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelSweep();
    for (const path of [...this.#directories.keys()]) this.#forget(path);
    await Promise.all(this.#running);
  }

  async #sweep(since: number): Promise<void> {
    const full = this.#sweeps++ % fullSweepEvery === 0;
    if (await this.#findRoot(since)) {
      const inside = [...this.#directories.values()].filter(({ path }) => path !== this.#root);
      const changedLast = inside.sort((a, b) => b.mtimeMs - a.mtimeMs);
      for (const directory of full ? inside : changedLast.slice(0, recentFolders)) await this.#visit(directory);
    }
    if (this.#stopped) return;
    this.#cancelSweep = this.#clock.after(sweepMs, () => this.#run(this.#sweep(everything)));
  }

  /** Whether the folder itself can be watched. One that comes back may bring thousands of old files with it. */
  async #findRoot(since: number): Promise<boolean> {
    const wasMissing = this.#missingAt;
    try {
      if (!(await stat(this.#root)).isDirectory()) throw new Error('it is a file, not a folder');
      if (this.#stopped) return false;
      const root = this.#directories.get(this.#root);
      if (root) await this.#readIfChanged(root, everything);
      else await this.#openRoot(since);
      if (wasMissing !== null) this.#listener.onBack();
      this.#missingAt = null;
      return true;
    } catch (error) {
      this.#forget(this.#root);
      if (wasMissing === null && !this.#stopped) this.#listener.onGone(why(error));
      this.#missingAt = this.#clock.now();
      return false;
    }
  }

  async #openRoot(since: number): Promise<void> {
    // A little earlier than it was last found missing, for file systems that count in steps of two seconds.
    if (this.#missingAt !== null) this.#since = this.#missingAt - 2000;
    const root = this.#begin(this.#root);
    await this.#readIfChanged(root, this.#missingAt === null ? since : this.#since);
  }

  /** Begins to watch a folder inside; of its files those written after `since` are news. */
  async #add(path: string, since: number): Promise<void> {
    if (this.#stopped || this.#directories.has(path)) return;
    if (this.#directories.size >= mostFolders) this.#listener.onTooMany(mostFolders);
    else await this.#visit(this.#begin(path), since);
  }

  #begin(path: string): Directory {
    const directory: Directory = { path, mtimeMs: 0, rereads: 0, files: new Map(), watcher: null, unreadable: false };
    this.#directories.set(path, directory);
    // Before it is read, so that nothing falls between the two.
    directory.watcher = this.#listen(directory);
    return directory;
  }

  async #visit(directory: Directory, since = everything): Promise<void> {
    try {
      await this.#readIfChanged(directory, since);
      directory.unreadable = false;
    } catch (error) {
      if (isMissing(error)) this.#forget(directory.path);
      else if (!directory.unreadable) this.#listener.onUnreadable(directory.path, why(error));
      directory.unreadable = true;
    }
  }

  #listen(directory: Directory): FSWatcher | null {
    try {
      const watcher = this.#watch(directory.path, { persistent: false }, (_, name) => {
        if (name === null) this.#run(this.#reread(directory));
        else if (!ignored.test(name)) this.#run(this.#examine(directory, name, everything));
      });
      return watcher.on('error', () => watcher.close());
    } catch {
      // No watch to be had (a limit of the system, a strange file system): the sweep finds things, a little later.
      return null;
    }
  }

  async #readIfChanged(directory: Directory, since: number): Promise<void> {
    if (this.#stopped) return;
    const { mtimeMs } = await stat(directory.path);
    if (mtimeMs !== directory.mtimeMs) directory.rereads = 3;
    if (directory.rereads <= 0) return;
    await this.#read(directory, since);
    directory.mtimeMs = mtimeMs;
    directory.rereads--;
  }

  async #reread(directory: Directory): Promise<void> {
    directory.rereads = Math.max(1, directory.rereads);
    await this.#visit(directory);
  }

  async #read(directory: Directory, since: number): Promise<void> {
    const all = await readdir(directory.path, { withFileTypes: true });
    const entries = all.filter(({ name }) => !ignored.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
    const names = new Set(entries.map(({ name }) => name));
    for (const name of directory.files.keys()) if (!names.has(name)) directory.files.delete(name);
    for (const entry of entries) {
      if (directory.files.has(entry.name)) continue;
      if (entry.isDirectory()) await this.#add(join(directory.path, entry.name), since);
      else if (entry.isFile()) {
        if (since === nothing) directory.files.set(entry.name, 'old');
        else await this.#examine(directory, entry.name, since);
      }
    }
  }

  /** Looks at one name in a folder: it may be a new file, a changed one, a new folder, or gone. */
  async #examine(directory: Directory, name: string, since: number): Promise<void> {
    const path = join(directory.path, name);
    try {
      const stats = await lstat(path);
      if (this.#stopped || this.#directories.get(directory.path) !== directory) return;
      if (stats.isDirectory()) await this.#add(path, since);
      else if (stats.isFile()) {
        if (!directory.files.has(name)) directory.files.set(name, stats.mtimeMs > since ? 'new' : 'old');
        if (this.isNews(path, stats)) this.#listener.onFile(path);
      }
    } catch (error) {
      if (!isMissing(error)) return;
      directory.files.delete(name);
      this.#forget(path);
    }
  }

  /** Lets go of a folder and all inside it. */
  #forget(path: string): void {
    for (const directory of this.#directories.values()) {
      if (directory.path !== path && !directory.path.startsWith(join(path, '/'))) continue;
      directory.watcher?.close();
      this.#directories.delete(directory.path);
    }
  }

  #run(work: Promise<void>): void {
    this.#running.add(work);
    work
      .catch((error) => this.#listener.onUnreadable(this.#root, why(error)))
      .finally(() => this.#running.delete(work));
  }
}

function mark({ ino, size }: FileState): string {
  return `${ino}:${size}`;
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** Why a folder or file cannot be used, in words. */
export function why(error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'it does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'Homebridge may not read it';
    default:
      return codeOf(error) ?? (error as Error).message;
  }
}
