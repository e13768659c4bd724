/** What Ring recorded of a visit: its address is asked for, the clip loaded, taken apart by ffmpeg, and deleted. */
import { rm } from 'node:fs/promises';
import type { Clock } from '../../clock.ts';
import { reason } from '../../log.ts';
import { type Frame, type RecordedMoment, RecordingError } from '../camera.ts';
import { ClipError, clipFramesPerSecond, NoFfmpegError, openClip } from '../clip.ts';
import { download, type TemporaryFiles } from '../download.ts';
import type { RingAccount } from './account.ts';
import { RefusalError } from './refusal.ts';

export interface RecordingOptions {
  account: RingAccount;
  /** Ring's id of the camera. */
  device: string;
  /** As the owner calls the camera. */
  name: string;
  clock: Clock;
  ffmpeg: string;
  files: TemporaryFiles;
  /** The most bytes a recording may have. */
  mostBytes?: number;
}

/** Some minutes of the sharpest cameras. */
const mostBytes = 200e6;
const downloadLimit = 5 * 60_000;

/** The frames in the order they were taken. Throws a RecordingError. */
export async function* recordingFrames(
  options: RecordingOptions,
  moment: RecordedMoment,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  const { clock, ffmpeg, files, name } = options;
  const address = await addressOf(options, moment.recordingId, signal);
  const { path, file } = await files.create().catch((error) => {
    const why = (error as NodeJS.ErrnoException).code ?? 'of an unknown fault';
    throw new RecordingError(
      'unreachable',
      `Ring's recording of ${name} could not be loaded: no file can be made (${why}).`,
    );
  });
  try {
    await load(options, address, file, signal).finally(() => file.close());
    const clip = openClip(path, { ffmpegPath: ffmpeg, clock }, signal);
    let index = 0;
    try {
      for await (const picture of clip.frames) {
        yield { picture, takenAt: Math.round(moment.at + (index++ * 1000) / clipFramesPerSecond), live: false };
      }
    } finally {
      await clip.done;
    }
  } catch (error) {
    if (error instanceof NoFfmpegError) throw new RecordingError('unusable', error.message);
    if (error instanceof ClipError) {
      throw new RecordingError('unusable', `Ring's recording of ${name} ${error.message}.`);
    }
    throw error;
  } finally {
    await rm(path, { force: true });
  }
}

/** Signed, so whoever has it may load the recording: it is told to nobody. */
async function addressOf(options: RecordingOptions, id: string, signal: AbortSignal): Promise<string> {
  const { account, device, name } = options;
  const camera = account.cameras.find((one) => String(one.id) === device);
  if (camera?.data.features?.show_recordings === false) throw none(name);
  const address: unknown = await account
    .ask(device, `the recording of ${name}`, (asked) => asked.getRecordingUrl(encodeURIComponent(id)), { signal })
    .catch((error) => {
      signal.throwIfAborted();
      if (error instanceof RefusalError && error.status === 404) throw none(name);
      throw new RecordingError('unreachable', `${reason(error).replace(/\.$/, '')}.`);
    });
  if (typeof address !== 'string') throw none(name);
  return address;
}

async function load(
  options: RecordingOptions,
  address: string,
  file: Parameters<typeof download>[1],
  signal: AbortSignal,
) {
  const { clock, name } = options;
  const limits = { clock, signal, mostBytes: options.mostBytes ?? mostBytes, limit: downloadLimit };
  await download(address, file, limits).catch((error) => {
    if (!(error instanceof RecordingError)) throw error;
    throw new RecordingError(error.problem, `Ring's recording of ${name} could not be loaded: ${error.message}`);
  });
}

function none(name: string): RecordingError {
  return new RecordingError('missing', `Ring has no recording of ${name}: recordings need a Ring subscription.`);
}
