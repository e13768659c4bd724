/** The command line towards Ring, in processes of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ringTokenPath, TokenFile, unpackToken } from '../../src/cameras/ring/token.ts';
import { FakeRing } from '../fakes/ring/cloud.ts';
import { doorbell } from '../fakes/ring/devices.ts';

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

  it('lists the cameras of the Ring account in a table', async () => {
    ring.devices = [doorbell(), doorbell({ id: 2002, description: 'Back', battery: '62', offline: true })];
    new TokenFile(tokenPath()).replace(ring.oauth.issue());
    const { code, out } = await latchkey(['cameras']);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'Vendor  Id    Name   Model         Online  Power',
      expect.stringMatching(/^Ring {4}1001 {2}Front {2}Doorbell.* yes +mains$/),
      expect.stringMatching(/^Ring {4}2002 {2}Back {3}Doorbell.* no +battery, 62 %$/),
      '',
    ]);
  });

  it('lists them as JSON, and says how to log in where nobody has', async () => {
    expect(await latchkey(['cameras'])).toMatchObject({ code: 1, err: expect.stringMatching(/not logged in to Ring/) });
    new TokenFile(tokenPath()).replace(ring.oauth.issue());
    const { out } = await latchkey(['cameras', '--json']);
    expect(JSON.parse(out)).toEqual([
      expect.objectContaining({ vendor: 'ring', id: '1001', name: 'Front', online: true, battery: null }),
    ]);
  });
});
