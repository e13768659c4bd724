/** Makes the cameras that the configuration names, each of its own kind. */
import { join } from 'node:path';
import type { Camera } from './cameras/camera.ts';
import type { TemporaryFiles } from './cameras/download.ts';
import { FolderCamera } from './cameras/folder.ts';
import { RingAccount } from './cameras/ring/account.ts';
import { RingDoorbell } from './cameras/ring/ring.ts';
import { ringTokenPath, TokenFile } from './cameras/ring/token.ts';
import { RtspCamera } from './cameras/rtsp.ts';
import type { Clock } from './clock.ts';
import type { CameraConfig, Config } from './config.ts';
import type { Log } from './log.ts';

export interface FittingOptions {
  config: Config;
  /** Homebridge's storage folder. */
  storage: string;
  clock: Clock;
  log: Log;
}

export interface WatchedCamera {
  camera: Camera;
  config: CameraConfig;
}

/** `files` is where Ring's recordings are kept while they are looked at. */
export function fitCameras(
  options: FittingOptions,
  ring: RingAccount | null,
  files: TemporaryFiles,
): readonly WatchedCamera[] {
  return options.config.cameras.map((config) => ({ camera: cameraOf(config, options, ring, files), config }));
}

/** The owner's Ring account; null where no camera is of Ring. */
export function makeRingAccount({ config, storage, clock, log }: FittingOptions): RingAccount | null {
  if (!config.cameras.some(({ type }) => type === 'ring')) return null;
  const { refreshToken, locationIds } = config.ring;
  const tokens = new TokenFile(ringTokenPath(join(storage, 'latchkey')));
  return new RingAccount({ tokens, clock, log, locationIds, ...(refreshToken ? { pastedToken: refreshToken } : {}) });
}

function cameraOf(
  camera: CameraConfig,
  { config, clock, log }: FittingOptions,
  ring: RingAccount | null,
  files: TemporaryFiles,
): Camera {
  const { id, name } = camera;
  const ffmpeg = config.ffmpegPath;
  if (camera.type === 'folder') return new FolderCamera({ ...camera, ffmpegPath: ffmpeg }, { clock, log });
  if (camera.type === 'rtsp') {
    const { url, motionUrl } = camera;
    return new RtspCamera({ id, name, url, ...(motionUrl ? { motionUrl } : {}), clock, log, ffmpeg });
  }
  if (!ring) throw new Error(`There is no Ring account for ${name}.`);
  return new RingDoorbell({
    account: ring,
    id,
    name,
    ...(camera.device ? { device: camera.device } : {}),
    clock,
    log,
    ffmpeg,
    files,
  });
}
