/** A power cut at the worst moments of a Ring token, in a real Homebridge: it is never lost, and the doorbell rings again. */
import { watch } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unpackToken } from '../../src/cameras/ring/token.ts';
import { hap } from '../../tools/demo/apple-home.ts';
import { Household } from './ring-household.ts';

const tokenDesk = /oauth/;

/** Each begins to wait when it is called. */
const moments: Record<string, (house: Household) => Promise<unknown>> = {
  'a live call is open': ({ ring }) => ring.live.said('activate_session', ring.live.calls.length),
  'the token desk is asked': ({ ring }) => {
    ring.faults = [{ match: tokenDesk, does: 'hang' }];
    return ring.seen(tokenDesk, ring.count(tokenDesk) + 1);
  },
  'half of its answer has come': ({ ring }) => {
    ring.faults = [{ match: tokenDesk, does: 'stall' }];
    return ring.seen(tokenDesk, ring.count(tokenDesk) + 1);
  },
  'the new token is being written': async ({ root }) => {
    const watcher = watch(join(root, 'latchkey'));
    await new Promise<void>((resolve) => {
      watcher.on('change', (_, file) => String(file).startsWith('ring.json') && resolve());
    });
    watcher.close();
  },
  'the new token is used, and the old one is void': async ({ ring, tokens }) => {
    const old = unpackToken(tokens.read() ?? '').rt;
    while (ring.oauth.knows(old)) await ring.seen(/./, ring.requests.length + 1);
  },
};

describe('a Ring doorbell in a real Homebridge', () => {
  let house: Household;

  beforeAll(async () => {
    house = await Household.move();
    await house.logIn();
    await house.start();
  });

  afterAll(() => house?.close());

  it.each(Object.entries(moments))('is still logged in, and rings, after a kill -9 when %s', async (_, moment) => {
    const come = moment(house);
    house.ring.oauth.revokeAccess();
    await house.killAt(async () => {
      await house.press({ snapshot: 'abc:1' });
      await come;
    });
    house.ring.faults = [];
    expect(house.tokenWorks).toBe(true);
    await house.start();
    const rung = house.doorbell.next('Front Door', hap.characteristic.programmableSwitchEvent);
    await house.press();
    await rung;
    expect(house.leaks).toEqual([]);
  });
});
