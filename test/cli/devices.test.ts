/** `latchkey devices`, as it is run, against a fake cloud. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeSwitchBot } from '../fakes/switchbot.ts';

const latchkey = fileURLToPath(new URL('../../src/cli/latchkey.ts', import.meta.url));
let storage: string;
let cloud: FakeSwitchBot;

beforeEach(async () => {
  storage = await mkdtemp(join(tmpdir(), 'latchkey-devices-'));
  cloud = await FakeSwitchBot.start();
  cloud.addDoor({ id: 'D708C25A1C21', name: 'Front door', type: 'Smart Lock Pro', battery: 87 });
  cloud.addDoor({ id: 'D708C25A1C22', name: 'Back door', hub: '' });
});
afterEach(async () => {
  await cloud.stop();
  await rm(storage, { recursive: true });
});

function devices(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [latchkey, 'devices', '--storage', storage, ...args], (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const config = (switchbot: unknown) =>
  writeFile(join(storage, 'config.json'), JSON.stringify({ platforms: [{ platform: 'Latchkey', switchbot }] }));

describe('latchkey devices without Ring', () => {
  it('says which locks can be used, and why the others cannot', async () => {
    await config(cloud.account);
    const { code, stdout, stderr } = await devices();
    expect(stderr).toBe('Latchkey is not logged in to Ring: run "latchkey login" for Ring\'s cameras.\n');
    expect(code).toBe(0);
    const gap = / {2,}/;
    expect(stdout.split('\n').map((line) => line.split(gap))).toEqual([
      ['Vendor', 'Kind', 'Id', 'Name', 'Model', 'Online', 'Battery', 'Remark'],
      [
        ...['SwitchBot', 'lock', 'D708C25A1C21', 'Front door', 'Smart Lock Pro', 'yes', '87 %'],
        'Put this deviceId into the config.',
      ],
      [
        ...['SwitchBot', 'lock', 'D708C25A1C22', 'Back door', 'Smart Lock', '-', '-'],
        'NOT usable. It has no hub: pair it with one in the SwitchBot app.',
      ],
      [
        ...['SwitchBot', 'hub', 'FA7310762361', 'Hub', 'Hub Mini', '-', '-'],
        'Carries what Latchkey says to the locks near it.',
      ],
      [''],
    ]);
    const found = JSON.parse((await devices('--json')).stdout) as unknown[];
    expect(found).toHaveLength(3);
    expect(found[0]).toMatchObject({ vendor: 'switchbot', kind: 'lock', online: true, battery: 87, usable: true });
  });

  it('tells of a lock that SwitchBot cannot reach', async () => {
    await config(cloud.account);
    cloud.next('status', { code: 161 });
    const [lock] = JSON.parse((await devices('--json')).stdout) as unknown[];
    expect(lock).toMatchObject({ id: 'D708C25A1C21', online: false, battery: null });
  });

  it.each([
    ['no config', () => Promise.resolve(), /config\.json cannot be read/],
    ['a broken config', () => writeFile(join(storage, 'config.json'), '{"token":"hunter2"'), /is not valid JSON/],
    ['no token', () => config({ secret: 'hunter2' }), /There is no SwitchBot account in Homebridge's config\.json/],
    ['a wrong token', () => config({ ...cloud.account, token: 'hunter2' }), /refuses the token or the secret \(401\)/],
  ])('says what to do about %s in one line, without a secret', async (_name, prepare, words) => {
    await prepare();
    const { code, stdout, stderr } = await devices();
    expect(code).toBe(1);
    expect(stdout).toBe('');
    const [ring, switchbot, ...more] = stderr.trim().split('\n');
    expect([ring, switchbot, more]).toEqual([
      expect.stringMatching(/not logged in to Ring/),
      expect.stringMatching(words),
      [],
    ]);
    expect(stderr).not.toContain('hunter2');
  });
});
