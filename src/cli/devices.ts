/** `latchkey devices`: what a SwitchBot account has, and which of it can be used. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../clock.ts';
import type { Account } from '../locks/switchbot/client.ts';
import type { FoundDevice } from '../locks/switchbot/devices.ts';
import { switchBotDevices } from '../locksmith.ts';
import { platformName } from '../plugin-name.ts';

export async function listDevices({ storage, json }: { storage: string; json?: boolean }): Promise<void> {
  const devices = await switchBotDevices(await accountIn(storage), systemClock);
  if (json) process.stdout.write(`${JSON.stringify(devices, null, 2)}\n`);
  else for (const device of devices) process.stdout.write(`${line(device)}\n`);
  if (devices.length === 0) process.stderr.write('The account has no devices.\n');
}

function line({ id, name, type, kind, usable, remark }: FoundDevice): string {
  const mark = kind === 'lock' ? (usable ? 'usable' : 'NOT usable') : kind;
  return `${id}  ${name} (${type}), ${mark}. ${remark}`;
}

/** The account of Homebridge's own config, so that a secret need not be typed where a shell keeps it. */
async function accountIn(storage: string): Promise<Account> {
  const file = join(storage, 'config.json');
  const { token, secret, url } = switchBotOf(await readFile(file, 'utf8').catch(() => null), file);
  if (typeof token !== 'string' || typeof secret !== 'string' || !token.trim() || !secret.trim()) {
    throw new Error(`Put the SwitchBot token and secret key into ${file} first, as docs/locks.md shows.`);
  }
  return { token: token.trim(), secret: secret.trim(), ...(typeof url === 'string' && { url }) };
}

function switchBotOf(text: string | null, file: string): Readonly<Record<string, unknown>> {
  if (text === null) throw new Error(`${file} cannot be read: is --storage the folder of your Homebridge?`);
  const { platforms } = parse(text, file);
  const blocks: readonly unknown[] = Array.isArray(platforms) ? platforms : [];
  const block = blocks.filter(isBlock).find(({ platform }) => platform === platformName);
  return isBlock(block?.switchbot) ? block.switchbot : {};
}

function parse(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isBlock(value)) return value;
  } catch {
    // What JSON.parse says repeats a piece of the file, which may be a secret.
  }
  throw new Error(`${file} is not valid JSON.`);
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
