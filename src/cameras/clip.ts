/** The frames of a video clip, decoded by ffmpeg to raw RGB. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import type { Picture } from '../vision/analysis.ts';
import { containerOf } from './picture-file.ts';
import { PpmSplitter } from './ppm.ts';

export const clipFramesPerSecond = 3;

/** A clip that gave no frames, or no more: `message` is the rest of a sentence that begins with its name. */
export class ClipError extends Error {
  override name = 'ClipError';
}

/** There is no ffmpeg to decode any clip with: `message` is a whole sentence. */
export class NoFfmpegError extends Error {
  override name = 'NoFfmpegError';
}

export interface ClipPorts {
  /** A path, or the name of a program on PATH. */
  ffmpegPath: string;
  clock: Clock;
}

export interface Clip {
  /** Three a second, 1280 pixels wide and high at most. Ends early when the signal aborts. Throws the two errors above. */
  frames: AsyncGenerator<Picture & { kind: 'rgb' }>;
  /** Resolves once no process of the clip runs, whether or not the frames were read to their end. */
  done: Promise<void>;
}

type Ffmpeg = ChildProcessByStdio<null, Readable, null>;

const damaged = 'is damaged: ffmpeg could not decode it';

/** ffmpeg is given up when it says nothing for so long. */
const patienceMs = 10_000;

export function openClip(path: string, ports: ClipPorts, signal: AbortSignal): Clip {
  const finished = Promise.withResolvers<void>();
  return { frames: decode(path, ports, signal, finished.resolve), done: finished.promise };
}

async function* decode(path: string, { ffmpegPath, clock }: ClipPorts, signal: AbortSignal, done: () => void) {
  let ffmpeg: Ffmpeg | null = null;
  try {
    const container = await sniff(path);
    if (signal.aborted) return;
    ffmpeg = spawn(ffmpegPath, ffmpegArguments(path, container), { stdio: ['ignore', 'pipe', 'ignore'] });
    const exit = exitOf(ffmpeg, ffmpegPath);
    exit.then(done, done);
    yield* framesOf(ffmpeg, exit, clock, signal);
  } catch (error) {
    if (error instanceof ClipError || error instanceof NoFfmpegError) throw error;
    throw new ClipError(damaged);
  } finally {
    if (ffmpeg) ffmpeg.kill('SIGKILL');
    else done();
  }
}

/** What ffmpeg is told to take a clip for: left to guess, it would follow a playlist that calls itself .mp4 anywhere. */
async function sniff(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => {
    throw new ClipError('cannot be read any more');
  });
  try {
    const head = Buffer.alloc(16);
    await file.read(head, 0, head.length, 0);
    const container = containerOf(head);
    if (!container) throw new ClipError('is not an MP4, MOV, MKV or AVI clip');
    return container;
  } finally {
    await file.close();
  }
}

function ffmpegArguments(path: string, container: string): string[] {
  const scale = "scale=w='min(1280,iw)':h='min(1280,ih)':force_original_aspect_ratio=decrease";
  const input = ['-protocol_whitelist', 'file', '-f', container, '-i', `file:${path}`];
  // Portable pixmaps are raw RGB, each with its own width and height in front.
  const output = ['-f', 'image2pipe', '-c:v', 'ppm', '-pix_fmt', 'rgb24', 'pipe:1'];
  return [
    '-nostdin',
    '-v',
    'quiet',
    ...input,
    '-an',
    '-sn',
    '-dn',
    '-vf',
    `fps=${clipFramesPerSecond},${scale}`,
    ...output,
  ];
}

/** Resolves to whether ffmpeg was content; rejects where it could not be started. */
async function exitOf(ffmpeg: Ffmpeg, ffmpegPath: string): Promise<boolean> {
  try {
    const [code] = await once(ffmpeg, 'close');
    return code === 0;
  } catch {
    throw new NoFfmpegError(
      `Clips need ffmpeg, which could not be started as "${ffmpegPath}": install it, or set ffmpegPath to where it is.`,
    );
  }
}

async function* framesOf(ffmpeg: Ffmpeg, exit: Promise<boolean>, clock: Clock, signal: AbortSignal) {
  const kill = () => {
    ffmpeg.kill('SIGKILL');
    // What ffmpeg itself may have started still holds the other end.
    ffmpeg.stdout.destroy();
  };
  signal.addEventListener('abort', kill);
  const splitter = new PpmSplitter();
  const chunks = ffmpeg.stdout[Symbol.asyncIterator]();
  let hung = false;
  let frames = 0;
  try {
    for (;;) {
      // Armed only while ffmpeg is waited for: how long the frames take to be looked at is not its fault.
      const cancel = clock.after(patienceMs, () => {
        hung = true;
        kill();
      });
      const next = await chunks.next().catch(() => ({ done: true, value: undefined }));
      cancel();
      if (signal.aborted) return;
      if (next.done) break;
      for (const picture of splitter.push(next.value as Buffer)) {
        frames++;
        yield picture;
        if (signal.aborted) return;
      }
    }
    const content = await exit;
    if (hung) throw new ClipError('was given up, because ffmpeg hung on it');
    if (frames === 0 || !content) throw new ClipError(damaged);
  } finally {
    signal.removeEventListener('abort', kill);
    kill();
  }
}
