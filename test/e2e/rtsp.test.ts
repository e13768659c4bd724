/** An RTSP camera in a real Homebridge: real video on loopback, real models, a real HAP client. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { HouseStatus } from '../../src/dashboard/api-types.ts';
import { ControlClient, controlPath } from '../../src/dashboard/control.ts';
import { EventStore } from '../../src/store/event-store.ts';
import { AppleHome, hap } from '../../tools/demo/apple-home.ts';
import { freePort, Homebridge } from '../../tools/demo/homebridge.ts';
import { clip, hasClip, people, withoutClip } from '../cameras/one-by-one.ts';
import { FakeRtsp, stillPicture } from '../fakes/rtsp.ts';
import { selectedStream, setupEndpoints, status } from '../fakes/stream-tlv.ts';
import { Viewer } from '../fakes/viewer.ts';
import { descendants, isAlive } from './processes.ts';

const { motionDetected, occupancyDetected } = hap.characteristic;

/** Somebody walks into the picture a moment after it begins. */
const walkIn = ['-re', '-ss', String(people[0].from - 1), '-i', clip];

describe.skipIf(!hasClip)(`an RTSP camera in a real Homebridge${withoutClip}`, () => {
  let root: string;
  let rtsp: FakeRtsp;
  let homebridge: Homebridge;
  let home: AppleHome;
  let yard: AppleHome;
  let store: EventStore;
  let control: ControlClient;
  let viewer: Viewer | undefined;

  beforeAll(async () => {
    // It goes away and comes back: nothing else may take its port meanwhile.
    rtsp = await FakeRtsp.start({ source: stillPicture }, await freePort());
    root = await mkdtemp(join(tmpdir(), 'latchkey-rtsp-'));
    await mkdir(join(root, 'latchkey'));
    homebridge = await Homebridge.start({
      storage: root,
      platform: {
        // A visit ends by what happens in it, however long a busy machine takes for that.
        cameras: [{ type: 'rtsp', name: 'Yard', url: rtsp.url, doorbell: false, visitSeconds: 90 }],
        ffmpegPath: ffmpeg.path,
      },
    });
    await homebridge.line(/Latchkey watches Yard/);
    home = await AppleHome.pair(homebridge.bridge);
    yard = await AppleHome.pair(await homebridge.external('Yard'));
    store = await EventStore.open(join(root, 'latchkey'), { readOnly: true });
    control = new ControlClient({ path: controlPath(join(root, 'latchkey')) });
  });

  afterAll(async () => {
    control?.close();
    await Promise.all([home?.close(), yard?.close(), store?.close(), viewer?.close()]);
    await homebridge?.stop('SIGKILL');
    await rtsp?.close();
    if (root) await rm(root, { recursive: true, force: true });
  });

  /** What the page is told of the camera. */
  async function told(): Promise<string | undefined> {
    const { parts } = (await control.ask('status')) as HouseStatus;
    return parts.find(({ name }) => name === 'Yard')?.sentence;
  }

  async function comesBack(source: string[], port: number): Promise<void> {
    const after = homebridge.lines.length;
    rtsp = await FakeRtsp.start({ source }, port);
    await homebridge.line(/Yard sends video again/, after);
  }

  async function goesAway(): Promise<number> {
    const after = homebridge.lines.length;
    const port = Number(new URL(rtsp.url).port);
    await rtsp.close();
    await homebridge.line(/Yard broke off/, after);
    return port;
  }

  it('says that its stream broke off, and that it is back', async () => {
    await rtsp.seen(/^PLAY/, 1);
    const port = await goesAway();
    expect(await told()).toMatch(/^Yard broke off .* Latchkey reconnects\.$/);
    await comesBack(stillPicture, port);
    expect(await told()).toMatch(/^It is watched\./);
  });

  it('makes a visit of motion: the sensors in Home, and one person in the history', async () => {
    const moved = yard.until('Yard', motionDetected, 1);
    const occupied = home.until('Yard Occupancy', occupancyDetected, 1);
    const told = homebridge.line(/Yard.*\(event/, homebridge.lines.length);
    await comesBack(walkIn, await goesAway());
    await Promise.all([moved, occupied]);
    const port = await goesAway();
    const event = await store.event(Number(/event (\d+)/.exec(await told)?.[1]));
    expect(event).toMatchObject({ trigger: 'motion', cameraId: 'yard', unlocked: false });
    expect(event?.detections.filter(({ label }) => label === 'person')).toHaveLength(1);
    expect(event?.thumbnail).toMatch(/\.jpg$/);
    await yard.until('Yard', motionDetected, 0);
    await comesBack(walkIn, port);
  });

  it('shows live video to a phone that negotiates it', async () => {
    viewer = await Viewer.open();
    await yard.write('Yard', '118', setupEndpoints(viewer.request));
    expect(status(String(await yard.read('Yard', '118')))).toBe(0);
    await yard.write('Yard', '117', selectedStream('start'));
    expect(await viewer.picture()).toMatchObject({ width: 768, height: 432 });
  });

  it('ends in good order while a phone looks on, and leaves no process behind', async () => {
    const family = descendants(homebridge.pid);
    expect(family.length).toBeGreaterThanOrEqual(4);
    const stopped = homebridge.line(/Latchkey has stopped/);
    await homebridge.stop();
    await stopped;
    await rtsp.idle();
    // Homebridge and its child bridge each end by a timer of their own, five seconds after the signal.
    await vi.waitFor(() => expect(family.filter(isAlive)).toEqual([]), 60_000);
  });
});
