import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Frame, Trigger } from '../../../src/cameras/camera.ts';
import { type Spawn, spawn } from '../../../src/cameras/ffmpeg.ts';
import { RingAccount } from '../../../src/cameras/ring/account.ts';
import { RingDoorbell, type RingDoorbellOptions } from '../../../src/cameras/ring/ring.ts';
import { TokenFile } from '../../../src/cameras/ring/token.ts';
import { systemClock } from '../../../src/clock.ts';
import { VirtualClock } from '../../fakes/clock.ts';
import { FakeLog } from '../../fakes/log.ts';
import { FakeRing } from '../../fakes/ring/cloud.ts';
import { doorbell } from '../../fakes/ring/devices.ts';
import { type PushOptions, push } from '../../fakes/ring/pushes.ts';
import { redirect } from '../../fakes/ring/redirect.ts';
import { clip, hasClip, withoutClip } from '../one-by-one.ts';

describe('a Ring doorbell', () => {
  let ring: FakeRing;
  let undo: () => Promise<void>;
  let folder: string;
  let clock: VirtualClock;
  let log: FakeLog;
  let stops: Array<() => Promise<void>>;

  beforeEach(async () => {
    ring = await FakeRing.start();
    undo = await redirect(ring.address);
    folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
    clock = new VirtualClock(Date.now());
    log = new FakeLog();
    stops = [];
  });

  afterEach(async () => {
    for (const stop of stops) await stop();
    await undo();
    await ring.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function watched(options: Partial<RingDoorbellOptions> = {}) {
    const tokens = new TokenFile(join(folder, 'ring.json'));
    tokens.replace(ring.oauth.issue());
    const account = new RingAccount({ tokens, log, clock });
    stops.push(() => account.stop());
    await account.start();
    const camera = new RingDoorbell({
      account,
      id: 'front',
      name: 'Front',
      log,
      clock,
      ffmpeg: ffmpeg.path,
      ...options,
    });
    stops.unshift(() => camera.stop());
    const triggers: Trigger[] = [];
    await camera.start((trigger) => triggers.push(trigger));
    return { camera, account, triggers };
  }

  const rings = (options: PushOptions = {}) => ring.push(push({ triggeredAt: clock.now() - 400, ...options }));
  const picture = (uuid: string, age = 0) =>
    ring.snapshots.set(uuid, { jpeg: Buffer.from(`jpeg ${uuid}`), takenAt: Date.now() - age });

  it('says which cameras there are where the one that is meant is missing', async () => {
    ring.devices = [doorbell(), doorbell({ id: 2002, description: 'Back' })];
    const { camera } = await watched({ name: 'Yard' });
    expect(camera.health().troubles).toEqual([
      'Ring has no camera that is meant by Yard. It knows: "Front" (1001), "Back" (2002).',
    ]);
  });

  it.each([
    ['by its id', { name: 'Porch', device: '2002' }],
    ['by the name it has at Ring', { name: 'back' }],
  ])('finds its camera %s', async (_, options) => {
    ring.devices = [doorbell(), doorbell({ id: 2002, description: 'Back' })];
    const { triggers } = await watched(options);
    await rings({ device: 1001, id: '1' });
    await rings({ device: 2002, id: '2' });
    expect(triggers.map(({ recordingId }) => recordingId)).toEqual(['2']);
  });

  describe('triggers', () => {
    it('rings once for one press, however often it is pushed, with its time and its recording', async () => {
      const { camera, triggers } = await watched();
      await rings({ id: '42' });
      await rings({ id: '42' });
      expect(triggers).toEqual([{ kind: 'ding', at: clock.now() - 400, recordingId: '42' }]);
      expect(camera.health()).toMatchObject({ lastTrigger: clock.now(), troubles: [] });
    });

    it('rings for a press without an id', async () => {
      const { triggers } = await watched();
      await rings({ id: null });
      await rings({ id: null });
      expect(triggers).toHaveLength(1);
    });

    it("hands on Ring's own guess that there is a person as a hint", async () => {
      const { triggers } = await watched();
      await rings({ category: 'motion', detection: 'human' });
      expect(triggers[0]).toMatchObject({ kind: 'motion', person: true });
    });

    it('hears only its own camera', async () => {
      ring.devices = [doorbell(), doorbell({ id: 2002, description: 'Back' })];
      const { triggers } = await watched();
      await rings({ device: 2002 });
      expect(triggers).toEqual([]);
    });
  });

  describe('frames', () => {
    it("yields the push's picture, which is never taken for live", async () => {
      const { camera, triggers } = await watched();
      picture('abc');
      ring.live.media = { silent: true };
      await rings({ snapshot: 'abc:1' });
      const [frame] = await take(camera, triggers[0], 1);
      expect(frame).toMatchObject({ live: false, picture: { kind: 'encoded' } });
      expect(text(frame)).toBe('jpeg abc');
      expect(ring.requests.filter((line) => /snapshots\/next/.test(line))).toEqual([
        'GET app-snaps.ring.com/snapshots/next/1001?uuid=abc',
      ]);
    });

    it('leaves out a picture that is from before the visit', async () => {
      const { camera, triggers } = await watched({ firstPictureLimit: 3000 });
      picture('old', 60_000);
      ring.live.media = { silent: true };
      await rings({ snapshot: 'old' });
      const frames = take(camera, triggers[0], 1);
      await log.said(/the snapshot Ring sent is an old one/);
      await clock.advance(3000);
      expect(await frames).toEqual([]);
    });

    it('waits for the picture that a battery camera pushes a moment later', async () => {
      ring.devices = [doorbell({ battery: '62' })];
      const { camera, triggers } = await watched();
      picture('later');
      ring.live.media = { silent: true };
      await rings();
      const frames = take(camera, triggers[0], 1);
      await clock.advance(1500);
      await rings({ snapshot: 'later' });
      expect(text((await frames)[0])).toBe('jpeg later');
      expect(triggers).toHaveLength(1);
    });

    it('asks a camera on mains for a new picture where none is pushed, and a battery camera never', async () => {
      const { camera, triggers } = await watched();
      picture('next');
      ring.live.media = { silent: true };
      await rings();
      const frames = take(camera, triggers[0], 1);
      await clock.advance(2000);
      expect(text((await frames)[0])).toBe('jpeg next');
      expect(ring.requests.at(-1)).toMatch(/snapshots\/next\/1001.*extras=force|signalsocket|\/ws\?/);
    });

    it('does not open live video on a battery camera for motion without a person', async () => {
      ring.devices = [doorbell({ battery: '62' })];
      const { camera, triggers } = await watched();
      await rings({ category: 'motion' });
      const frames = take(camera, triggers[0], 1);
      await clock.advance(2000);
      expect(await frames).toEqual([]);
      expect(ring.requests.filter((line) => /snapshots|signalsocket/.test(line))).toEqual([]);
      expect(told(log).join()).toContain('Front runs on battery (62 %)');
    });

    it('opens live video when somebody rings during a visit that motion began', async () => {
      ring.devices = [doorbell({ battery: '62' })];
      const { camera, triggers } = await watched({ clock: systemClock });
      await rings({ category: 'motion', id: '1' });
      const frames = take(camera, triggers[0], 1);
      await rings({ id: '2' });
      expect((await frames)[0]).toMatchObject({ live: true });
      expect(triggers.map(({ kind }) => kind)).toEqual(['motion', 'ding']);
    });

    it('brings live frames as raw pictures of the size asked for, and hangs up as soon as it may', async () => {
      const { camera, triggers } = await watched({ clock: systemClock, width: 320, rate: 5 });
      await rings({ id: '9' });
      const frames = await take(camera, triggers[0], 3);
      for (const frame of frames) {
        expect(frame.live).toBe(true);
        expect(frame.picture).toMatchObject({ kind: 'rgb', width: 320, height: 180 });
        expect(frame.picture.bytes).toHaveLength(320 * 180 * 3);
      }
      expect(new Set(frames.map(({ picture }) => Buffer.from(picture.bytes).toString('base64'))).size).toBe(3);
      await ring.live.idle();
      expect(ring.live.calls[0]?.sent.at(-1)).toBe('close');
      expect(camera.health().lastFrame).toBe(frames.at(-1)?.takenAt);
    });

    it.skipIf(!hasClip)(`shows what the camera sees: the frames are those of the clip${withoutClip}`, async () => {
      ring.live.media = { clip, from: 20 };
      const { camera, triggers } = await watched({ clock: systemClock, width: 384 });
      await rings();
      const [frame] = await take(camera, triggers[0], 1);
      expect(frame?.picture).toMatchObject({ width: 384, height: 216 });
      expect(spread(frame)).toBeGreaterThan(20);
    });

    it('goes on without live video where the call "succeeds" and nothing comes, and says so once each way', async () => {
      const { camera, triggers } = await watched();
      ring.live.media = { silent: true };
      picture('abc');
      await rings({ snapshot: 'abc' });
      const frames = take(camera, triggers[0], 5);
      await ring.seen(/\/ws\?/);
      await clock.advance(15_000);
      expect((await frames).map(({ live }) => live)).toEqual([false]);
      expect(camera.health().troubles).toEqual([
        expect.stringMatching(
          /Front sent no live video \(no picture came within 15 s\), so the door stays shut for faces/,
        ),
      ]);
      await ring.live.idle();
      ring.live.media = {};
      await rings({ id: 'next' });
      expect((await take(camera, triggers[1], 1))[0]?.live).toBe(true);
      expect(camera.health().troubles).toEqual([]);
      expect(told(log).filter((line) => /live video/.test(line))).toHaveLength(2);
    });

    it('does not tell the owner that ffmpeg lost its patience before Latchkey did', async () => {
      const first = Promise.withResolvers<ChildProcess>();
      const second = Promise.withResolvers<ChildProcess>();
      const unstarted = [first, second];
      const listening: Spawn = (command, args) => {
        const child = spawn(command, args);
        if (args.includes('sdp')) unstarted.shift()?.resolve(child);
        return child;
      };
      const { camera, triggers } = await watched({ spawn: listening });
      ring.live.media = { silent: true };
      await rings();
      const frames = take(camera, triggers[0], 1);
      const patient = await first.promise;
      await clock.advance(10_000);
      patient.kill('SIGKILL');
      await second.promise;
      await clock.advance(5_000);
      expect(await frames).toEqual([]);
      expect(camera.health().troubles).toEqual([expect.stringMatching(/\(no picture came within 15 s\)/)]);
    });

    it.each([
      ['the ticket hangs', /signalsocket/, 'hang'],
      ['the ticket is refused', /signalsocket/, { status: 500, body: {} }],
      ['the ticket is not found', /signalsocket/, { status: 404, body: { errors: [7061] } }],
      ['the signalling socket hangs', /\/ws\?/, 'hang'],
      ['the signalling socket is dropped', /\/ws\?/, 'drop'],
    ] as const)('ends the visit by itself when %s', async (_, match, does) => {
      const { camera, triggers } = await watched();
      ring.faults = [{ match, does }];
      picture('abc');
      await rings({ snapshot: 'abc' });
      const frames = take(camera, triggers[0], 5);
      await ring.seen(match);
      await clock.advance(15_000);
      expect((await frames).map(text)).toEqual(['jpeg abc']);
      expect(camera.health().troubles).toEqual([expect.stringMatching(/Front sent no live video/)]);
    });

    it('says that ffmpeg is missing', async () => {
      const { camera, triggers } = await watched({ ffmpeg: '/nowhere/ffmpeg' });
      await rings();
      const frames = take(camera, triggers[0], 1);
      await log.said(/no live video \(ffmpeg stopped: ffmpeg was not found \(\/nowhere\/ffmpeg\)/);
      await clock.advance(15_000);
      expect(await frames).toEqual([]);
    });

    it('ends at once when the camera hangs up', async () => {
      const { camera, triggers } = await watched({ clock: systemClock });
      await rings();
      const seen: Frame[] = [];
      for await (const frame of camera.frames(triggers[0] as Trigger, new AbortController().signal)) {
        seen.push(frame);
        if (seen.length === 1) await ring.live.hangUp();
      }
      expect(seen.length).toBeGreaterThan(0);
    });

    it('ends when the visit is aborted, and stops with a visit under way', async () => {
      const { camera, triggers } = await watched({ clock: systemClock });
      await rings();
      const visit = new AbortController();
      for await (const _ of camera.frames(triggers[0] as Trigger, visit.signal)) visit.abort();
      await ring.live.idle();
      await rings({ id: '2' });
      const frames = take(camera, triggers[1], 1000);
      await ring.seen(/\/ws\?/, 2);
      await camera.stop();
      await frames;
      await ring.live.idle();
    });

    it('survives nonsense on the signalling socket', async () => {
      const { camera, triggers } = await watched();
      ring.live.media = { silent: true, nonsense: true };
      await rings();
      const frames = take(camera, triggers[0], 1);
      await log.said(/debug: Ring: .*JSON/);
      await clock.advance(15_000);
      expect(await frames).toEqual([]);
    });
  });

  describe('health', () => {
    it('notices that pushes have stopped, connects anew, and says when they come again', async () => {
      const { camera, account, triggers } = await watched();
      const then = clock.now();
      await clock.advance(20 * 60_000);
      ring.events = [{ id: '5', device: 1001, kind: 'ding', at: then + 10 * 60_000 }];
      await camera.check();
      expect(told(log).at(-1)).toMatch(/Ring no longer tells Latchkey when somebody is at Front/);
      await account.rebuild();
      expect(camera.health()).toMatchObject({ reconnects: 1, troubles: [expect.stringMatching(/no longer tells/)] });
      await rings();
      expect(triggers).toHaveLength(1);
      expect(camera.health().troubles).toEqual([]);
    });

    it('says that the camera is offline, and when it is back', async () => {
      ring.devices = [doorbell({ offline: true })];
      const { camera, account } = await watched();
      expect(camera.health().troubles).toEqual(['Ring says that Front is offline. Check its power and its Wi-Fi.']);
      account.cameras[0]?.updateData(doorbell() as never);
      await camera.check();
      expect(camera.health().troubles).toEqual([]);
    });

    it('tells the charge of a battery model', async () => {
      ring.devices = [doorbell({ battery: '62' })];
      expect((await watched()).camera.health().battery).toBe(62);
    });
  });
});

/** At most `count` frames of the visit. */
async function take(camera: RingDoorbell, trigger: Trigger | undefined, count: number): Promise<Frame[]> {
  const frames: Frame[] = [];
  if (!trigger) throw new Error('nobody rang');
  for await (const frame of camera.frames(trigger, new AbortController().signal)) {
    frames.push(frame);
    if (frames.length === count) break;
  }
  return frames;
}

function text(frame: Frame | undefined): string {
  return Buffer.from(frame?.picture.bytes ?? []).toString();
}

/** The standard deviation of the picture's bytes: that of a grey or a green one is small. */
function spread(frame: Frame | undefined): number {
  const bytes = frame?.picture.bytes ?? new Uint8Array(1);
  const mean = bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
  return Math.sqrt(bytes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / bytes.length);
}

/** What the owner sees without debug. */
function told(log: FakeLog): string[] {
  return log.lines.filter((line) => !line.startsWith('debug: '));
}
