/** The SwitchBot client on the wire, and what it keeps to itself. */
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { axiosExchange } from '../../../src/locks/exchange.ts';
import { SwitchBotClient } from '../../../src/locks/switchbot/client.ts';
import { codeFailure, httpFailure } from '../../../src/locks/switchbot/errors.ts';
import { VirtualClock } from '../../fakes/clock.ts';
import { FakeSwitchBot, type Fault } from '../../fakes/switchbot.ts';
import { failure } from './house.ts';

const device = { id: 'D708C25A1C21', name: 'Front door' };
const { signal } = new AbortController();
let clock: VirtualClock;
let cloud: FakeSwitchBot;

beforeEach(async () => {
  clock = new VirtualClock();
  cloud = await FakeSwitchBot.start(clock);
  cloud.addDoor({ id: device.id });
});
afterEach(() => cloud.stop());

function client(account: Partial<{ token: string; secret: string; url: string }> = {}, nonce?: () => string) {
  const surroundings = { clock, exchange: axiosExchange(clock), ...(nonce && { nonce }) };
  return new SwitchBotClient({ ...cloud.account, ...account }, surroundings);
}

describe('The SwitchBot client', () => {
  it('signs each call with a time and a nonce of its own, and sends the token as it is', async () => {
    const one = client();
    await one.status(device, 'watch', signal);
    await one.command(device, 'lock', signal);
    const [first, second] = cloud.calls;
    expect(first?.headers).toMatchObject({ authorization: cloud.token, t: String(clock.now()) });
    expect(first?.headers.nonce).not.toBe(second?.headers.nonce);
    expect(second?.headers['content-type']).toBe('application/json; charset=utf8');
  });

  it('lists the devices', async () => {
    expect(await client().devices(signal)).toHaveLength(2);
  });

  it.each([
    ['another token', () => client({ token: 'wrong' })],
    ['another secret', () => client({ secret: 'wrong' })],
  ])('is refused with %s', async (_name, make) => {
    expect(await failure(make().status(device, 'watch', signal))).toMatchObject({ kind: 'unauthorised' });
  });

  it('is refused with a nonce used before', async () => {
    const one = client({}, () => 'always the same');
    await one.status(device, 'watch', signal);
    expect(await failure(one.status(device, 'watch', signal))).toMatchObject({ kind: 'limit' });
  });

  it('names the clock where it is wrong', async () => {
    const wrong = new VirtualClock(clock.now() + 720_000);
    const late = new SwitchBotClient(cloud.account, { clock: wrong, exchange: axiosExchange(wrong) });
    const error = await failure(late.status(device, 'watch', signal));
    expect(error.message).toBe("SwitchBot refused the signature (401): this machine's clock is 12 minutes ahead.");
  });

  it('follows no redirect, so that the token goes nowhere else', async () => {
    const elsewhere = await FakeSwitchBot.start(clock);
    cloud.decide = () => ({ http: 307 });
    await failure(client().command(device, 'unlock', signal));
    expect(elsewhere.calls).toHaveLength(0);
    await elsewhere.stop();
  });

  it('keeps an odd deviceId from changing the path', async () => {
    const error = await failure(client().status({ id: '../../x?y=', name: 'Odd' }, 'watch', signal));
    expect(error.message).toContain('Odd');
    expect(cloud.calls[0]?.path).toBe('/v1.1/devices/..%2F..%2Fx%3Fy%3D/status');
  });
});

describe('The token and the secret', () => {
  const token = 'T0ken/With+Signs='.repeat(4);
  const secret = 'VerySecret0123456789abcdef';

  function leaks(value: unknown): string[] {
    const error = value as Error;
    const shown = [
      String(value),
      error.stack ?? '',
      inspect(value, { depth: 20, showHidden: true, getters: true }),
      JSON.stringify(value, Object.getOwnPropertyNames(value as object)),
      JSON.stringify({ ...error }),
    ].join('\n');
    const forms = [token, secret].flatMap((text) => [
      text,
      encodeURIComponent(text),
      Buffer.from(text).toString('base64'),
      JSON.stringify(text).slice(1, -1),
    ]);
    return forms.filter((form) => shown.includes(form));
  }

  const faults: [string, (text: string) => Fault][] = [
    ['the text of an error page', (text) => ({ http: 500, text })],
    ['an unauthorised answer', (text) => ({ http: 401, text })],
    ['a message inside', (text) => ({ code: 190, message: `failed for ${text}` })],
    ['a message of only that', (text) => ({ code: 500, message: text })],
    ['a status code', (text) => ({ code: text })],
    ['broken JSON', (text) => ({ text: `${text}{` })],
    ['a cut', () => ({ cut: true })],
    ['a flood', (text) => ({ text: text.repeat(40_000) })],
  ];

  it.each(faults)('are in no error where the cloud echoes them in %s', async (_name, fault) => {
    const one = client({ token, secret });
    for (const text of [token, secret, encodeURIComponent(token)]) {
      for (const call of ['status', 'command'] as const) {
        cloud.next(call, fault(text));
        const tried = call === 'status' ? one.status(device, 'watch', signal) : one.command(device, 'unlock', signal);
        expect(leaks(await failure(tried))).toEqual([]);
      }
    }
  });

  it('are in no error where nothing listens, the call is given up, or a header is impossible', async () => {
    const stopped = new AbortController();
    stopped.abort();
    const errors = [
      failure(client({ token, secret, url: 'http://127.0.0.1:1' }).command(device, 'unlock', signal)),
      failure(client({ token, secret, url: 'ftp://127.0.0.1' }).command(device, 'unlock', signal)),
      failure(client({ token, secret }).command(device, 'unlock', stopped.signal)),
      failure(client({ token: `${token}\u0000\n`, secret }).command(device, 'unlock', signal)),
    ];
    for (const error of await Promise.all(errors)) expect(leaks(error)).toEqual([]);
  });

  it('are not in the client itself', () => {
    expect(leaks(client({ token, secret }))).toEqual([]);
  });

  it('are cut out of whatever the cloud says, with anything long enough to be one', () => {
    const call = { about: 'Front door', at: 0, workedBefore: true };
    const message = `bad ${secret} or ${'A'.repeat(30)} for door`;
    const error = codeFailure(190, message, call, [token, secret]);
    expect(error.message).toBe('Front door: SwitchBot failed inside (190: bad … or … for door).');
    expect(codeFailure(500, 'no hunter2 here', call, ['hunter2']).message).toContain('500: no … here');
    expect(httpFailure({ status: 500, text: token, date: null }, call).message).not.toContain(token);
  });
});
