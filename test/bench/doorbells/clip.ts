/** A clip of an enrolled person at the door, made with ffmpeg from the photographs the demo has too. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ffmpeg from '@ffmpeg-installer/ffmpeg';

const run = promisify(execFile);

/** As a doorbell sends it: 720p, 15 pictures a second, a key frame each second, a megabit a second. */
const encoding = [
  ...['-c:v', 'libx264', '-profile:v', 'baseline', '-preset', 'veryfast', '-tune', 'zerolatency', '-g', '15'],
  ...['-b:v', '1000k', '-minrate', '1000k', '-maxrate', '1000k', '-bufsize', '500k', '-pix_fmt', 'yuv420p'],
];

/** Writes an MPEG transport stream of `seconds` into `folder`, showing each picture for half a second; returns its path. */
export async function makeDoorClip(folder: string, pictures: readonly Buffer[], seconds: number): Promise<string> {
  const path = join(folder, 'door.ts');
  const loops = Math.ceil((seconds * 2) / pictures.length);
  const shown = Array.from({ length: loops }, () => pictures).flat();
  await Promise.all(shown.map((picture, at) => writeFile(join(folder, `${at}.jpg`), picture)));
  const source = ['-framerate', '2', '-i', join(folder, '%d.jpg'), '-t', String(seconds)];
  // The grain of a real sensor: without it nearly nothing would be sent between two pictures.
  const look = ['-vf', 'fps=15,scale=1280:720,noise=alls=4:allf=t'];
  await run(ffmpeg.path, ['-loglevel', 'error', ...source, ...look, ...encoding, '-f', 'mpegts', path]);
  return path;
}
