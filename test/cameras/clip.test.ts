/** The frames of a clip, decoded by a real ffmpeg; and what is said of clips and programs that give none. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clip, ClipError, NoFfmpegError, openClip } from '../../src/cameras/clip.ts';
import { PpmSplitter } from '../../src/cameras/ppm.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { ffmpegPath, makeClip, withoutFfmpeg } from './clips.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-clip-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

function opened(path: string, program = ffmpegPath as string, clock = new VirtualClock(), signal = never): Clip {
  return openClip(path, { ffmpegPath: program, clock }, signal);
}

async function all(clip: Clip) {
  const frames = [];
  for await (const frame of clip.frames) frames.push(frame);
  return frames;
}

/** A program that stands in for ffmpeg. */
async function program(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

/** A file that passes for a clip, for programs that do not look at it. */
async function anyClip(): Promise<string> {
  const path = join(folder, 'any.mp4');
  await writeFile(path, '\0\0\0\x18ftypisom');
  return path;
}

describe.skipIf(!ffmpegPath)(`a clip${withoutFfmpeg}`, () => {
  it.each(['mp4', 'mov', 'mkv', 'avi'])('as %s gives three frames a second of raw RGB', async (ending) => {
    const path = join(folder, `clip.${ending}`);
    await makeClip(path);
    const clip = opened(path);
    const frames = await all(clip);
    await clip.done;
    expect(frames.length).toBeGreaterThanOrEqual(5);
    expect(frames.length).toBeLessThanOrEqual(7);
    for (const { width, height, bytes } of frames) {
      expect([width, height, bytes.length]).toEqual([640, 360, 640 * 360 * 3]);
      const middle = (180 * 640 + 320) * 3;
      const [red, green, blue] = bytes.subarray(middle, middle + 3) as unknown as [number, number, number];
      expect(red).toBeGreaterThan(240);
      expect(green).toBeLessThan(15);
      expect(blue).toBeLessThan(15);
    }
  });

  it.each([
    ['1920x1080', 1280, 720],
    ['1080x1920', 720, 1280],
    ['320x240', 320, 240],
  ])('of %s is scaled down to fit 1280, never up', async (size, width, height) => {
    const path = join(folder, `${size}.mp4`);
    await makeClip(path, { size, seconds: 1 });
    const [frame] = await all(opened(path));
    expect([frame?.width, frame?.height]).toEqual([width, height]);
  });

  it('may be looked at slowly: that is not ffmpeg’s fault', async () => {
    const path = join(folder, 'long.mp4');
    await makeClip(path, { size: '1280x720', seconds: 10 });
    const clock = new VirtualClock();
    const { frames } = opened(path, ffmpegPath as string, clock);
    let count = 0;
    for await (const _ of frames) {
      count++;
      await clock.advance(60_000);
    }
    expect(count).toBeGreaterThan(25);
  });

  it('ends, and its process with it, when it is no longer wanted', async () => {
    const path = join(folder, 'unwanted.mp4');
    await makeClip(path, { size: '1280x720', seconds: 10 });
    const stopping = new AbortController();
    const aborted = opened(path, ffmpegPath as string, new VirtualClock(), stopping.signal);
    await aborted.frames.next();
    stopping.abort();
    await aborted.done;
    expect((await aborted.frames.next()).done).toBe(true);
    const left = opened(path);
    for await (const _ of left.frames) break;
    await left.done;
  });

  it('that breaks off is said to be damaged', async () => {
    const path = join(folder, 'whole.mp4');
    await makeClip(path);
    const whole = await readFile(path);
    const half = join(folder, 'half.mp4');
    await writeFile(half, whole.subarray(0, whole.length >> 1));
    const clip = opened(half);
    await expect(all(clip)).rejects.toThrow(new ClipError('is damaged: ffmpeg could not decode it'));
    await clip.done;
  });
});

describe('no frames', () => {
  it('without ffmpeg: the sentence names the setting', async () => {
    const clip = opened(await anyClip(), join(folder, 'no-such-program'));
    await expect(all(clip)).rejects.toThrow(
      new NoFfmpegError(
        `Clips need ffmpeg, which could not be started as "${join(folder, 'no-such-program')}": install it, or set ffmpegPath to where it is.`,
      ),
    );
    await clip.done;
  });

  it('from an ffmpeg that hangs: it is killed', async () => {
    const clock = new VirtualClock();
    const clip = opened(await anyClip(), await program('hangs', 'sleep 1000'), clock);
    const frames = all(clip);
    frames.catch(() => undefined);
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(10_000);
    await expect(frames).rejects.toThrow(new ClipError('was given up, because ffmpeg hung on it'));
    await clip.done;
    expect(clock.waiting).toBe(0);
  });

  it('from an ffmpeg that complains: its own words stay out of the sentence', async () => {
    const clip = opened(await anyClip(), await program('complains', 'echo secret >&2; exit 1'));
    await expect(all(clip)).rejects.toThrow(new ClipError('is damaged: ffmpeg could not decode it'));
    await clip.done;
  });

  it('from an ffmpeg that writes something else', async () => {
    const clip = opened(await anyClip(), await program('babbles', 'yes'));
    await expect(all(clip)).rejects.toThrow(new ClipError('is damaged: ffmpeg could not decode it'));
    await clip.done;
  });

  it('from a playlist that calls itself a clip: ffmpeg is not even asked', async () => {
    const path = join(folder, 'playlist.mp4');
    await writeFile(path, '#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/secret\n');
    const clip = opened(path, join(folder, 'no-such-program'));
    await expect(all(clip)).rejects.toThrow(new ClipError('is not an MP4, MOV, MKV or AVI clip'));
    await clip.done;
  });

  it('from a file that has gone', async () => {
    const clip = opened(join(folder, 'gone.mp4'), join(folder, 'no-such-program'));
    await expect(all(clip)).rejects.toThrow(new ClipError('cannot be read any more'));
    await clip.done;
  });

  it('where nobody wants them any more before it begins', async () => {
    const clip = opened(await anyClip(), join(folder, 'no-such-program'), new VirtualClock(), AbortSignal.abort());
    expect(await all(clip)).toEqual([]);
    await clip.done;
  });
});

describe('portable pixmaps', () => {
  const picture = fc
    .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }), seed: fc.nat(255) })
    .map(({ width, height, seed }) => {
      const bytes = new Uint8Array(width * height * 3).map((_, i) => (seed + i * 7) & 255);
      return { kind: 'rgb' as const, width, height, bytes };
    });

  it('come out as they went in, however the stream is cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(picture, { maxLength: 6 }), cuts, (pictures, sizes) => {
        const parts = pictures.flatMap(({ width, height, bytes }) => [`P6\n${width} ${height}\n255\n`, bytes]);
        const stream = Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
        const splitter = new PpmSplitter();
        const out = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const end = at + (sizes[turn % sizes.length] as number);
          out.push(...splitter.push(stream.subarray(at, end)));
          at = end;
        }
        expect(out).toEqual(pictures);
      }),
    );
  });

  it('of a size nobody asked for are refused before memory is taken for them', () => {
    for (const header of ['P6\n99999 99999\n255\n', 'P6\n0 5\n255\n', 'P5\n2 2\n255\n'.padEnd(64)]) {
      expect(() => [...new PpmSplitter().push(Buffer.from(header))]).toThrow('none of portable pixmaps');
    }
  });
});
