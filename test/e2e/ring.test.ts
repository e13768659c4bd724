/** A Ring doorbell in a real Homebridge: the fake cloud, real media, real models, a real HAP client. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hap } from '../../tools/demo/apple-home.ts';
import { hasClip, withoutClip } from '../cameras/one-by-one.ts';
import { selectedStream, setupEndpoints, status } from '../fakes/stream-tlv.ts';
import { Viewer } from '../fakes/viewer.ts';
import { descendants, isAlive } from './processes.ts';
import { Household, media, stillOf } from './ring-household.ts';

const liveCall = /\/ws\?/;

describe.skipIf(!hasClip)(`a Ring doorbell in a real Homebridge${withoutClip}`, () => {
  let house: Household;

  beforeAll(async () => {
    house = await Household.move();
  });

  afterAll(() => house?.close());

  it('is logged in to on the command line, with the code of a second factor', async () => {
    expect(await house.logIn()).toMatch(/Latchkey is logged in to Ring\./);
    expect(house.ring.oauth.codesSent).toBe(1);
    await house.start();
    expect(house.tokenWorks).toBe(true);
  });

  it('rings in Home, sees in the live video who is there, and hangs up', async () => {
    // Nobody is in the picture of the push: whoever is seen is seen live.
    house.ring.snapshots.set('abc', { jpeg: await stillOf(house.root, 1), takenAt: house.now });
    const rung = house.doorbell.next('Front Door', hap.characteristic.programmableSwitchEvent);
    const event = await house.visit({ snapshot: 'abc:1' });
    await rung;
    expect(house.ring.requests.join('\n')).toMatch(/snapshots\/next\/1001\?.*uuid=abc/);
    expect(event).toMatchObject({ trigger: 'ding', cameraId: 'front-door', recordingId: '1', unlocked: false });
    expect(event.detections.filter(({ label }) => label === 'person')).toHaveLength(1);
    await house.ring.live.idle();
  });

  it('goes on with the live video, and tells nobody, where Ring has no picture of the press just now (404)', async () => {
    const from = house.homebridge.lines.length;
    house.ring.faults = [{ match: /snapshots/, does: { status: 404, body: { errors: [7061] } } }];
    const ended = house.visit({ snapshot: 'abc:1' });
    await house.told(/Front Door: ding/);
    await house.ring.live.hungUp();
    // The client would ask for it again in 20 seconds; the visit waits for no longer than ten.
    await house.pass(10_000);
    expect((await ended).frames).toBeGreaterThan(0);
    expect(house.sentences(from)).toEqual([]);
    house.ring.faults = [];
  });

  it('shows live video to a phone that negotiates it, and hangs up when the phone does', async () => {
    const { doorbell } = house;
    const viewer = await Viewer.open();
    await doorbell.write('Front Door', '118', setupEndpoints(viewer.request));
    const setup = String(await doorbell.read('Front Door', '118'));
    expect(status(setup)).toBe(0);
    await doorbell.write('Front Door', '117', selectedStream('start'));
    expect(await viewer.picture()).toMatchObject({ width: 768, height: 432 });
    await doorbell.write('Front Door', '117', selectedStream('end'));
    await house.ring.live.idle();
    await viewer.close();
  });

  it('writes one visit for a press that is pushed twice, without an id', async () => {
    const before = (await house.store.events({ limit: 100 })).length;
    const at = house.now;
    const visit = house.visit({ id: null, triggeredAt: at });
    await house.press({ id: null, triggeredAt: at });
    await visit;
    expect(await house.store.events({ limit: 100 })).toHaveLength(before + 1);
  });

  it('keeps the door shut, and says why, where the live call of an offline doorbell "succeeds" and brings nothing', async () => {
    house.ring.live.media = { silent: true };
    house.ring.snapshots.clear();
    const told = house.told(/Front Door sent no live video .* so the door stays shut for faces/);
    const calls = house.ring.live.calls.length;
    const event = await house.ringing(async () => {
      await house.ring.live.said('activate_session', calls);
      await house.pass(15_000);
    });
    await told;
    expect(event).toMatchObject({ frames: 0, unlocked: false, lockId: 'front-lock' });
    expect(event.sentence).toContain('no picture came');
    await house.shows('fault');
    await house.ring.live.idle();
    house.ring.live.media = media;
  });

  it('ends the visit by itself where Ring answers nothing more', async () => {
    house.ring.faults = [{ match: /signalsocket|snapshots/, does: 'hang' }];
    const [calls, pictures] = [house.ring.count(/signalsocket/), house.ring.count(/snapshots/)];
    const hung = async () => {
      await house.ring.seen(/signalsocket/, calls + 1);
      await house.ring.seen(/snapshots/, pictures + 1);
      await house.pass(15_000);
    };
    const event = await house.ringing(hung, { snapshot: 'abc:1' });
    expect(event).toMatchObject({ trigger: 'ding', frames: 0, unlocked: false });
    house.ring.faults = [];
  });

  it('is connected again by itself after the token desk was out of order', async () => {
    house.ring.oauth.revokeAccess();
    house.ring.faults = [{ match: /oauth/, times: 1, does: { status: 503, body: 'down' } }];
    const [broken, healed] = [house.told(/token desk is out of order \(503\)/), house.told(/Ring is connected again/)];
    await house.ringing(() => broken);
    await healed;
    const lively = house.told(/Front Door sends live video again/);
    expect((await house.visit()).trigger).toBe('ding');
    await lively;
    await house.shows('no fault');
  });

  it('ends in good order while a live call is open and requests hang, and leaves a token that works', async () => {
    const calls = house.ring.count(liveCall);
    house.ring.faults = [{ match: /snapshots|clients_api/, does: 'hang' }];
    await house.press();
    await house.ring.seen(liveCall, calls + 1);
    const family = descendants(house.homebridge.pid);
    // Homebridge ends by a timer of its own, five seconds after the signal, whether or not its plugins are done.
    const stopped = house.told(/Latchkey has stopped/);
    await house.homebridge.stop();
    await stopped;
    await house.ring.live.idle();
    await vi.waitFor(() => expect(family.filter(isAlive)).toEqual([]), 60_000);
    expect(house.tokenWorks).toBe(true);
    expect(house.leaks).toEqual([]);
  });
});

describe.skipIf(!hasClip)(`a Ring doorbell in Homebridge 1${withoutClip}`, () => {
  let house: Household;

  beforeAll(async () => {
    house = await Household.move();
  });

  afterAll(() => house?.close());

  it('rings, and sees in the live video who is there, by a token from the settings', async () => {
    const refreshToken = house.ring.oauth.issue();
    await house.start({ version: 'homebridge-1', platform: { ring: { refreshToken } } });
    const event = await house.visit();
    expect(event).toMatchObject({ trigger: 'ding', cameraId: 'front-door' });
    expect(event.detections.filter(({ label }) => label === 'person')).toHaveLength(1);
    expect(house.tokenWorks).toBe(true);
  });
});
