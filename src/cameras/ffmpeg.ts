/** ffmpeg as a child process that turns video into raw pictures. */
import { type ChildProcess, spawn as spawnProcess } from 'node:child_process';
import { defaultFfmpegPath } from '@homebridge/camera-utils';
import type { Picture } from '../vision/analysis.ts';
import { PpmSplitter } from './ppm.ts';

export type RgbPicture = Picture & { kind: 'rgb' };

export type Spawn = (command: string, args: readonly string[]) => ChildProcess;

export const spawn: Spawn = (command, args) => spawnProcess(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });

/** The ffmpeg to use: the owner's, else the one that came with Homebridge's packages, else the one on the path. */
export function ffmpegPath(configured?: string): string {
  return configured || defaultFfmpegPath;
}

export interface DecodeOptions {
  ffmpeg: string;
  /** ffmpeg's arguments up to and with `-i`. */
  input: readonly string[];
  /** Written to its standard input, which is then closed. */
  stdin?: string;
  /** The most pictures a second. */
  rate: number;
  /** Wider video is scaled down to this many pixels. */
  width: number;
  onPicture(picture: RgbPicture): void;
  /** ffmpeg's own words, for tests of the picture's content; one line each. */
  onLine?(line: string): void;
  /** A further video filter, at its front. */
  filter?: string;
  signal: AbortSignal;
  spawn?: Spawn;
}

/** Decodes until the video ends or `signal` aborts. Resolves to why it ended, or null where it was aborted. */
export async function decode(options: DecodeOptions): Promise<string | null> {
  const { ffmpeg, signal } = options;
  const start = options.spawn ?? spawn;
  const passthrough = await passthroughOption(ffmpeg, start);
  if (passthrough === null) return `ffmpeg was not found (${ffmpeg}). Install it, or set its path in the settings.`;
  if (signal.aborted) return null;
  const child = start(ffmpeg, [
    ...['-hide_banner', '-loglevel', options.onLine ? 'info' : 'error', '-nostats'],
    ...options.input,
    ...['-an', '-vf', filters(options), ...passthrough, '-f', 'image2pipe', '-c:v', 'ppm', 'pipe:1'],
  ]);
  return ended(child, options);
}

/** Pictures are only ever left out, never repeated: the same picture twice would look like two that agree. */
function filters({ filter, rate, width }: DecodeOptions): string {
  const every = (0.9 / rate).toFixed(3);
  return [
    ...(filter ? [filter] : []),
    `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${every})'`,
    `scale='min(${width},iw)':-2`,
  ].join(',');
}

function ended(child: ChildProcess, options: DecodeOptions): Promise<string | null> {
  const { signal, onPicture, onLine, stdin } = options;
  return new Promise((resolve) => {
    let said = '';
    let failure: string | null = null;
    const kill = () => child.kill('SIGKILL');
    const splitter = new PpmSplitter();
    child.stdout?.on('data', (chunk: Buffer) => {
      try {
        if (failure !== null || signal.aborted) return;
        for (const picture of splitter.push(chunk)) onPicture(picture);
      } catch (error) {
        failure = (error as Error).message;
        kill();
      }
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      for (const line of text.split(/[\r\n]+/)) if (line) onLine?.(line);
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
