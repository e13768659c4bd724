/** A lock that speaks HTTP, against a real server. */
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpLock as httpLockConfig } from '../../src/config/locks.ts';
import { axiosExchange } from '../../src/locks/exchange.ts';
import { httpLock } from '../../src/locks/http.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { counted, drive } from '../fakes/drive.ts';
import { FakeHttpLock } from '../fakes/http-lock.ts';
import { FakeLog } from '../fakes/log.ts';

const SECRET = 'S3cretOfTheLock';
let door: FakeHttpLock;
let stop: () => Promise<void>;

beforeEach(async () => {
  door = await FakeHttpLock.start();
  stop = async () => {};
});
afterEach(async () => {
  await stop();
  await door.stop();
});

async function setUp(more: Record<string, unknown> = {}) {
  const config = httpLockConfig.parse({
    type: 'http',
    name: 'Shed',
    lockRequest: { method: 'POST', url: `${door.url}/lock?key=${SECRET}` },
    unlockRequest: {
      method: 'PUT',
      url: `${door.url}/unlock`,
      headers: [{ name: 'Authorization', value: `Bearer ${SECRET}` }],
      body: '{"open":true}',
    },
    statusRequest: { url: `${door.url}/status` },
    state: { path: 'lock.0.state', locked: ['locked'], unlocked: ['unlocked', 'open'], jammed: ['stuck'] },
    door: { path: 'door', open: ['ajar'], closed: ['shut'] },
    batteryPath: 'battery.level',
    ...more,
  });
  const clock = new VirtualClock();
  const log = new FakeLog();
  const exchange = counted(axiosExchange(clock));
  const lock = httpLock({ id: 'shed', ...config }, { clock, log, exchange: exchange.call });
  const during = <T>(promise: Promise<T>) => drive(clock, () => exchange.underWay !== door.held, promise);
  stop = () => lock.stop();
  await during(lock.start());
  const fails = (promise: Promise<void>) =>
    during(
      promise.then(
        () => Promise.reject(new Error('it did not fail')),
        (error: unknown) => error as Error,
      ),
    );
  return { lock, log, clock, during, fails };
}

describe('A lock that speaks HTTP', () => {
  it('shows state, door and battery', async () => {
    const { lock } = await setUp();
    expect(lock.state).toBe('locked');
    expect(lock.details).toEqual({ door: 'closed', battery: 83 });
  });

  it('sends the unlock as configured, once, and reads it back', async () => {
    const { lock, during } = await setUp();
    await during(lock.unlock());
    expect(lock.state).toBe('unlocked');
    const sent = door.requests.filter(({ path }) => path === '/unlock');
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ method: 'PUT', body: '{"open":true}' });
    expect(sent[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
    await during(lock.lock());
    expect(door.requests.filter(({ path }) => path === `/lock?key=${SECRET}`)).toHaveLength(1);
  });

  it.each([
    ['locked', 'locked'],
    ['Open', 'unlocked'],
    ['STUCK', 'jammed'],
    ['locking', 'unknown'],
    ['', 'unknown'],
  ])('takes a state of %j for %s', async (says, state) => {
    door.state = says;
    const { lock } = await setUp();
    expect(lock.state).toBe(state);
  });

  it.each([
    ['a missing page', { status: 404 }, /knows no such request \(HTTP 404\)/, true],
    ['a refusal', { status: 403 }, /refused the request \(HTTP 403\)/, true],
    ['an error', { status: 500 }, /answered HTTP 500/, false],
    ['a flood', { status: 200, text: 'x'.repeat(100_000) }, /over 64 kB/, false],
    ['a hang', 'hang' as const, /within 10 s/, false],
    ['a cut', 'cut' as const, /broke off/, false],
  ])('says so after %s, in one sentence without a secret', async (_name, fault, words, notTold) => {
    const { lock, fails, log } = await setUp();
    door.faults.push({ path: '/unlock', fault });
    const error = await fails(lock.unlock());
    expect(error).toMatchObject({ notTold, message: expect.stringMatching(words) });
    expect(`${inspect(error, { depth: 20, showHidden: true })}${log.lines.join()}`).not.toContain(SECRET);
    expect(door.requests.filter(({ path }) => path === '/unlock')).toHaveLength(1);
  });

  it('follows no redirection, and finds out by reading whether the lock moved', async () => {
    const { lock, fails, during } = await setUp();
    const fault = { status: 303, headers: { Location: '/unlock' } };
    door.faults.push({ path: '/unlock', fault });
    const error = await fails(lock.unlock());
    expect(error.message).toContain('redirection (HTTP 303), which is not followed: put the final address');
    expect(door.requests.filter(({ path }) => path === '/unlock')).toHaveLength(1);
    door.faults.push({ path: '/unlock', fault });
    door.state = 'UNLOCKED';
    await during(lock.unlock());
  });

  it('keeps the URL, its parameters and its user name out of what it says', async () => {
    const { lock, log, fails } = await setUp({
      lockRequest: { method: 'POST', url: `http://me:${SECRET}@127.0.0.1:1/${SECRET}?key=${SECRET}` },
    });
    const error = await fails(lock.lock());
    expect(error.message).toMatch(/^The lock at 127\.0\.0\.1:1 cannot be reached/);
    expect(`${inspect(error, { depth: 20 })}${log.lines.join()}`).not.toContain(SECRET);
  });
});
