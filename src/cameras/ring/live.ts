/** Live video of a Ring camera: a live call, whose H264 goes to ffmpeg over loopback and comes back as pictures. */
import { reservePorts } from '@homebridge/camera-utils';
import type { StreamingSession } from 'ring-client-api/streaming/streaming-session';
import type { Clock } from '../../clock.ts';
import { decode, lowDelay, type RgbPicture, type Spawn } from '../ffmpeg.ts';
import { relay, relayInput, sessionDescription } from './relay.ts';

export interface LiveOptions {
  /** Opens the call; `late` puts away one that is answered after the abort. */
  call(signal: AbortSignal): Promise<StreamingSession>;
  ffmpeg: string;
  rate: number;
  width: number;
  clock: Clock;
  /** Milliseconds from now within which the first picture must come. */
  firstPictureLimit: number;
  onPicture(picture: RgbPicture): void;
  signal: AbortSignal;
  spawn?: Spawn;
}

/**
 * Looks until `signal` aborts or the call ends, and hangs up. Resolves to why it ended in one sentence fragment, or null
 * where it was aborted.
 */
export async function watchLive(options: LiveOptions): Promise<string | null> {
  const { clock, signal, onPicture, firstPictureLimit } = options;
  const over = new AbortController();
  let why: string | null = null;
  const end = (reason: string) => {
    if (!signal.aborted) why ??= reason;
    over.abort();
  };
  const both = AbortSignal.any([signal, over.signal]);
  const cancelLimit = clock.after(firstPictureLimit, () =>
    end(`no picture came within ${Math.round(firstPictureLimit / 1000)} s`),
  );
  // ffmpeg is started at once, so that it is ready when the call is answered.
  const [port = 0] = await reservePorts({ count: 2 });
  let pictured = false;
  const decoded = decode({
    ...options,
    input: [...relayInput, ...lowDelay, '-f', 'sdp', '-i', 'pipe:0'],
    stdin: sessionDescription(port),
    onPicture: (picture) => {
      pictured = true;
      cancelLimit();
      onPicture(picture);
    },
    signal: both,
  }).then((reason) => reason !== null && end(`ffmpeg stopped: ${reason}`));
  const calling = options
    .call(both)
    .then((session) => relay({ session, videoPort: port, clock, wantsKeyFrame: () => !pictured, signal: both }))
    .then(() => end('Ring ended the live call'))
    .catch((error: unknown) => end(error instanceof Error ? error.message : 'the live call failed'));
  await Promise.all([decoded, calling]);
  cancelLimit();
  return why;
}
