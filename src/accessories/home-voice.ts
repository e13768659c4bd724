/** The voice of the one who looks, from the Home app to the camera's speaker. */
import { ReturnAudioTranscoder, RtpSplitter } from '@homebridge/camera-utils';
import type { PrepareStreamRequest, StartStreamRequest } from 'homebridge';
import type { LiveStream } from '../cameras/camera.ts';

type Talk = NonNullable<LiveStream['talk']>;

interface VoiceSession {
  request: PrepareStreamRequest;
  audioSsrc: number;
  audioReturn: RtpSplitter;
}

const codecs = {
  opus: ['-c:a', 'libopus', '-ac', '2', '-ar', '48k'],
  pcmu: ['-c:a', 'pcm_mulaw', '-ac', '1', '-ar', '8k'],
};

export class HomeVoice {
  readonly #session: VoiceSession;
  readonly #start: StartStreamRequest;
  readonly #talk: Talk;
  readonly #ffmpegPath: string;
  readonly #out: RtpSplitter;
  #transcoder: ReturnAudioTranscoder | undefined;

  constructor(session: VoiceSession, start: StartStreamRequest, talk: Talk, ffmpegPath: string) {
    this.#session = session;
    this.#start = start;
    this.#talk = talk;
    this.#ffmpegPath = ffmpegPath;
    this.#out = new RtpSplitter(({ message, isRtpMessage }) => {
      if (isRtpMessage) talk.send(message);
      return null;
    });
  }

  async start(): Promise<void> {
    const { request, audioSsrc, audioReturn } = this.#session;
    const port = await this.#out.portPromise;
    this.#transcoder = new ReturnAudioTranscoder({
      prepareStreamRequest: request,
      startStreamRequest: { ...this.#start, audio: { ...this.#start.audio, codec: String(this.#start.audio.codec) } },
      // Its reports on the sound it hears go nowhere: the discard port.
      incomingAudioOptions: { ssrc: audioSsrc, rtcpPort: 9 },
      outputArgs: [...codecs[this.#talk.codec], '-flags', '+global_header', '-f', 'rtp', `rtp://127.0.0.1:${port}`],
      ffmpegPath: this.#ffmpegPath,
      returnAudioSplitter: audioReturn,
    } as ConstructorParameters<typeof ReturnAudioTranscoder>[0]);
    await this.#transcoder.start();
  }

  stop(): void {
    this.#transcoder?.stop();
    this.#out.close();
  }
}
