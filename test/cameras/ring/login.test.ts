import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RingLogin } from '../../../src/cameras/ring/login.ts';
import { packToken, TokenFile, unpackToken } from '../../../src/cameras/ring/token.ts';
import { FakeRing } from '../../fakes/ring/cloud.ts';
import { redirect } from '../../fakes/ring/redirect.ts';

describe('logging in to Ring', () => {
  let ring: FakeRing;
  let undo: () => Promise<void>;
  let folder: string;
  let tokens: TokenFile;
  let login: RingLogin;

  beforeEach(async () => {
    ring = await FakeRing.start();
    undo = await redirect(ring.address);
    folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
    tokens = new TokenFile(join(folder, 'ring.json'));
    login = new RingLogin(tokens);
  });

  afterEach(async () => {
    await undo();
    await ring.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const begin = () => login.begin('kim@example.org', 'correct horse');

  it.each([
    ['sms', 'Ring has sent a code by SMS to +44xxxxxxx12. Enter it.'],
    ['email', 'Ring has sent a code by e-mail to k**@example.org. Enter it.'],
    ['totp', 'Enter the code from your authenticator app.'],
  ] as const)('asks for the code of the second factor, %s, and keeps the token', async (factor, sentence) => {
    ring.oauth.account.factor = factor;
    expect(await begin()).toEqual({ state: 'code', sentence });
    expect(await login.code(' 123 456 ')).toEqual({ state: 'done', sentence: 'Latchkey is logged in to Ring.' });
    const token = unpackToken(tokens.read() ?? '');
    expect(ring.oauth.knows(token.rt)).toBe(true);
    expect(token.hid).toBe(tokens.systemId);
  });

  it('needs no code where the account has no second factor', async () => {
    ring.oauth.account.factor = null;
    expect((await begin()).state).toBe('done');
  });

  it('lets a wrong code be entered again', async () => {
    await begin();
    expect(await login.code('999999')).toEqual({
      state: 'code',
      sentence: 'That code is wrong or too old. Enter the newest one.',
    });
    expect(await login.code('12ab')).toMatchObject({ state: 'code', sentence: /digits only/ });
    expect((await login.code('123456')).state).toBe('done');
  });

  it('keeps the hardware id and the push credentials of the login before', async () => {
    tokens.replace(packToken({ rt: 'old', hid: 'h', pnc: { fcm: 1 } }));
    await begin();
    await login.code('123456');
    expect(unpackToken(tokens.read() ?? '')).toMatchObject({ hid: 'h', pnc: { fcm: 1 } });
  });

  it('wants the password before the code', async () => {
    expect((await login.code('123456')).state).toBe('refused');
  });

  it('says that the password is wrong', async () => {
    expect(await login.begin('kim@example.org', 'wrong')).toEqual({
      state: 'refused',
      sentence: 'Ring does not know this e-mail address with this password. Check both and try again.',
    });
  });

  it.each([
    [406, 'not acceptable', /no longer lets this account log in.*406/],
    [429, { error: 'slow down' }, /ten in ten minutes: wait/],
    [400, { error: 'x', error_description: 'too many requests from dependency service' }, /ten in ten minutes: wait/],
    [503, 'down', /out of order \(503\)/],
    [200, {}, /without a token/],
  ])('has a sentence for the answer %i %o', async (status, body, sentence) => {
    ring.faults = [{ match: /oauth/, does: { status, body } }];
    expect(await begin()).toEqual({ state: 'refused', sentence: expect.stringMatching(sentence) });
    expect(tokens.read()).toBeNull();
  });

  it('says that Ring cannot be reached', async () => {
    ring.faults = [{ match: /oauth/, does: 'drop' }];
    expect(await begin()).toEqual({ state: 'refused', sentence: expect.stringMatching(/could not be reached/) });
  });
});
