/** Live video of a Ring camera: a live call, whose H264 goes to ffmpeg over loopback and comes back as pictures. */
import { createSocket } from 'node:dgram';
import { reservePorts } from '@homebridge/camera-utils';
import type { StreamingSession } from 'ring-client-api/streaming/streaming-session';
import type { Clock } from '../../clock.ts';
import { decode, lowDelay, type RgbPicture, type Spawn } from '../ffmpeg.ts';

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

/** Our ffmpeg is told of one payload type before the call is answered, so that it is ready when the video comes. */
const payloadType = 96;
/** A picture can only begin with a key frame: it is asked for until it is there. */
const keyFrameEvery = 500;

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
  const [port = 0] = await reservePorts({ count: 2 });
  let pictured = false;
  const decoded = decode({
    ...options,
    input: ['-protocol_whitelist', 'pipe,udp,rtp', ...lowDelay, '-f', 'sdp', '-i', 'pipe:0'],
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
    .then((session) => forward(session, port, both, clock, () => pictured))
    .then(() => end('Ring ended the live call'))
    .catch((error: unknown) => end(error instanceof Error ? error.message : 'the live call failed'));
  await Promise.all([decoded, calling]);
  cancelLimit();
  return why;
}

/** Ends a call, also one whose socket is only being opened: the client itself would leave that open. */
export function hangUp(session: StreamingSession): void {
  session.stop();
  // biome-ignore lint/complexity/useLiteralKeys: the client keeps its socket private, and brackets are how to reach it.
  session['connection']?.['ws']?.close();
}

function sessionDescription(port: number): string {
  return [
    ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', `m=video ${port} RTP/AVP ${payloadType}`],
    [`a=rtpmap:${payloadType} H264/90000`, `a=fmtp:${payloadType} packetization-mode=1`, ''],
  ]
    .flat()
    .join('\r\n');
}

/** Sends the call's video to ffmpeg; resolves when the call is over, which an abort makes it. */
function forward(
  session: StreamingSession,
  port: number,
  signal: AbortSignal,
  clock: Clock,
  pictured: () => boolean,
): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  const video = session.onVideoRtp.subscribe((packet) => {
    const bytes = packet.serialize();
    bytes[1] = ((bytes[1] ?? 0) & 0x80) | payloadType;
    socket.send(bytes, port, '127.0.0.1', () => {});
  });
  let cancel: () => void = () => {};
  const askForKeyFrame = () => {
    if (pictured()) return;
    session.requestKeyFrame();
    cancel = clock.after(keyFrameEvery, askForKeyFrame);
  };
  askForKeyFrame();
  return new Promise((resolve) => {
    const stop = () => hangUp(session);
    session.onCallEnded.subscribe(() => {
      cancel();
      signal.removeEventListener('abort', stop);
      video.unsubscribe();
      socket.close();
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
