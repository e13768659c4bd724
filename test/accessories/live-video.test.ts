import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveVideo } from '../../src/accessories/live-video.ts';
import type { Camera } from '../../src/cameras/camera.ts';
import { RingAccount } from '../../src/cameras/ring/account.ts';
import { RingDoorbell } from '../../src/cameras/ring/ring.ts';
import { TokenFile } from '../../src/cameras/ring/token.ts';
import { RtspCamera } from '../../src/cameras/rtsp.ts';
import { systemClock } from '../../src/clock.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { FakeLog } from '../fakes/log.ts';
import { FakeRing } from '../fakes/ring/cloud.ts';
import { redirect } from '../fakes/ring/redirect.ts';
import { FakeRtsp, movingPicture } from '../fakes/rtsp.ts';
import { Viewer } from '../fakes/viewer.ts';

describe('live video in the Home app', () => {
  let log: FakeLog;
  let viewer: Viewer;
  let ended: string[];
  let closers: Array<() => Promise<void> | void>;

  beforeEach(async () => {
    log = new FakeLog();
    viewer = await Viewer.open();
    ended = [];
    closers = [() => viewer.close()];
  });

  afterEach(async () => {
    for (const close of closers) await close();
  });

  function liveVideo(
    camera: Pick<Camera, 'name' | 'live'>,
    options: { clock?: VirtualClock; ffmpegPath?: string } = {},
  ) {
    const video = new LiveVideo({
      camera,
      ffmpegPath: ffmpeg.path,
      clock: systemClock,
      log,
      ended: (id) => ended.push(id),
      ...options,
    });
    closers.unshift(() => video.stop());
    return video;
  }

  async function ringCamera(ring: FakeRing): Promise<RingDoorbell> {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
    const undo = await redirect(ring.address);
    const tokens = new TokenFile(join(folder, 'ring.json'));
    tokens.replace(ring.oauth.issue());
    const account = new RingAccount({ tokens, log, clock: systemClock });
    await account.start();
    const camera = new RingDoorbell({
      account,
      id: 'front',
      name: 'Front',
      log,
      clock: systemClock,
      ffmpeg: ffmpeg.path,
    });
    closers.push(
      () => camera.stop(),
      () => account.stop(),
      undo,
      () => ring.close(),
      () => rmSync(folder, { recursive: true }),
    );
    return camera;
  }

  it('shows a Ring doorbell: SRTP video that can be decoded, with sound, and a voice that reaches the doorbell', async () => {
    const ring = await FakeRing.start();
    const video = liveVideo(await ringCamera(ring));
    const prepared = await video.prepare(viewer.request);
    video.handle(viewer.start);
    const picture = await viewer.picture();
    expect(picture).toMatchObject({ width: 640, height: 360 });
    const [first, second] = await viewer.sound(2);
    expect(first?.header).toMatchObject({ payloadType: 110, ssrc: prepared.audio && ssrc(prepared.audio) });
    expect((second?.header.timestamp ?? 0) - (first?.header.timestamp ?? 0)).toBe(16 * 20);
    expect(first?.payload.length).toBeGreaterThan(0);
    const stopSpeaking = viewer.speak(portOf(prepared.audio));
    await ring.live.heard();
    stopSpeaking();
    expect(ring.live.calls[0]?.sent).toContain('camera_options');
    video.handle(viewer.stop);
    await ring.live.idle();
    expect(ended).toEqual([]);
  });

  it('shows an RTSP camera, also one without sound, in the size that was asked for', async () => {
    const rtsp = await FakeRtsp.start({ source: movingPicture });
    closers.push(() => rtsp.close());
    const camera = new RtspCamera({
      id: 'y',
      name: 'Yard',
      url: rtsp.url,
      log,
      clock: systemClock,
      ffmpeg: ffmpeg.path,
    });
    const video = liveVideo(camera);
    await video.prepare(viewer.request);
    video.handle({ ...viewer.start, video: { ...viewer.start.video, width: 320, height: 180 } });
    expect(await viewer.picture()).toMatchObject({ width: 320, height: 180 });
    video.handle(viewer.stop);
    await rtsp.idle();
  });

  it('ends, and tells Home, when the camera hangs up', async () => {
    const ring = await FakeRing.start();
    const video = liveVideo(await ringCamera(ring));
    await video.prepare(viewer.request);
    video.handle(viewer.start);
    await viewer.picture();
    await ring.live.hangUp();
    await log.said(/Live video of Front has ended/);
    await video.stop();
    expect(ended).toEqual(['session']);
  });

  it('ends when the viewer is gone without a word', async () => {
    const clock = new VirtualClock();
    const video = liveVideo({ name: 'Front', live: (signal) => whenAborted(signal) }, { clock });
    await video.prepare(viewer.request);
    video.handle(viewer.start);
    await clock.advance(30_000);
    await video.stop();
    expect(ended).toEqual(['session']);
  });

  it.each([
    [
      'the camera cannot be reached',
      { live: () => Promise.reject(new Error('Ring did not answer.')) },
      {},
      /Ring did not answer/,
    ],
    ['ffmpeg is missing', { live: whenAborted }, { ffmpegPath: '/nowhere/ffmpeg' }, /ffmpeg could not be started/],
  ])('ends, and says why, when %s', async (_, camera, options, why) => {
    const video = liveVideo({ name: 'Front', ...camera }, options);
    await video.prepare(viewer.request);
    video.handle(viewer.start);
    expect(await log.said(/could not be shown/)).toMatch(why);
    await video.stop();
    expect(ended).toEqual(['session']);
  });
});

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
}

function ssrc(source: object): unknown {
  return 'ssrc' in source ? source.ssrc : undefined;
}

function portOf(source: object | undefined): number {
  return source && 'port' in source ? Number(source.port) : 0;
}
