/** The command line towards Ring, in processes of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ringTokenPath, TokenFile, unpackToken } from '../../src/cameras/ring/token.ts';
import { FakeRing } from '../fakes/ring/cloud.ts';
import { doorbell } from '../fakes/ring/devices.ts';
import { FakeSwitchBot } from '../fakes/switchbot.ts';

const root = join(import.meta.dirname, '../..');

describe('latchkey on the command line', () => {
  let ring: FakeRing;
  let storage: string;

  beforeEach(async () => {
    ring = await FakeRing.start();
    storage = mkdtempSync(join(tmpdir(), 'latchkey-'));
  });
  afterEach(async () => {
    await ring.close();
    rmSync(storage, { recursive: true, force: true });
  });

  const tokenPath = () => ringTokenPath(join(storage, 'latchkey'));

  /** Runs a command, answering what it asks with the lines of `input`. */
  async function latchkey(args: string[], input = '') {
    const preload = pathToFileURL(join(root, 'test/fakes/ring/preload.ts')).href;
    const child = spawn(
      process.execPath,
      ['--import', preload, join(root, 'src/cli/latchkey.ts'), '--storage', storage, ...args],
      { env: { ...process.env, FAKE_RING: JSON.stringify(ring.address) } },
    );
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    child.stdin.end(input);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, out, err };
  }

  it('logs in with a code, after a wrong one too, and keeps the token', async () => {
    const { code, out, err } = await latchkey(['login'], 'kim@example.org\ncorrect horse\n999999\n123456\n');
    expect({ code, out }).toEqual({
      code: 0,
      out: 'Latchkey is logged in to Ring. A running Latchkey takes it up within a minute.\n',
    });
    expect(err).toContain('That code is wrong or too old.');
    expect(err).not.toContain('correct horse');
    const { token } = JSON.parse(readFileSync(tokenPath(), 'utf8'));
    expect(ring.oauth.knows(unpackToken(token).rt)).toBe(true);
  });

  it('says in one sentence why it could not log in', async () => {
    const { code, err } = await latchkey(['login'], 'kim@example.org\nwrong\n');
    expect(code).toBe(1);
    expect(err).toMatch(/Ring does not know this e-mail address with this password\. Check both and try again\.\n$/);
    expect(await latchkey(['login'], 'kim@example.org\n')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/input ended/),
    });
  });

  const rows = (out: string) => out.split('\n').map((line) => line.split(/ {2,}/));

  it('lists what Ring and SwitchBot have in one table', async () => {
    const switchbot = await FakeSwitchBot.start();
    switchbot.addDoor({ id: 'D708C25A1C21', name: 'Front door', type: 'Smart Lock Pro', battery: 87 });
    const block = { platform: 'Latchkey', switchbot: switchbot.account };
    writeFileSync(join(storage, 'config.json'), JSON.stringify({ platforms: [block] }));
    ring.devices = [doorbell(), doorbell({ id: 2002, description: 'Back', battery: '62', offline: true })];
    new TokenFile(tokenPath()).replace(ring.oauth.issue());
    const { code, out, err } = await latchkey(['devices']);
    await switchbot.stop();
    expect([code, err]).toEqual([0, '']);
    const model = expect.stringMatching(/Doorbell/);
    expect(rows(out)).toEqual([
      ['Vendor', 'Kind', 'Id', 'Name', 'Model', 'Online', 'Battery', 'Remark'],
      ['Ring', 'doorbell', '1001', 'Front', model, 'yes', '-', 'Runs on mains.'],
      ['Ring', 'doorbell', '2002', 'Back', model, 'no', '62 %'],
      ['SwitchBot', 'lock', 'D708C25A1C21', 'Front door', 'Smart Lock Pro', 'yes', '87 %', expect.any(String)],
      ['SwitchBot', 'hub', 'FA7310762361', 'Hub', 'Hub Mini', '-', '-', expect.any(String)],
      [''],
    ]);
  });

  it('lists one half where the other cannot be reached, and says why in one sentence', async () => {
    new TokenFile(tokenPath()).replace(ring.oauth.issue());
    writeFileSync(join(storage, 'config.json'), '{}');
    const { code, out, err } = await latchkey(['devices', '--json']);
    expect([code, err]).toEqual([0, expect.stringMatching(/^There is no SwitchBot account [^\n]*\n$/)]);
    expect(JSON.parse(out)).toEqual([
      expect.objectContaining({ vendor: 'ring', id: '1001', name: 'Front', online: true, battery: null }),
    ]);
    ring.oauth.revokeAll();
    expect(await latchkey(['devices'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/logged Latchkey out/),
    });
  });
});
