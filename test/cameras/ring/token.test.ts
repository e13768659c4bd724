import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packToken, TokenFile, unpackToken } from '../../../src/cameras/ring/token.ts';
import { FakeRing } from '../../fakes/ring/cloud.ts';

describe("Ring's token file", () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
    path = join(folder, 'ring.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is readable by its owner alone', () => {
    new TokenFile(path).replace('secret');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('keeps the newest token and the system id over restarts', () => {
    const file = new TokenFile(path);
    file.replace('one');
    expect(file.rotate('two')).toBe(true);
    const again = new TokenFile(path);
    expect(again.read()).toBe('two');
    expect(again.systemId).toBe(file.systemId);
  });

  it('takes a pasted token once, and a different one again', () => {
    const file = new TokenFile(path);
    expect(file.adopt('pasted')).toBe(true);
    file.rotate('rotated');
    expect(new TokenFile(path).adopt('pasted')).toBe(false);
    expect(new TokenFile(path).read()).toBe('rotated');
    expect(new TokenFile(path).adopt('pasted anew')).toBe(true);
  });

  it('does not let the rotation of an old login overwrite a new one', () => {
    const running = new TokenFile(path);
    running.replace('old login');
    new TokenFile(path).replace('new login');
    expect(running.news()).toBe('login');
    expect(running.rotate('old login, rotated')).toBe(false);
    expect(running.read()).toBe('new login');
  });

  it('tells a new login from a token that another process was given in place of the last', () => {
    const running = new TokenFile(path);
    running.replace('one');
    expect(running.news()).toBeNull();
    const command = new TokenFile(path);
    command.read();
    command.rotate('two');
    expect([running.news(), running.read(), running.news()]).toEqual(['rotation', 'two', null]);
    command.replace('three');
    expect([running.news(), running.read(), running.news()]).toEqual(['login', 'three', null]);
    command.adopt('pasted');
    expect(running.news()).toBe('login');
  });

  it('reads a file that was written before logins were counted', () => {
    const file = new TokenFile(path);
    file.replace('one');
    const { login: _, ...before } = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify(before));
    expect([file.rotate('two'), new TokenFile(path).read()]).toEqual([true, 'two']);
  });

  it('says which file is damaged and what to do', () => {
    writeFileSync(path, '{"version":1,');
    expect(() => new TokenFile(path).read()).toThrow(/ring\.json is damaged\. Delete it, then log in to Ring again/);
  });

  it('removes what a killed process left half written', () => {
    writeFileSync(`${path}.999999999.new`, '{"token":"half');
    new TokenFile(path).replace('token');
    expect(readdirSync(folder)).toEqual(['ring.json']);
  });

  it('unpacks what it packed, and takes anything else for a bare refresh token', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.uuid(), (rt, hid) => {
        expect(unpackToken(packToken({ rt, hid, pnc: { fcm: 1 } }))).toEqual({ rt, hid, pnc: { fcm: 1 } });
      }),
    );
    expect(unpackToken('eyJhbGciOi.not.packed')).toEqual({ rt: 'eyJhbGciOi.not.packed' });
  });

  it('never holds a torn or a lost token, whenever the process that rotates it is killed', async () => {
    const ring = await FakeRing.start();
    try {
      new TokenFile(path).replace(ring.oauth.issue());
      for (let round = 0; round < 8; round++) {
        const child = fork(new URL('./rotating.ts', import.meta.url), [path, JSON.stringify(ring.address)], {
          stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
        });
        await rotations(child, 2 + round);
        child.kill('SIGKILL');
        await once(child, 'exit');
        const { token } = JSON.parse(readFileSync(path, 'utf8'));
        expect(ring.oauth.knows(unpackToken(token).rt)).toBe(true);
      }
    } finally {
      await ring.close();
    }
  });
});

/** Resolves in the middle of the work that follows the `count`th rotation. */
async function rotations(child: ChildProcess, count: number): Promise<void> {
  for (let done = 0; done < count; done++) await once(child, 'message');
}
