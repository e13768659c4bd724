/** Six people of a real clip, seen by Ring's live call and by RTSP, with the real models: a visit each, of one person each. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Camera } from '../../src/cameras/camera.ts';
import { RingAccount } from '../../src/cameras/ring/account.ts';
import { RingDoorbell } from '../../src/cameras/ring/ring.ts';
import { TokenFile } from '../../src/cameras/ring/token.ts';
import { RtspCamera } from '../../src/cameras/rtsp.ts';
import { systemClock } from '../../src/clock.ts';
import type { Detection } from '../../src/vision/analysis.ts';
import { VisionClient } from '../../src/vision/client.ts';
import { Pipeline } from '../../src/visits/pipeline.ts';
import type { Visit } from '../../src/visits/visit.ts';
import { clip, hasClip, people, withoutClip } from '../cameras/one-by-one.ts';
import { FakeLog } from '../fakes/log.ts';
import { FakeRing } from '../fakes/ring/cloud.ts';
import { push } from '../fakes/ring/pushes.ts';
import { redirect } from '../fakes/ring/redirect.ts';
import { FakeRtsp } from '../fakes/rtsp.ts';
import { rules } from '../visits/house.ts';

/** A visit ends when somebody was seen so many times, however long a busy machine takes for it. */
const looks = 2;
const visitSeconds = 90;

const isPerson = ({ label }: Detection) => label === 'person';

describe.skipIf(!hasClip)(`the people of a real clip${withoutClip}`, () => {
  const log = new FakeLog();
  let vision: VisionClient;
  let closers: (() => Promise<unknown>)[];

  beforeAll(async () => {
    vision = new VisionClient({ clock: systemClock });
    await vision.start();
    closers = [];
  });

  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  afterAll(() => vision.stop());

  /** Watches the camera, and `begin`s; how many people its first visit counts. */
  async function counted(camera: Camera, begin: () => Promise<void>): Promise<number> {
    const written = Promise.withResolvers<Visit>();
    const seen = Promise.withResolvers<void>();
    let left = looks;
    const record = async (visit: Visit) => {
      written.resolve(visit);
      return 1;
    };
    const ports = { vision, clock: systemClock, log, rules, people: async () => [], ignored: async () => [], record };
    const pipeline = new Pipeline(ports, {
      analysed: (_, { objects }) => {
        if (objects.some(isPerson) && --left === 0) seen.resolve();
      },
    });
    try {
      await pipeline.watch({ camera, doorkeeper: null, visitSeconds });
      await begin();
      await seen.promise;
    } finally {
      await pipeline.stop();
      await camera.stop();
    }
    return (await written.promise).detections.filter(isPerson).length;
  }

  it('are six visits of one person each in the live calls of a Ring account', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-count-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const ring = await FakeRing.start();
    closers.push(() => ring.close());
    closers.push(await redirect(ring.address));
    const tokens = new TokenFile(join(folder, 'ring.json'));
    tokens.replace(ring.oauth.issue());
    const account = new RingAccount({ tokens, log, clock: systemClock });
    closers.push(() => account.stop());
    await account.start();
    for (const [at, { from }] of people.entries()) {
      ring.live.media = { clip, from: from + 1 };
      const options = { account, id: 'ring', name: 'Ring', log, clock: systemClock, ffmpeg: ffmpeg.path };
      const person = { category: 'motion', subtype: 'human', id: String(at), triggeredAt: Date.now() } as const;
      expect(await counted(new RingDoorbell(options), () => ring.push(push(person)))).toBe(1);
    }
    await ring.live.idle();
  });

  it('are six visits of one person each, begun by their motion, in RTSP streams', async () => {
    const rtsp = await FakeRtsp.start({ source: [] });
    closers.push(() => rtsp.close());
    for (const { from } of people) {
      rtsp.media = { source: ['-re', '-ss', String(from - 1), '-i', clip] };
      const camera = new RtspCamera({
        id: 'rtsp',
        name: 'RTSP',
        url: rtsp.url,
        log,
        clock: systemClock,
        ffmpeg: ffmpeg.path,
      });
      expect(await counted(camera, async () => undefined)).toBe(1);
      await rtsp.idle();
    }
  });
});
