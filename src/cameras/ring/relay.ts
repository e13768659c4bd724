/** A Ring live call while it lasts, and what ffmpeg is told of its packets. */
import type { StreamingSession } from 'ring-client-api/streaming/streaming-session';
import type { Clock } from '../../clock.ts';

export const videoPayloadType = 96;
export const audioPayloadType = 97;

export interface HoldOptions {
  session: StreamingSession;
  clock: Clock;
  /** A picture can only begin with a key frame: one is asked for twice a second as long as this says so. */
  wantsKeyFrame(): boolean;
  signal: AbortSignal;
}

const keyFrameEvery = 500;

/** Holds the line until the call is over, which an abort makes it. */
export function hold({ session, clock, wantsKeyFrame, signal }: HoldOptions): Promise<void> {
  let cancel: () => void = () => {};
  const askForKeyFrame = () => {
    if (!wantsKeyFrame()) return;
    session.requestKeyFrame();
    cancel = clock.after(keyFrameEvery, askForKeyFrame);
  };
  askForKeyFrame();
  return new Promise((resolve) => {
    const stop = () => hangUp(session);
    session.onCallEnded.subscribe(() => {
      cancel();
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}

/** Ends a call, also one whose socket is only being opened: the client itself would leave that open. */
export function hangUp(session: StreamingSession): void {
  session.stop();
  // biome-ignore lint/complexity/useLiteralKeys: the client keeps its socket private, and brackets are how to reach it.
  session['connection']?.['ws']?.close();
}

/** What ffmpeg is told of the packets (SDP, RFC 4566). */
export function sessionDescription(video: number, audio?: { port: number; codec: 'opus' | 'pcmu' }): string {
  const codec = audio?.codec === 'opus' ? 'opus/48000/2' : 'PCMU/8000';
  return [
    ...['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
    ...[`m=video ${video} RTP/AVP ${videoPayloadType}`, `a=rtpmap:${videoPayloadType} H264/90000`],
    `a=fmtp:${videoPayloadType} packetization-mode=1`,
    ...(audio ? [`m=audio ${audio.port} RTP/AVP ${audioPayloadType}`, `a=rtpmap:${audioPayloadType} ${codec}`] : []),
    '',
  ].join('\r\n');
}

/** ffmpeg may read such a description from its standard input, and the packets it tells of, and nothing else. */
export const relayInput = ['-protocol_whitelist', 'pipe,udp,rtp'];
