/** The SwitchBot lock against a fake cloud over real sockets. */
import { afterEach, describe, expect, it } from 'vitest';
import { LockFailure } from '../../../src/locks/failure.ts';
import type { Fault } from '../../fakes/switchbot.ts';
import { failure, type House, house } from './house.ts';

let home: House;
afterEach(() => home.close());

async function open(options: Parameters<typeof house>[0] = {}): Promise<House> {
  home = await house(options);
  await home.during(home.lock.start());
  return home;
}

describe('A SwitchBot lock', () => {
  it('shows state, door and battery after its start and writes nothing', async () => {
    const { lock, cloud } = await open({ battery: 60 });
    expect(lock.state).toBe('locked');
    expect(lock.details).toEqual({ door: 'closed', battery: 60 });
    expect(cloud.calls.map((call) => call.method)).toEqual(['GET']);
  });

  it('has no door where the lock has no sensor for it', async () => {
    const { lock } = await open({ type: 'Lock Lite', door: null });
    expect(lock.details).toEqual({ battery: 100 });
  });

  it('unlocks: told once, read back until it agrees', async () => {
    const { lock, cloud, front, during } = await open({ travelMs: 4_000 });
    await during(lock.unlock());
    expect(lock.state).toBe('unlocked');
    expect(front.opened).toBe(1);
    const [post] = cloud.commands('unlock');
    const readBack = cloud.calls.filter((call) => call.kind === 'status' && call.at > (post?.at ?? 0));
    expect(readBack.map((call) => call.at - (post?.at ?? 0))).toEqual([2_000, 5_000]);
  });

  it('locks', async () => {
    const { lock, cloud, during } = await open({ state: 'unlocked' });
    await during(lock.lock());
    expect(lock.state).toBe('locked');
    expect(cloud.commands('lock')).toHaveLength(1);
  });

  it('reads back 2, 5, 10 and 20 s after the command before it gives up', async () => {
    const { lock, cloud, during } = await open();
    cloud.next('command', { still: true });
    const error = await failure(during(lock.unlock()));
    expect(error).toMatchObject({ kind: 'unconfirmed', notTold: false });
    expect(error.message).toBe('Front door was told to unlock, but still says it is locked; go and look.');
    const at = cloud.commands('unlock')[0]?.at ?? 0;
    const readBack = cloud.calls.filter((call) => call.kind === 'status' && call.at > at);
    expect(readBack.map((call) => (call.at - at) / 1000)).toEqual([2, 5, 10, 20]);
    expect(cloud.commands('unlock')).toHaveLength(1);
  });

  it('does not believe `locked` for a minute after an unlock that nobody saw', async () => {
    const { lock, cloud, front, during, passes } = await open();
    cloud.decide = (call) => (call.kind === 'status' ? { stale: true } : undefined);
    await failure(during(lock.unlock()));
    expect(front.opened).toBe(1);
    await passes(50_000);
    expect(lock.state).toBe('unknown');
    cloud.decide = () => undefined;
    await passes(10_000);
    expect(lock.state).toBe('unlocked');
  });

  it('believes the lock again after that minute', async () => {
    const { lock, cloud, during, passes } = await open();
    cloud.next('command', { still: true });
    await failure(during(lock.unlock()));
    expect(lock.state).toBe('unknown');
    await passes(100_000);
    expect(lock.state).toBe('locked');
  });

  it('stops at a jam', async () => {
    const { lock, cloud, during } = await open();
    cloud.next('command', { jams: true });
    const error = await failure(during(lock.unlock()));
    expect(error).toMatchObject({ kind: 'jammed', message: 'Front door is jammed; free the bolt by hand.' });
    expect(lock.state).toBe('jammed');
  });

  it('gives a lock that was jammed before the time to free itself', async () => {
    const { lock, during } = await open({ state: 'jammed', travelMs: 4_000 });
    expect(lock.state).toBe('jammed');
    await during(lock.unlock());
    expect(lock.state).toBe('unlocked');
  });

  it('finds out that a lock moved although the answer never came', async () => {
    const { lock, cloud, front, during } = await open();
    cloud.next('command', { hang: true, moves: true });
    await during(lock.unlock());
    expect(lock.state).toBe('unlocked');
    expect(front.opened).toBe(1);
    expect(cloud.commands('unlock')).toHaveLength(1);
  });

  it('locks a second time where the first was not seen to work, but no third time', async () => {
    const { lock, cloud, during } = await open({ state: 'unlocked' });
    cloud.next('command', { still: true });
    await during(lock.lock());
    expect(lock.state).toBe('locked');
    expect(cloud.commands('lock')).toHaveLength(2);
    home.front.turn('unlocked');
    cloud.next('command', { still: true }, { still: true }, { still: true });
    await failure(during(lock.lock()));
    expect(cloud.commands('lock')).toHaveLength(4);
  });

  it('does one thing after the other', async () => {
    const { lock, cloud, during } = await open();
    await during(Promise.all([lock.unlock(), lock.lock(), lock.unlock()]));
    expect(cloud.calls.filter((call) => call.command).map((call) => call.command)).toEqual([
      'unlock',
      'lock',
      'unlock',
    ]);
    expect(lock.state).toBe('unlocked');
  });

  it('does not unlock late where something else took too long', async () => {
    const { lock, cloud, during } = await open({ state: 'unlocked' });
    cloud.next('command', { hang: true });
    const locking = lock.lock().catch(() => {});
    const error = await failure(during(lock.unlock()));
    expect(error).toMatchObject({ kind: 'busy', notTold: true });
    await during(locking);
    expect(cloud.commands('unlock')).toHaveLength(0);
  });

  it('drops an unlock that waits when it is stopped', async () => {
    const { lock, cloud, front } = await open({ state: 'unlocked' });
    cloud.next('command', { hang: true });
    const seen = cloud.seen((call) => call.kind === 'command');
    const locking = failure(lock.lock());
    const unlocking = failure(lock.unlock());
    await seen;
    await lock.stop();
    expect(await locking).toMatchObject({ kind: 'stopped', notTold: false });
    expect(await unlocking).toMatchObject({ kind: 'stopped', notTold: true });
    await home.passes(120_000);
    expect(cloud.commands('unlock')).toHaveLength(0);
    expect(front.opened).toBe(0);
  });

  it('leaves no timer and asks nothing once it is stopped', async () => {
    const { lock, cloud, clock } = await open();
    await lock.stop();
    expect(clock.waiting).toBe(0);
    const calls = cloud.calls.length;
    expect(await failure(lock.unlock())).toMatchObject({ kind: 'stopped' });
    await clock.advance(600_000);
    expect(cloud.calls).toHaveLength(calls);
    expect(clock.waiting).toBe(0);
  });

  it('gives up a reading under way when a command comes', async () => {
    const { lock, cloud, front, during, passes, clock } = await open();
    cloud.next('status', { hang: true });
    const seen = cloud.seen((call) => call.kind === 'status');
    await clock.advance(31_000);
    await seen;
    await during(lock.unlock());
    expect(front.opened).toBe(1);
    await passes(1_000);
    expect(lock.details.fault).toBeUndefined();
  });

  it('follows what somebody does with a key', async () => {
    const { lock, front, passes } = await open();
    const states: string[] = [];
    lock.onState((state) => states.push(state));
    front.turn('unlocked');
    front.door = 'open';
    await passes(31_000);
    expect(lock.details.door).toBe('open');
    front.turn('locked');
    front.door = 'closed';
    await passes(6_000);
    expect(states).toEqual(['unlocked', 'locked']);
  });

  it('is unknown after three readings fail in a row, says so once, and recovers', async () => {
    const { lock, cloud, log, passes } = await open();
    cloud.decide = (call) => (call.kind === 'status' ? { http: 502 } : undefined);
    await passes(45_000);
    expect(lock.state).toBe('locked');
    await passes(300_000);
    expect(lock.state).toBe('unknown');
    expect(lock.details).toEqual({ door: 'unknown', battery: 100, fault: 'Front door: SwitchBot answered HTTP 502.' });
    expect(log.lines).toEqual(['warn: Front door cannot be read: Front door: SwitchBot answered HTTP 502.']);
    cloud.decide = () => undefined;
    await passes(130_000);
    expect(lock.state).toBe('locked');
    expect(lock.details.fault).toBeUndefined();
    expect(log.lines.at(-1)).toBe('info: Front door can be read again.');
  });

  it.each([
    [{ onlineStatus: 'offline' }, 'offline'],
    [{ calibrate: false }, 'not calibrated'],
  ])('believes nothing a lock says that says %j of itself', async (says, words) => {
    const { lock, front, passes, log } = await open();
    front.says = says;
    await passes(31_000);
    expect(lock.state).toBe('unknown');
    expect(lock.details).toMatchObject({ door: 'unknown', fault: expect.stringContaining(words) });
    expect(log.lines).toHaveLength(1);
  });
});

describe('Every way in which the cloud fails', () => {
  const rows: [string, Fault, { kind: string; told: boolean; says: RegExp }][] = [
    [
      'HTTP 401',
      { http: 401, text: '{"message":"Unauthorized"}' },
      { kind: 'limit', told: false, says: /worked before/ },
    ],
    ['HTTP 403', { http: 403 }, { kind: 'refused', told: false, says: /no such path/ }],
    ['HTTP 429', { http: 429 }, { kind: 'limit', told: false, says: /10,000 calls a day/ }],
    ['HTTP 500', { http: 500 }, { kind: 'unexplained', told: true, says: /HTTP 500/ }],
    ['HTTP 302', { http: 302 }, { kind: 'unexplained', told: true, says: /HTTP 302/ }],
    ['151', { code: 151 }, { kind: 'no-such-lock', told: false, says: /is no lock/ }],
    ['152', { code: 152 }, { kind: 'no-such-lock', told: false, says: /no such device/ }],
    [
      '160',
      { code: 160, message: 'not this command:unlock' },
      { kind: 'refused', told: false, says: /not this command/ },
    ],
    ['161', { code: 161 }, { kind: 'offline', told: true, says: /Front door is offline/ }],
    ['171', { code: 171 }, { kind: 'offline', told: true, says: /hub of Front door is offline/ }],
    ['190 wrong id', { code: 190, message: 'wrong deviceId' }, { kind: 'no-such-lock', told: false, says: /deviceId/ }],
    [
      '190 limit',
      { code: 190, message: 'Requests reached the daily limit' },
      { kind: 'limit', told: false, says: /used up/ },
    ],
    ['190 limit, again', { code: 190, message: 'Too many Request' }, { kind: 'limit', told: false, says: /used up/ }],
    [
      '190 exception',
      { code: 190, message: 'TypeError: x of undefined' },
      { kind: 'unexplained', told: true, says: /190: TypeError/ },
    ],
    ['400', { code: 400 }, { kind: 'unexplained', told: true, says: /error 400/ }],
    ['500', { code: 500 }, { kind: 'unexplained', told: true, says: /error 500/ }],
    ['1100', { code: 1100 }, { kind: 'unexplained', told: true, says: /error 1100/ }],
    ['a code as text', { code: '152' }, { kind: 'no-such-lock', told: false, says: /no such device/ }],
    ['no code', { text: '{}' }, { kind: 'unexplained', told: true, says: /error unknown/ }],
    ['an empty answer', { text: '' }, { kind: 'unexplained', told: true, says: /makes no sense/ }],
    ['half an answer', { text: '{"statusCode":100,' }, { kind: 'unexplained', told: true, says: /makes no sense/ }],
    ['a page', { text: '<html>' }, { kind: 'unexplained', told: true, says: /makes no sense/ }],
    ['a list', { text: '[100]' }, { kind: 'unexplained', told: true, says: /makes no sense/ }],
    ['a flood', { text: 'x'.repeat(2_000_000) }, { kind: 'unexplained', told: true, says: /over 1024 kB/ }],
    ['a hang', { hang: true }, { kind: 'timeout', told: true, says: /did not answer within 15 s/ }],
    ['a cut', { cut: true }, { kind: 'unreachable', told: true, says: /broke off/ }],
  ];

  it.each(rows)('%s of a command is one sentence, and the unlock is sent once', async (_name, fault, expected) => {
    const { lock, cloud, front, during } = await open();
    cloud.next('command', fault);
    const error = await failure(during(lock.unlock()));
    expect(error).toBeInstanceOf(LockFailure);
    expect(error).toMatchObject({ kind: expected.told ? 'unconfirmed' : expected.kind, notTold: !expected.told });
    expect(error.message).toMatch(expected.says);
    expect(error.message).toMatch(/^[A-Z][^\n]*\.$/);
    expect(cloud.commands('unlock')).toHaveLength(1);
    expect(front.opened).toBe(0);
    await home.passes(300_000);
    expect(cloud.commands('unlock')).toHaveLength(1);
  });

  it.each(rows)(
    '%s of the status makes the lock unknown, with a sentence, and it recovers',
    async (_name, fault, expected) => {
      const { lock, cloud, log, passes } = await open();
      cloud.decide = (call) => (call.kind === 'status' ? fault : undefined);
      await passes(180_000);
      expect(lock.state).toBe('unknown');
      expect(lock.details.fault).toMatch(expected.kind === 'timeout' ? /within 10 s/ : expected.says);
      expect(log.lines).toHaveLength(1);
      cloud.decide = () => undefined;
      await passes(1_000_000);
      expect(lock.state).toBe('locked');
      expect(cloud.commands('unlock')).toHaveLength(0);
    },
  );

  it('says what to do about a lock that the cloud says nothing of', async () => {
    const { lock } = await open({ cloudService: false });
    expect(lock.state).toBe('unknown');
    expect(lock.details.fault).toBe(
      'SwitchBot says nothing of Front door. Check in the SwitchBot app that its cloud service is on and that it is paired with a hub.',
    );
  });

  it('says that the token or secret is wrong where it never worked, and asks once more soon and then four times an hour', async () => {
    home = await house();
    home.cloud.decide = () => ({ http: 401, text: '{"message":"Unauthorized"}' });
    await home.during(home.lock.start());
    expect(home.lock.details.fault).toMatch(/refuses the token or the secret \(401\): copy both again/);
    await home.passes(3_600_000);
    expect(home.cloud.calls).toHaveLength(5);
  });

  it('says nothing was sent where there is no connection', async () => {
    const { lock, cloud, during } = await open();
    await cloud.stop();
    const error = await failure(during(lock.unlock()));
    expect(error).toMatchObject({ kind: 'unreachable', notTold: true });
    expect(error.message).toMatch(/SwitchBot cannot be reached: nothing listens there/);
  });
});
