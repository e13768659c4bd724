/** A Ring doorbell in a real Homebridge: the fake cloud, real media, real models, a real HAP client. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ringTokenPath, TokenFile, unpackToken } from '../../src/cameras/ring/token.ts';
import { EventStore } from '../../src/store/event-store.ts';
import { AppleHome, hap } from '../../tools/demo/apple-home.ts';
import { Homebridge } from '../../tools/demo/homebridge.ts';
import { FakeRing } from '../fakes/ring/cloud.ts';
import { push } from '../fakes/ring/pushes.ts';
import { selectedStream, setupEndpoints, status } from '../fakes/stream-tlv.ts';
import { Viewer } from '../fakes/viewer.ts';

const clip = join(import.meta.dirname, '../../../shared/data/video/one-by-one-person-detection.mp4');
const preload = pathToFileURL(join(import.meta.dirname, '../fakes/ring/preload.ts')).href;

describe.skipIf(!existsSync(clip))(
  'a Ring doorbell in a real Homebridge (skipped where ../shared/data is missing)',
  () => {
    let root: string;
    let ring: FakeRing;
    let homebridge: Homebridge;
    let doorbell: AppleHome;
    let store: EventStore;
    let pushed = 0;

    beforeAll(async () => {
      ring = await FakeRing.start({ clip, from: 28 });
      root = await mkdtemp(join(tmpdir(), 'latchkey-ring-'));
      await mkdir(join(root, 'latchkey'));
      homebridge = await Homebridge.start({
        storage: root,
        platform: {
          cameras: [{ type: 'ring', name: 'Front Door', visitSeconds: 8 }],
          ring: { refreshToken: ring.oauth.issue() },
          ffmpegPath: ffmpeg.path,
        },
        env: { NODE_OPTIONS: `--import ${preload}`, FAKE_RING: JSON.stringify(ring.address) },
      });
      await homebridge.line(/Latchkey watches Front Door/);
      await ring.seen(/motions_subscribe/);
      doorbell = await AppleHome.pair(await homebridge.external('Front Door'));
      store = await EventStore.open(join(root, 'latchkey'), { readOnly: true });
    });

    afterAll(async () => {
      await Promise.all([doorbell?.close(), store?.close()]);
      await homebridge?.stop('SIGKILL');
      await ring?.close();
      if (root) await rm(root, { recursive: true, force: true });
    });

    /** Somebody rings; resolves to the event the visit became. */
    async function ringing(options: Parameters<typeof push>[0] = {}) {
      const told = homebridge.line(/Front Door.*\(event/, homebridge.lines.length);
      await ring.push(push({ id: String(++pushed), triggeredAt: Date.now(), ...options }));
      const event = await store.event(Number(/event (\d+)/.exec(await told)?.[1]));
      if (!event) throw new Error('the visit is not in the history');
      return event;
    }

    it('takes the token of the settings over into a file of its own', async () => {
      const { token } = JSON.parse(await readFile(ringTokenPath(join(root, 'latchkey')), 'utf8'));
      expect(ring.oauth.knows(unpackToken(token).rt)).toBe(true);
    });

    it('rings in Home, sees in the live video who is there, and hangs up', async () => {
      const rung = doorbell.next('Front Door', hap.characteristic.programmableSwitchEvent);
      const event = await ringing();
      await rung;
      expect(event).toMatchObject({ trigger: 'ding', cameraId: 'front-door', recordingId: '1', unlocked: false });
      expect(event.frames).toBeGreaterThan(0);
      expect(event.detections.filter(({ label }) => label === 'person')).toHaveLength(1);
      await ring.live.idle();
    });

    it('shows live video to a phone that negotiates it, and hangs up when the phone does', async () => {
      const viewer = await Viewer.open();
      await doorbell.write('Front Door', '118', setupEndpoints(viewer.request));
      const setup = String(await doorbell.read('Front Door', '118'));
      expect(status(setup)).toBe(0);
      await doorbell.write('Front Door', '117', selectedStream('start'));
      expect(await viewer.picture()).toMatchObject({ width: 768, height: 432 });
      await doorbell.write('Front Door', '117', selectedStream('end'));
      await ring.live.idle();
      await viewer.close();
    });

    it('writes one visit for a press that is pushed twice, without an id', async () => {
      const before = (await store.events({ limit: 100 })).length;
      const at = Date.now();
      const told = ringing({ id: null, triggeredAt: at });
      await ring.push(push({ id: null, triggeredAt: at }));
      await told;
      expect(await store.events({ limit: 100 })).toHaveLength(before + 1);
    });

    it('writes the visit of a doorbell whose live call brings nothing, with why, and shows the fault', async () => {
      ring.live.media = { silent: true };
      const event = await ringing();
      expect(event).toMatchObject({ frames: 0, unlocked: false });
      await ring.live.idle();
      ring.live.media = { clip, from: 28 };
    });

    it('is connected again by itself after the token desk was out of order', async () => {
      ring.oauth.revokeAccess();
      ring.faults = [{ match: /oauth/, times: 1, does: { status: 503, body: 'down' } }];
      await ring.push(push({ id: String(++pushed), triggeredAt: Date.now() }));
      await homebridge.line(/token desk is out of order \(503\)/);
      await homebridge.line(/Ring is connected again/);
      await ring.seen(/ring_devices/, 2);
      expect((await ringing()).trigger).toBe('ding');
    });

    it('ends in good order while a live call is open, and leaves a token that works', async () => {
      const calls = ring.live.calls.length;
      await ring.push(push({ id: String(++pushed), triggeredAt: Date.now() }));
      await ring.seen(/\/ws\?/, calls + 1);
      await homebridge.stop();
      await ring.live.idle();
      const { rt } = unpackToken(new TokenFile(ringTokenPath(join(root, 'latchkey'))).read() ?? '');
      expect(ring.oauth.knows(rt)).toBe(true);
    });
  },
);
