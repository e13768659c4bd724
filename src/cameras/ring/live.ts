/** Live video of a Ring camera: a live call, whose H264 goes to ffmpeg over loopback and comes back as pictures. */
import { reservePorts } from '@homebridge/camera-utils';
import type { StreamingSession } from 'ring-client-api/streaming/streaming-session';
import type { Clock } from '../../clock.ts';
import { type DecodeOptions, decode, lowDelay, type RgbPicture, type Spawn } from '../ffmpeg.ts';
import { Peer } from './peer/peer.ts';
import { hold, relayInput, sessionDescription } from './relay.ts';

export interface LiveOptions {
  /** Opens the call with `peer` at its far end; `late` puts away one that is answered after the abort. */
  call(peer: Peer, signal: AbortSignal): Promise<StreamingSession>;
  ffmpeg: string;
  rate: number;
  width: number;
  clock: Clock;
  /** Milliseconds from now within which the first picture must come. */
  firstPictureLimit: number;
  /** Returns a picture that may be written over. */
  onPicture(picture: RgbPicture): RgbPicture | undefined;
  signal: AbortSignal;
  spawn?: Spawn;
}

const shortestSilence = 9_000;

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
  // Both processes are started at once, so that they are ready when the call is answered.
  const [port = 0] = await reservePorts({ count: 2 });
  const peer = new Peer({ videoPort: port });
  let pictured = false;
  const decoding = {
    ...options,
    input: [...relayInput, ...lowDelay, '-f', 'sdp', '-i', 'pipe:0'],
    stdin: sessionDescription(port),
    start: options.spawn ?? peer.spawn,
    onPicture: (picture: RgbPicture) => {
      pictured = true;
      cancelLimit();
      return onPicture(picture);
    },
    signal: both,
  };
  const decoded = decodePatiently(decoding, clock, () => pictured).then(
    (reason) => reason !== null && end(`ffmpeg stopped: ${reason}`),
  );
  const calling = options
    .call(peer, both)
    .then((session) => hold({ session, clock, wantsKeyFrame: () => !pictured, signal: both }))
    .then(() => end('Ring ended the live call'))
    .catch((error: unknown) => end(error instanceof Error ? error.message : 'the live call failed'));
  await Promise.all([decoded, calling]);
  peer.close();
  cancelLimit();
  return why;
}

/** ffmpeg gives up after ten seconds in which no packet came; a call may take longer, and how long is not for it to say. */
async function decodePatiently(decoding: DecodeOptions, clock: Clock, pictured: () => boolean): Promise<string | null> {
  for (;;) {
    const began = clock.now();
    const why = await decode(decoding);
    if (why === null || pictured() || clock.now() - began < shortestSilence) return why;
  }
}
