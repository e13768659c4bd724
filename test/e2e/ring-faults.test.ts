/** What Ring does wrong, met in a real Homebridge: one sentence when it breaks and one when it heals, and a fault in Home. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackToken } from '../../src/cameras/ring/token.ts';
import { hap } from '../../tools/demo/apple-home.ts';
import type { Fault } from '../fakes/ring/cloud.ts';
import { doorbell } from '../fakes/ring/devices.ts';
import { Household } from './ring-household.ts';

const minute = 60_000;
const devices = /ring_devices/;
const newLogin = 'There is a new login to Ring. Latchkey connects with it.';
const connected = 'Ring is connected again.';

describe('a Ring doorbell in a real Homebridge, and the phone that shows it,', () => {
  let house: Household;

  beforeAll(async () => {
    house = await Household.move();
    // Motion alone costs a battery no live call: visits are short.
    house.ring.devices = [doorbell({ battery: '80' })];
    await house.logIn();
    await house.start();
  });

  afterAll(() => house?.close());

  /** Something moves before the doorbell, and the phone hears of it. */
  async function moves(): Promise<void> {
    const { motionDetected } = hap.characteristic;
    const [seen, over] = [house.doorbell.next('Front Door', motionDetected), house.told(/Front Door.*\(event/)];
    await house.press({ category: 'motion' });
    await seen;
    await over;
  }

  it('tell that no push comes although the history grows, and that they come again once it has connected anew', async () => {
    const from = house.homebridge.lines.length;
    const subscribed = house.ring.count(/motions_subscribe/);
    house.ring.events = [{ id: '900', device: 1001, kind: 'ding', at: house.now + 5 * minute }];
    const told = house.told(/Ring no longer tells/);
    await house.pass(10 * minute);
    await told;
    await house.shows('fault');
    await house.ring.seen(/motions_subscribe/, subscribed + 1);
    await moves();
    await house.shows('no fault');
    expect(house.sentences(from)).toEqual([
      'Ring no longer tells Latchkey when somebody is at Front Door. It connects anew.',
      'Ring tells Latchkey again when somebody is at Front Door.',
    ]);
    house.ring.events = [];
  });

  it('tell that Ring takes the doorbell for offline, and when it is back', async () => {
    const from = house.homebridge.lines.length;
    for (const offline of [true, false]) {
      house.ring.devices = [doorbell({ battery: '80', offline })];
      await house.ring.poll();
      const told = house.told(/Front Door is o(ff|n)line/);
      await house.pass(10 * minute);
      await told;
      await house.shows(offline ? 'fault' : 'no fault');
    }
    expect(house.sentences(from)).toEqual([
      'Front Door is online again.',
      'Ring says that Front Door is offline. Check its power and its Wi-Fi.',
    ]);
  });

  /** Ring has forgotten this installation, which it tells by its hardware id. */
  const forgotten = () => {
    const { hid } = unpackToken(house.tokens.read() ?? '');
    return { status: 404, body: { error: `no session for ${hid}` } };
  };

  it.each<{ where: string; status: number; faults: Fault[]; sentence: string; silent?: RegExp }>([
    {
      where: 'the token desk',
      status: 406,
      faults: [{ match: /oauth/, does: { status: 406, body: 'not acceptable' } }],
      sentence:
        'Ring refuses this way of logging in (406). Update Latchkey; until then the doorbell cannot be watched.',
    },
    {
      where: 'the token desk',
      status: 429,
      faults: [{ match: /oauth/, does: { status: 429, body: 'slow down', headers: { 'retry-after': '600' } } }],
      sentence: 'Ring says that it was asked too often (429). Latchkey waits and tries again by itself.',
    },
    {
      where: 'the token desk',
      status: 504,
      faults: [{ match: /oauth/, does: { status: 504, body: 'gateway timeout' } }],
      sentence: "Ring's token desk is out of order (504). Latchkey keeps trying.",
    },
    {
      where: 'the list of devices',
      status: 429,
      faults: [{ match: devices, does: { status: 429, body: 'slow down', headers: { 'retry-after': '600' } } }],
      sentence: 'Ring says that it was asked too often (429). Latchkey waits and tries again by itself.',
    },
    {
      where: 'the list of devices',
      status: 404,
      faults: [{ match: devices, does: { status: 404, body: { error: 'no such path' } } }],
      sentence: 'Ring is out of order (404). Latchkey keeps trying.',
    },
    {
      // The client asks again every five seconds.
      where: 'the list of devices',
      status: 504,
      faults: [{ match: devices, does: { status: 504, body: 'gateway timeout' } }],
      silent: devices,
      sentence: 'Ring does not answer. Latchkey keeps trying.',
    },
    {
      // The client asks again when Ring says so.
      where: 'a new session',
      status: 429,
      faults: [
        { match: devices, does: forgotten },
        { match: /session/, does: { status: 429, body: 'slow down', headers: { 'retry-after': '0' } } },
      ],
      silent: /session/,
      sentence: 'Ring does not answer. Latchkey keeps trying.',
    },
  ])('tell that $where answers $status, and when it is well again', async ({ faults, sentence, silent }) => {
    const from = house.homebridge.lines.length;
    const asked = silent ? house.ring.count(silent) : 0;
    house.ring.faults = faults;
    // A new login is taken up within a minute, and meets it.
    house.tokens.replace(house.ring.oauth.issue());
    await house.pass(minute);
    if (silent) {
      await house.ring.seen(silent, asked + 1);
      await house.pass(minute);
    }
    await house.homebridge.line(/Ring.* (keeps trying|by itself|Update Latchkey)/, from);
    await house.shows('fault');
    if (!silent) await house.homebridge.line(/attempt 2 to connect failed/, from);
    house.ring.faults = [];
    await house.pass(10 * minute);
    await house.homebridge.line(/connected again/, from);
    await house.shows('no fault');
    expect(house.sentences(from)).toEqual([sentence, connected, newLogin].sort());
  });

  it('tell that Ring has logged Latchkey out, and that a login on the command line heals it', async () => {
    const from = house.homebridge.lines.length;
    house.ring.oauth.revokeAll();
    const told = house.told(/logged Latchkey out/);
    await house.pass(10 * minute);
    await told;
    await house.shows('fault');
    house.ring.faults = [{ match: /oauth/, times: 1, does: { status: 406, body: 'not acceptable' } }];
    expect(await house.logIn()).toContain('Ring no longer lets this account log in with a password from here (406).');
    expect(await house.logIn()).toContain('Latchkey is logged in to Ring.');
    await house.pass(minute);
    await house.homebridge.line(/connected again/, from);
    await house.shows('no fault');
    await moves();
    expect(house.sentences(from)).toEqual([
      'Ring has logged Latchkey out. Log in again on the plugin\'s page, or run "latchkey login".',
      connected,
      newLogin,
    ]);
  });

  it("tell nobody what is Ring's and theirs alone", () => {
    expect(house.leaks).toEqual([]);
  });
});
