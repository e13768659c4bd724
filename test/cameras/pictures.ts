/** Small real pictures, and a folder they are dropped into as a camera would. */
import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Jimp } from 'jimp';

export async function jpeg(shade = 128): Promise<Buffer> {
  return new Jimp({ width: 64, height: 48, color: (shade * 0x1000000 + 0x4080ff) >>> 0 }).getBuffer('image/jpeg');
}

export async function png(): Promise<Buffer> {
  return new Jimp({ width: 16, height: 16, color: 0x336699ff }).getBuffer('image/png');
}

/** The picture with a segment of the camera's own behind the start of image, such as one that holds a thumbnail. */
export function withSegment(picture: Buffer, content: Buffer): Buffer {
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([picture.subarray(0, 2), head, content, picture.subarray(2)]);
}

/** `folder` is watched; `beside` is on the same file system, for files that are moved in. */
export class DropFolder {
  readonly base: string;
  readonly folder: string;
  #drops = 0;

  constructor(base: string) {
    this.base = base;
    this.folder = join(base, 'front');
  }

  static async make(): Promise<DropFolder> {
    const drop = new DropFolder(await mkdtemp(join(tmpdir(), 'latchkey-folder-')));
    await mkdir(drop.folder);
    return drop;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Moves a whole file in, with its mtime (milliseconds since the epoch) where one is given. */
  async moveIn(name: string, bytes: Uint8Array | string, mtime?: number): Promise<void> {
    const temporary = join(this.base, `drop-${this.#drops++}`);
    await writeFile(temporary, bytes);
    if (mtime !== undefined) await utimes(temporary, mtime / 1000, mtime / 1000);
    await mkdir(dirname(this.path(name)), { recursive: true });
    await rename(temporary, this.path(name));
  }

  async remove(): Promise<void> {
    await rm(this.base, { recursive: true, force: true });
  }
}
