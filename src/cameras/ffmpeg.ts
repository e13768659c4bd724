/** ffmpeg as a child process that turns video into raw pictures. */
import { type ChildProcess, spawn as spawnProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { defaultFfmpegPath } from '@homebridge/camera-utils';
import { reason } from '../log.ts';
import type { Picture } from '../vision/analysis.ts';
import { PpmSplitter } from './ppm.ts';

export type RgbPicture = Picture & { kind: 'rgb' };

/** What is asked of a program that runs: a child process of ours, or of a process beside us. */
export interface Program {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  kill(signal: NodeJS.Signals): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

export type Spawn = (command: string, args: readonly string[]) => Program;

export const spawn = (command: string, args: readonly string[]): ChildProcess =>
  spawnProcess(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });

/** The ffmpeg to use: the owner's, else the one that came with Homebridge's packages, else the one on the path. */
export function ffmpegPath(configured?: string): string {
  return configured || defaultFfmpegPath;
}

/** Input options: no waiting to learn about a stream what ffmpeg sees in its first key frame anyway. */
export const lowDelay = ['-fflags', 'nobuffer', '-flags', 'low_delay', '-probesize', '32', '-analyzeduration', '0'];

/**
 * The same where the video is passed on undecoded, for which ffmpeg must know its size: it waits for the first key frame,
 * and not for a guess at the frame rate.
 */
export const lowDelayCopy = [
  '-fflags',
  'nobuffer',
  '-flags',
  'low_delay',
  '-fpsprobesize',
  '0',
  '-analyzeduration',
  '2M',
];

interface RunOptions {
  ffmpeg: string;
  /** ffmpeg's arguments up to and with `-i`. */
  input: readonly string[];
  /** Written to its standard input, which is then closed. */
  stdin?: string;
  signal: AbortSignal;
  spawn?: Spawn;
  /** Starts ffmpeg itself, where another process is to do so. */
  start?: Spawn;
}

export interface DecodeOptions extends RunOptions {
  /** The most pictures a second. */
  rate: number;
  /** Wider video is scaled down to this many pixels. */
  width: number;
  /** Returns a picture that may be written over: megabytes made anew four times a second are work for the event loop. */
  onPicture(picture: RgbPicture): RgbPicture | undefined;
}

/** Decodes until the video ends or `signal` aborts. Resolves to why it ended, or null where it was aborted. */
export async function decode(options: DecodeOptions): Promise<string | null> {
  const splitter = new PpmSplitter();
  return run(options, ['-vf', filters(options), '-f', 'image2pipe', '-c:v', 'ppm'], (chunk) => {
    for (const picture of splitter.push(chunk)) {
      const spare = options.onPicture(picture);
      if (spare) splitter.reuse(spare);
    }
  });
}

/** Small grey pictures, to look for motion in. */
export const greyWidth = 96;
export const greyHeight = 54;
const greyRate = 5;

export interface GreyOptions extends RunOptions {
  /** One byte a pixel; the bytes are only valid during the call. */
  onPicture(grey: Uint8Array): void;
}

/** Like `decode`, for small grey pictures whatever the size of the video, five a second. */
export async function watchGrey(options: GreyOptions): Promise<string | null> {
  const picture = Buffer.alloc(greyWidth * greyHeight);
  let filled = 0;
  const filter = filters({ rate: greyRate, width: greyWidth }).replace(/scale=.*/, `scale=${greyWidth}:${greyHeight}`);
  return run(options, ['-vf', filter, '-f', 'rawvideo', '-pix_fmt', 'gray'], (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      const taken = chunk.copy(picture, filled, at);
      at += taken;
      filled += taken;
      if (filled < picture.length) continue;
      filled = 0;
      options.onPicture(picture);
    }
  });
}

/** Runs ffmpeg with outputs of the caller's own, until it ends or `signal` aborts. Resolves to why. */
export function playOut(options: RunOptions, output: readonly string[]): Promise<string> {
  const start = options.spawn ?? spawn;
  const child = start(options.ffmpeg, ['-hide_banner', '-loglevel', 'error', '-nostats', ...options.input, ...output]);
  return ended(child, options, () => {}).then((why) => why ?? 'it was stopped');
}

/** Whether there is an ffmpeg at this path. */
export async function ffmpegWorks(ffmpeg: string): Promise<boolean> {
  return (await passthroughOption(ffmpeg, spawn)) !== null;
}

async function run(options: RunOptions, output: string[], onChunk: (chunk: Buffer) => void): Promise<string | null> {
  const { ffmpeg, signal } = options;
  const start = options.spawn ?? spawn;
  const passthrough = await passthroughOption(ffmpeg, start);
  if (passthrough === null) return `ffmpeg was not found (${ffmpeg}). Install it, or set its path in the settings.`;
  if (signal.aborted) return null;
  const quiet = ['-hide_banner', '-loglevel', 'error', '-nostats'];
  const child = (options.start ?? start)(ffmpeg, [
    ...quiet,
    ...options.input,
    '-an',
    ...passthrough,
    ...output,
    'pipe:1',
  ]);
  return ended(child, options, onChunk);
}

/** Pictures are only ever left out, never repeated: the same picture twice would look like two that agree. */
function filters({ rate, width }: { rate: number; width: number }): string {
  const every = (0.9 / rate).toFixed(3);
  return `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${every})',scale='min(${width},iw)':-2`;
}

function ended(child: Program, options: RunOptions, onChunk: (chunk: Buffer) => void): Promise<string | null> {
  const { signal, stdin } = options;
  return new Promise((resolve) => {
    let said = '';
    let failure: string | null = null;
    const kill = () => child.kill('SIGKILL');
    child.stdout?.on('data', (chunk: Buffer) => {
      if (failure !== null || signal.aborted) return;
      try {
        onChunk(chunk);
      } catch (error) {
        failure = reason(error);
        kill();
      }
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
    });
    child.on('error', (error) => {
      failure ??= `ffmpeg could not be run: ${error.message}`;
    });
    child.on('close', () => {
      signal.removeEventListener('abort', kill);
      resolve(signal.aborted ? null : (failure ?? lastWords(said)));
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(stdin ?? '');
    signal.addEventListener('abort', kill, { once: true });
    if (signal.aborted) kill();
  });
}

/** ffmpeg's last line of complaint, without addresses, which may hold a password. */
function lastWords(said: string): string {
  const lines = said.split(/[\r\n]+/).filter((line) => line.trim() && !/last message repeated/i.test(line));
  const line = (lines.at(-1) ?? 'the video ended').replace(/[a-z]+:\/\/\S+/gi, '[address]');
  return line.replace(/^\[[^\]]*\]\s*/, '').trim();
}

const known = new Map<string, Promise<string[] | null>>();

/** The option that keeps ffmpeg from repeating pictures has had two names; null where there is no ffmpeg. */
function passthroughOption(ffmpeg: string, start: Spawn): Promise<string[] | null> {
  let answer = known.get(ffmpeg);
  if (!answer) {
    answer = help(ffmpeg, start).then((text) => {
      if (text === null) known.delete(ffmpeg);
      if (text === null) return null;
      return text.includes('-fps_mode') ? ['-fps_mode', 'passthrough'] : ['-vsync', '0'];
    });
    known.set(ffmpeg, answer);
  }
  return answer;
}

function help(ffmpeg: string, start: Spawn): Promise<string | null> {
  return new Promise((resolve) => {
    const child = start(ffmpeg, ['-hide_banner', '-h', 'long']);
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end();
    child.on('error', () => resolve(null));
    child.on('close', () => resolve(text));
  });
}
