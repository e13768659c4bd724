/** The pictures named on the command line: files as they are, folders walked. */
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';

const pictureTypes = new Set(['.jpg', '.jpeg', '.png']);

/** A path that cannot be read; `message` is one sentence. */
export class PathError extends Error {
  override name = 'PathError';
}

/** Every picture, in order, folders sorted by name. Throws PathError for a path that does not exist. */
export async function findPictures(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const kind = await stat(path).catch(() => null);
    if (!kind) throw new PathError(`${path} does not exist or cannot be read.`);
    if (kind.isDirectory()) found.push(...(await walk(path)));
    else found.push(path);
  }
  return found;
}

async function walk(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && pictureTypes.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
