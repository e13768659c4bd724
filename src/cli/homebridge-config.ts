/** Latchkey's block of Homebridge's config.json, so that nothing of it need be typed where a shell keeps it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { platformName } from '../plugin-name.ts';

type Block = Readonly<Record<string, unknown>>;

/** Empty where there is none. Rejects with a sentence where the file cannot be read. */
export async function platformBlock(storage: string): Promise<Block> {
  const file = join(storage, 'config.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) throw new Error(`${file} cannot be read: is --storage the folder of your Homebridge?`);
  const { platforms } = parse(text, file);
  const blocks: readonly unknown[] = Array.isArray(platforms) ? platforms : [];
  return blocks.filter(isBlock).find(({ platform }) => platform === platformName) ?? {};
}

function parse(text: string, file: string): Block {
  try {
    const value: unknown = JSON.parse(text);
    if (isBlock(value)) return value;
  } catch {
    // What JSON.parse says repeats a piece of the file, which may be a secret.
  }
  throw new Error(`${file} is not valid JSON.`);
}

export function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
