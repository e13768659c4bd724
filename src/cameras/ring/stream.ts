/** A Ring live call for the Home app: picture, sound, and the way back to the camera's speaker. */
import { reservePorts } from '@homebridge/camera-utils';
import type { RingCamera } from 'ring-client-api';
import type { StreamingSession } from 'ring-client-api/streaming/streaming-session';
import type { Clock } from '../../clock.ts';
import type { LiveStream } from '../camera.ts';
import { lowDelayCopy } from '../ffmpeg.ts';
import { within } from '../limit.ts';
import type { RingAccount } from './account.ts';
import { Peer } from './peer/peer.ts';
import { hangUp, hold, relayInput, sessionDescription } from './relay.ts';

export interface StreamOptions {
  account: RingAccount;
  device: string;
  name: string;
  clock: Clock;
  signal: AbortSignal;
}

const answerLimit = 20_000;
/** Key frames are asked for until the Home app is surely showing a picture; the client itself asks every 4 s. */
const keyFramesFor = 5_000;

/** Rejects with a sentence where the call is not answered in time. */
export async function openStream(options: StreamOptions): Promise<LiveStream> {
  const { clock, signal } = options;
  const [videoPort = 0] = await reservePorts({ count: 2 });
  const [audioPort = 0] = await reservePorts({ count: 2 });
  const peer = new Peer({ videoPort, audioPort });
  const { session, codec } = await answered(peer, options).catch((error) => {
    peer.close();
    throw error;
  });
  const until = clock.now() + keyFramesFor;
  const over = hold({ session, clock, wantsKeyFrame: () => clock.now() < until, signal });
  let speaking = false;
  return {
    input: [...relayInput, ...lowDelayCopy, '-f', 'sdp', '-i', 'pipe:0'],
    stdin: sessionDescription(videoPort, { port: audioPort, codec }),
    passVideo: true,
    audio: true,
    talk: {
      codec,
      send: (packet) => {
        if (!speaking) session.activateCameraSpeaker();
        speaking = true;
        peer.speak(packet);
      },
    },
    over,
  };
}

async function answered(peer: Peer, { account, device, name, clock, signal }: StreamOptions) {
  const task = (camera: RingCamera) => camera.startLiveCall({ createPeerConnection: () => peer });
  const session = await account.ask(device, `a live call of ${name}`, task, {
    limit: answerLimit,
    signal,
    late: hangUp,
  });
  const codec = await answeredCodec(session, name, clock, signal).catch((error) => {
    hangUp(session);
    throw error;
  });
  return { session, codec };
}

async function answeredCodec(
  session: StreamingSession,
  name: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<'opus' | 'pcmu'> {
  const sentence = `${name} did not answer the live call.`;
  const ended = new Promise<never>((_, reject) => session.onCallEnded.subscribe(() => reject(new Error(sentence))));
  const opus = await within(clock, answerLimit, sentence, Promise.race([session.isUsingOpus, ended]), { signal });
  return opus ? 'opus' : 'pcmu';
}
