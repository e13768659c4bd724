/** A Ring live call for the Home app: picture, sound, and the way back to the camera's speaker. */
import { reservePorts } from '@homebridge/camera-utils';
import type { StreamingSession } from 'ring-client-api/streaming/streaming-session';
import { RtpPacket } from 'werift';
import type { Clock } from '../../clock.ts';
import type { LiveStream } from '../camera.ts';
import { lowDelayCopy } from '../ffmpeg.ts';
import { within } from '../limit.ts';
import type { RingAccount } from './account.ts';
import { hangUp, relay, relayInput, sessionDescription } from './relay.ts';

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
export async function openStream({ account, device, name, clock, signal }: StreamOptions): Promise<LiveStream> {
  const session = await account.ask(device, `a live call of ${name}`, (camera) => camera.startLiveCall(), {
    limit: answerLimit,
    signal,
    late: hangUp,
  });
  const codec = await answeredCodec(session, name, clock, signal).catch((error) => {
    hangUp(session);
    throw error;
  });
  const [videoPort = 0] = await reservePorts({ count: 2 });
  const [audioPort = 0] = await reservePorts({ count: 2 });
  const until = clock.now() + keyFramesFor;
  const over = relay({ session, videoPort, audioPort, clock, wantsKeyFrame: () => clock.now() < until, signal });
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
        session.sendAudioPacket(RtpPacket.deSerialize(packet));
      },
    },
    over,
  };
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
