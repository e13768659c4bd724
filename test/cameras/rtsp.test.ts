import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Frame, Trigger } from '../../src/cameras/camera.ts';
import { RtspCamera, type RtspOptions, shownUrl } from '../../src/cameras/rtsp.ts';
import { systemClock } from '../../src/clock.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { FakeLog } from '../fakes/log.ts';
import { FakeRtsp, movingPicture, stillPicture } from '../fakes/rtsp.ts';
import { clip, hasClip, withoutClip } from './one-by-one.ts';

const manual: Trigger = { kind: 'manual', at: 0 };

describe('an RTSP camera', () => {
  let rtsp: FakeRtsp;
  let log: FakeLog;
  let cameras: RtspCamera[];

  beforeEach(async () => {
    rtsp = await FakeRtsp.start({ source: movingPicture });
    log = new FakeLog();
    cameras = [];
  });

  afterEach(async () => {
    for (const camera of cameras) await camera.stop();
    await rtsp.close();
  });

  function camera(options: Partial<RtspOptions> = {}): RtspCamera {
    const made = new RtspCamera({
      id: 'yard',
      name: 'Yard',
      url: rtsp.url,
      log,
      clock: systemClock,
      ffmpeg: ffmpeg.path,
      ...options,
    });
    cameras.push(made);
    return made;
  }

  const firstTrigger = (watched: RtspCamera) =>
    new Promise<Trigger>((resolve, reject) => watched.start(resolve).catch(reject));

  it('brings live frames as raw pictures of the size asked for, and disconnects when the visit ends', async () => {
    const frames = await take(camera({ width: 320 }), 3);
    for (const frame of frames) {
      expect(frame).toMatchObject({ live: true, picture: { kind: 'rgb', width: 320, height: 180 } });
    }
    expect(new Set(frames.map(({ picture }) => Buffer.from(picture.bytes).toString('base64'))).size).toBe(3);
    await rtsp.idle();
  });

  it('reports motion', async () => {
    expect(await firstTrigger(camera())).toMatchObject({ kind: 'motion' });
  });

  it.skipIf(!hasClip)(`reports somebody who walks into a real yard${withoutClip}`, async () => {
    rtsp.media = { source: ['-re', '-ss', '12', '-i', clip] };
    expect(await firstTrigger(camera())).toMatchObject({ kind: 'motion' });
  });

  it('reports nothing where nothing moves, and connects anew, with one sentence each way, when the stream breaks off', async () => {
    rtsp.media = { source: stillPicture, credentials: 'kim:s3cret' };
    const clock = new VirtualClock();
    const watched = camera({ clock });
    const triggers: Trigger[] = [];
    await watched.start((trigger) => triggers.push(trigger));
    await connected(rtsp, 1);
    rtsp.hangUp();
    await log.said(/the next attempt follows in 1 s/);
    const { port } = new URL(rtsp.url);
    expect(told(log)).toEqual([
      expect.stringMatching(`warn: Yard broke off \\(rtsp://127.0.0.1:${port}/stream1: .*\\). Latchkey reconnects.`),
    ]);
    expect(watched.health().troubles).toHaveLength(1);
    await clock.advance(1_000);
    await log.said(/Yard sends video again/);
    expect(watched.health()).toMatchObject({ troubles: [], reconnects: 1, battery: null });
    expect(triggers).toEqual([]);
    expect(log.lines.join('\n')).not.toContain('s3cret');
  });

  it('gives up a stream that stalls', async () => {
    rtsp.media = { source: stillPicture, silent: true };
    const clock = new VirtualClock();
    await camera({ clock }).start(() => {});
    await connected(rtsp, 1);
    await clock.advance(15_000);
    expect(await log.said(/broke off/)).toContain('no picture came for 15 s');
  });

  it('waits longer each time nothing comes', async () => {
    const clock = new VirtualClock();
    await camera({ clock, url: 'rtsp://kim:s3cret@127.0.0.1:1/none' }).start(() => {});
    for (const seconds of [1, 2, 4, 8]) {
      await log.said(new RegExp(`the next attempt follows in ${seconds} s`));
      await clock.advance(seconds * 1000);
    }
    expect(told(log)).toHaveLength(1);
    expect(log.lines.join('\n')).not.toContain('s3cret');
  });

  it('ends the visit with a sentence when the password is wrong, and does not tell it', async () => {
    rtsp.media = { source: movingPicture, credentials: 'kim:right' };
    const frames = await take(camera({ url: rtsp.url.replace('right', 'wr0ng') }), 1);
    expect(frames).toEqual([]);
    expect(told(log)).toEqual([expect.stringMatching(/Yard sent no more frames .*401/)]);
    expect(log.lines.join('\n')).not.toContain('wr0ng');
  });

  it('refuses an address that is none, without repeating it', async () => {
    const wrong = camera({ url: 'http://kim:s3cret@host/' });
    await expect(wrong.start(() => {})).rejects.toThrow(
      'Yard needs an address that begins with rtsp://, such as rtsp://192.168.1.20/stream1.',
    );
  });

  it('stops with a visit under way', async () => {
    const watched = camera();
    await watched.start(() => {});
    const frames = take(watched, 10_000);
    await connected(rtsp, 2);
    await watched.stop();
    await frames;
    await rtsp.idle();
  });

  it('shows an address without what is secret in it', () => {
    expect(shownUrl('rtsp://kim:s3cret@10.0.0.5:554/a/b?token=t')).toBe('rtsp://10.0.0.5:554/a/b');
    expect(shownUrl('kim:s3cret')).not.toContain('s3cret');
  });
});

async function take(camera: RtspCamera, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of camera.frames(manual, new AbortController().signal)) {
    frames.push(frame);
    if (frames.length === count) break;
  }
  return frames;
}

async function connected(rtsp: FakeRtsp, count: number): Promise<void> {
  await rtsp.seen(/^PLAY/, count);
}

/** What the owner sees without debug. */
function told(log: FakeLog): string[] {
  return log.lines.filter((line) => !line.startsWith('debug: '));
}
