/** The ffmpeg that comes with the tests, and clips made with it. */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Null where the package has no program for this machine. */
export const ffmpegPath: string | null = (() => {
  try {
    return (createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg') as { path: string }).path;
  } catch {
    return null;
  }
})();

/** For the titles of tests that need it. */
export const withoutFfmpeg = ffmpegPath ? '' : ' (skipped: @ffmpeg-installer/ffmpeg has no program for this machine)';

/** Two seconds of one colour, 10 pictures a second. */
export async function makeClip(path: string, { size = '640x360', colour = 'red', seconds = 2 } = {}): Promise<void> {
  const source = `color=c=${colour}:size=${size}:rate=10:duration=${seconds}`;
  const codec = path.endsWith('.avi')
    ? ['-c:v', 'mjpeg', '-q:v', '2']
    : ['-pix_fmt', 'yuv420p', '-preset', 'ultrafast'];
  await run(ffmpegPath as string, ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...codec, path]);
}
