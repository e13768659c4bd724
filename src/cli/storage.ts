/** Where Homebridge keeps its files, and Latchkey its own among them. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The storage folder Homebridge uses unless told otherwise: as its service is installed, else in the home folder. */
export function homebridgeStorage(): string {
  const service = '/var/lib/homebridge';
  return process.env.UIX_STORAGE_PATH ?? (existsSync(service) ? service : join(homedir(), '.homebridge'));
}

/** Latchkey's folder in a Homebridge storage folder: the database, the thumbnails, tokens. */
export function latchkeyFolder(storage: string): string {
  return join(storage, 'latchkey');
}
