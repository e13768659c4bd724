import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RingApi } from 'ring-client-api';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { RingAccount, type RingAccountOptions } from '../../../src/cameras/ring/account.ts';
import { TokenFile, unpackToken } from '../../../src/cameras/ring/token.ts';
import { VirtualClock } from '../../fakes/clock.ts';
import { FakeLog } from '../../fakes/log.ts';
import { FakeRing } from '../../fakes/ring/cloud.ts';
import { doorbell } from '../../fakes/ring/devices.ts';
import { push } from '../../fakes/ring/pushes.ts';
import { redirect } from '../../fakes/ring/redirect.ts';

describe('the Ring account', () => {
  let ring: FakeRing;
  let undo: () => Promise<void>;
  let folder: string;
  let clock: VirtualClock;
  let log: FakeLog;
  let accounts: RingAccount[];

  beforeEach(async () => {
    ring = await FakeRing.start();
    undo = await redirect(ring.address);
    folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
    clock = new VirtualClock();
    log = new FakeLog();
    accounts = [];
  });

  afterEach(async () => {
    for (const account of accounts) await account.stop();
    await undo();
    await ring.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const tokens = () => new TokenFile(join(folder, 'ring.json'));
  const savedRefreshToken = () => unpackToken(tokens().read() ?? '').rt;

  function account(options: Partial<RingAccountOptions> = {}): RingAccount {
    const made = new RingAccount({ tokens: tokens(), log, clock, ...options });
    accounts.push(made);
    return made;
  }

  async function started(options: Partial<RingAccountOptions> = {}): Promise<RingAccount> {
    const made = account({ pastedToken: ring.oauth.issue(), ...options });
    await made.start();
    return made;
  }

  it('says how to log in where there is no token, and goes on once somebody did', async () => {
    const waiting = account();
    await waiting.start();
    expect(waiting.health().troubles).toEqual([expect.stringMatching(/not logged in to Ring.*latchkey login/)]);
    tokens().replace(ring.oauth.issue());
    await clock.advance(60_000);
    await log.said(/Ring is connected again/);
    expect(waiting.cameras).toHaveLength(1);
  });

  it('lists the cameras and keeps the token that Ring gave in exchange', async () => {
    const up = await started();
    expect(up.cameras.map((camera) => camera.name)).toEqual(['Front']);
    expect(ring.oauth.knows(savedRefreshToken())).toBe(true);
    expect(up.health()).toMatchObject({ up: true, troubles: [], reconnects: 0, lastTokenSave: clock.now() });
  });

  it('starts again from the saved token', async () => {
    await (await started()).stop();
    const again = account();
    await again.start();
    expect(again.cameras).toHaveLength(1);
  });

  it('keeps the push credentials over rotations and restarts', async () => {
    const first = account({ pastedToken: packed(ring.oauth.issue()) });
    await first.start();
    await first.stop();
    await account().start();
    expect(unpackToken(tokens().read() ?? '').pnc).toEqual({ fcm: { token: 'push' } });
  });

  it('watches only the locations it was given', async () => {
    ring.locations = [
      { id: 'L1', name: 'Home' },
      { id: 'L2', name: 'Office' },
    ];
    ring.devices = [doorbell(), doorbell({ id: 2002, description: 'Office door', location: 'L2' })];
    const up = await started({ locationIds: ['L2'] });
    expect(up.cameras.map((camera) => camera.name)).toEqual(['Office door']);
  });

  it('connects anew by itself after the token desk was out of order, and says so once each way', async () => {
    const up = await started();
    ring.oauth.revokeAccess();
    ring.faults = [{ match: /oauth/, times: 2, does: { status: 503, body: 'down' } }];
    await expect(up.ask('1001', 'the history', (camera) => camera.getEvents())).rejects.toThrow();
    await log.said(/token desk is out of order \(503\)/);
    await log.said(/attempt 1/);
    await clock.advance(5_000);
    await log.said(/Ring is connected again/);
    expect(up.health()).toMatchObject({ up: true, troubles: [] });
    expect((await up.ask('1001', 'the history', (camera) => camera.getEvents())).events).toEqual([]);
    expect(told(log).filter((line) => /out of order|connected again/.test(line))).toHaveLength(2);
  });

  it('asks for one new token at a time where two requests are refused at once, and loses none where it is turned away', async () => {
    const up = await started();
    const ask = () => up.ask('1001', 'the history', (camera) => camera.getEvents());
    ring.oauth.revokeAccess();
    await Promise.all([ask(), ask()]);
    expect(new Set(ring.oauth.presented).size).toBe(ring.oauth.presented.length);
    ring.oauth.revokeAccess();
    ring.faults = [{ match: /oauth/, times: 1, does: { status: 503, body: 'down' } }];
    await Promise.allSettled([ask(), ask()]);
    await log.said(/Ring is connected again/);
    expect((await ask()).events).toEqual([]);
    expect(ring.oauth.knows(savedRefreshToken())).toBe(true);
  });

  it('takes no token for a connection it has given up', async () => {
    const up = await started();
    const [old] = up.cameras;
    await up.rebuild();
    ring.oauth.revokeAccess();
    await expect(old?.getEvents()).rejects.toThrow(/given up/);
    expect((await up.ask('1001', 'the history', (camera) => camera.getEvents())).events).toEqual([]);
    expect(ring.oauth.knows(savedRefreshToken())).toBe(true);
  });

  it('says that Ring logged it out, and goes on with the token of the next login', async () => {
    const up = await started();
    ring.oauth.revokeAll();
    await expect(up.ask('1001', 'the history', (camera) => camera.getEvents())).rejects.toThrow();
    await log.said(/warn: Ring has logged Latchkey out\. Log in again/);
    await log.said(/attempt 1/);
    tokens().replace(ring.oauth.issue());
    await clock.advance(60_000);
    await log.said(/Ring is connected again/);
    expect(up.health().up).toBe(true);
  });

  it('has no answer wait for longer than its limit', async () => {
    const up = await started();
    ring.faults = [{ match: /events/, does: 'hang' }];
    const asked = up.ask('1001', 'the history of Front', (camera) => camera.getEvents(), { limit: 8_000 });
    const refused = expect(asked).rejects.toThrow(
      'Ring did not answer within 8 s when asked for the history of Front.',
    );
    await ring.seen(/events/);
    await clock.advance(8_000);
    await refused;
  });

  it('says that Ring does not answer when even the first request hangs, and can be stopped meanwhile', async () => {
    ring.faults = [{ match: /locations/, does: 'hang' }];
    const hanging = account({ pastedToken: ring.oauth.issue() });
    const start = hanging.start();
    await ring.seen(/locations/);
    await clock.advance(60_000);
    expect(told(log).at(-1)).toMatch(/Ring does not answer\. Latchkey keeps trying/);
    await start;
    expect(hanging.health().up).toBe(false);
    await hanging.stop();
  });

  it('hears pushes of the newest connection only', async () => {
    const up = await started();
    const heard: unknown[] = [];
    up.listen({ push: (device) => heard.push(device) });
    const [old] = up.cameras;
    await up.rebuild();
    old?.processPushNotification(push() as never);
    expect(heard).toEqual([]);
    await ring.push(push());
    expect(heard).toEqual(['1001']);
    expect(up.health()).toMatchObject({ lastPush: clock.now(), reconnects: 1 });
  });

  it('as a guest hears no pushes, so that they go on reaching the Latchkey that runs', async () => {
    const client = RingApi.prototype as unknown as { registerPushReceiver(): Promise<void> };
    const listening = vi.spyOn(client, 'registerPushReceiver');
    onTestFinished(() => listening.mockRestore());
    const guest = account({ guest: true, pastedToken: packed(ring.oauth.issue()) });
    await guest.start();
    await guest.ask('1001', 'the history', (camera) => camera.getEvents());
    expect(listening).not.toHaveBeenCalled();
    expect(unpackToken(tokens().read() ?? '').pnc).toEqual({ fcm: { token: 'push' } });
    await guest.stop();
    await account().start();
    expect(listening).toHaveBeenCalledOnce();
  });

  it('goes on, still connected, with the token that a command beside it was given, and the other way round', async () => {
    const up = await started();
    const guest = account({ guest: true });
    await guest.start();
    const ask = (of: RingAccount) => of.ask('1001', 'the history', (camera) => camera.getEvents());
    expect((await ask(guest)).events).toEqual([]);
    await clock.advance(60_000);
    for (const [first, second] of [
      [up, guest],
      [guest, up],
    ] as const) {
      // As an hour later: what was granted has run out, and each asks for the next.
      ring.oauth.revokeAccess();
      expect((await ask(first)).events).toEqual([]);
      await clock.advance(60_000);
      expect((await ask(second)).events).toEqual([]);
      await clock.advance(60_000);
    }
    expect([up.health(), guest.health()]).toEqual([
      expect.objectContaining({ up: true, troubles: [], reconnects: 0 }),
      expect.objectContaining({ up: true, troubles: [], reconnects: 0 }),
    ]);
    expect(told(log)).toEqual([expect.stringMatching(/token in the settings was taken over/)]);
  });

  it('connects anew, and tells nobody, where a command was given the next token just before', async () => {
    const up = await started();
    const guest = account({ guest: true });
    await guest.start();
    await guest.ask('1001', 'the history', (camera) => camera.getEvents());
    ring.oauth.revokeAccess();
    await expect(up.ask('1001', 'the history', (camera) => camera.getEvents())).rejects.toThrow();
    await up.rebuild();
    expect((await up.ask('1001', 'the history', (camera) => camera.getEvents())).events).toEqual([]);
    expect(told(log)).toEqual([expect.stringMatching(/token in the settings was taken over/)]);
  });

  it('asks again after a 504, and the caller only waits a little longer', async () => {
    const up = await started();
    ring.faults = [{ match: /events/, times: 1, does: { status: 504, body: 'gateway timeout' } }];
    const { events } = await up.ask('1001', 'the history', (camera) => camera.getEvents());
    expect(events).toEqual([]);
    expect(ring.requests.filter((line) => /events/.test(line))).toHaveLength(2);
    expect(up.health()).toMatchObject({ up: true, troubles: [], reconnects: 0 });
  });

  it('begins a new session where Ring has forgotten this installation, after the pause that Ring asks for', async () => {
    const up = await started();
    const forgotten = { error: `no session for hardware_id ${unpackToken(tokens().read() ?? '').hid}` };
    ring.faults = [
      { match: /events/, times: 1, does: { status: 404, body: forgotten } },
      { match: /session/, times: 1, does: { status: 429, body: 'slow down', headers: { 'retry-after': '0' } } },
    ];
    const { events } = await up.ask('1001', 'the history', (camera) => camera.getEvents());
    expect(events).toEqual([]);
    expect(ring.requests.filter((line) => /POST .*session/.test(line))).toHaveLength(2);
    expect(up.health()).toMatchObject({ up: true, troubles: [], reconnects: 0 });
    expect(told(log).join()).not.toMatch(/429/);
  });

  it('leaves Ring alone for minutes where it is turned away without a word of how long', async () => {
    const up = await started();
    const asked = ring.count(/POST .*session/);
    const forgotten = { error: `no session for hardware_id ${unpackToken(tokens().read() ?? '').hid}` };
    ring.faults = [
      { match: /events/, times: 1, does: { status: 404, body: forgotten } },
      { match: /session/, does: { status: 429, body: 'slow down' } },
    ];
    up.ask('1001', 'the history', (camera) => camera.getEvents()).catch(() => {});
    expect(await log.said(/retry after/)).toMatch(/rate limited\. Waiting to retry after 200 seconds$/);
    expect(ring.count(/POST .*session/)).toBe(asked + 1);
  });

  it('repeats nothing that Ring says with a 404', async () => {
    const up = await started();
    ring.faults = [{ match: /events/, times: 1, does: { status: 404, body: { error: 'the answer' } } }];
    const asked = up.ask('1001', 'the history', (camera) => camera.getEvents());
    await expect(asked).rejects.toThrow(/^Ring refused the history: it answered 404$/);
  });

  it('writes no token into the log, whatever goes wrong', async () => {
    const up = await started();
    for (const status of [400, 401, 406, 429, 500]) {
      ring.faults = [{ match: /events/, does: { status, body: { error: `no, ${savedRefreshToken()}` } }, times: 1 }];
      await up.ask('1001', 'the history', (camera) => camera.getEvents()).catch(() => {});
    }
    ring.oauth.revokeAll();
    await up.ask('1001', 'the history', (camera) => camera.getEvents()).catch(() => {});
    await log.said(/logged Latchkey out/);
    expect(log.lines.join('\n')).not.toContain(savedRefreshToken());
    expect(log.lines.join('\n')).not.toContain(tokens().read());
  });
});

function packed(refreshToken: string): string {
  return Buffer.from(JSON.stringify({ rt: refreshToken, hid: 'h', pnc: { fcm: { token: 'push' } } })).toString(
    'base64',
  );
}

/** What the owner sees without debug. */
function told(log: FakeLog): string[] {
  return log.lines.filter((line) => !line.startsWith('debug: '));
}
