/** Live video in the Home app: one ffmpeg a viewer, whose picture and sound go out as SRTP. */
import { randomInt } from 'node:crypto';
import { RtpSplitter } from '@homebridge/camera-utils';
import type { PrepareStreamRequest, PrepareStreamResponse, StartStreamRequest, StreamingRequest } from 'homebridge';
import type { Camera, LiveStream } from '../cameras/camera.ts';
import { ffmpegWorks, playOut } from '../cameras/ffmpeg.ts';
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import { HomeSound } from './home-sound.ts';
import { HomeVoice } from './home-voice.ts';
import { soundArguments, videoArguments } from './stream-arguments.ts';

export interface LiveVideoPorts {
  camera: Pick<Camera, 'name' | 'live'>;
  ffmpegPath: string;
  clock: Clock;
  log: Log;
  /** Tells Home that a stream has ended by itself. */
  ended(sessionId: string): void;
}

/** A phone that is gone says so by silence: its receiver reports stop. */
const goneAfter = 30_000;

interface Session {
  request: PrepareStreamRequest;
  videoSsrc: number;
  audioSsrc: number;
  /** What comes back from Home: receiver reports, and the voice of the one who looks. */
  videoReturn: RtpSplitter;
  audioReturn: RtpSplitter;
  over: AbortController;
}

export class LiveVideo {
  readonly #ports: LiveVideoPorts;
  readonly #sessions = new Map<string, Session>();
  readonly #running = new Set<Promise<void>>();

  constructor(ports: LiveVideoPorts) {
    this.#ports = ports;
  }

  async prepare(request: PrepareStreamRequest): Promise<PrepareStreamResponse> {
    const session: Session = {
      request,
      videoSsrc: randomInt(1, 2 ** 31),
      audioSsrc: randomInt(1, 2 ** 31),
      videoReturn: new RtpSplitter(() => null),
      audioReturn: new RtpSplitter(),
      over: new AbortController(),
    };
    this.#sessions.set(request.sessionID, session);
    const [videoPort, audioPort] = await Promise.all([
      session.videoReturn.portPromise,
      session.audioReturn.portPromise,
    ]);
    const { video, audio } = request;
    return {
      video: { port: videoPort, ssrc: session.videoSsrc, srtp_key: video.srtp_key, srtp_salt: video.srtp_salt },
      audio: { port: audioPort, ssrc: session.audioSsrc, srtp_key: audio.srtp_key, srtp_salt: audio.srtp_salt },
    };
  }

  /** Starts or ends a prepared stream. Returns at once: what goes wrong later ends the stream. */
  handle(request: StreamingRequest): void {
    const session = this.#sessions.get(request.sessionID);
    if (!session) return;
    if ('audio' in request) {
      const running = this.#stream(session, request);
      this.#running.add(running);
      void running.finally(() => this.#running.delete(running));
    } else if (!('video' in request)) this.#end(request.sessionID);
  }

  /** Ends every stream; resolves when nothing of them runs any more. */
  async stop(): Promise<void> {
    for (const id of [...this.#sessions.keys()]) this.#end(id);
    await Promise.all(this.#running);
  }

  #end(sessionId: string): void {
    const session = this.#sessions.get(sessionId);
    this.#sessions.delete(sessionId);
    session?.over.abort();
    session?.videoReturn.close();
    session?.audioReturn.close();
  }

  async #stream(session: Session, start: StartStreamRequest): Promise<void> {
    const { camera, log, ended } = this.#ports;
    const { signal } = session.over;
    const cancelWatch = this.#watchViewer(session);
    try {
      const why = await this.#play(session, start);
      if (!signal.aborted) log.info(`Live video of ${camera.name} has ended: ${why}.`);
    } catch (error) {
      if (!signal.aborted) log.warn(`Live video of ${camera.name} could not be shown: ${reason(error)}`);
    }
    cancelWatch();
    if (signal.aborted) return;
    this.#end(start.sessionID);
    ended(start.sessionID);
  }

  async #play(session: Session, start: StartStreamRequest): Promise<string> {
    const { camera, ffmpegPath } = this.#ports;
    if (!camera.live) throw new Error('it has none.');
    if (!(await ffmpegWorks(ffmpegPath))) throw new Error(`ffmpeg could not be started as "${ffmpegPath}".`);
    const stream = await camera.live(session.over.signal);
    const sound = stream.audio ? new HomeSound(session.request, start, session.audioSsrc, session.audioReturn) : null;
    const voice = stream.talk && new HomeVoice(session, start, stream.talk, ffmpegPath);
    try {
      await voice?.start();
      const cameraEnded = stream.over.then(() => 'the camera ended it');
      return await Promise.race([cameraEnded, this.#send(session, start, stream, sound)]);
    } finally {
      sound?.close();
      voice?.stop();
    }
  }

  /** Resolves to why ffmpeg stopped. */
  async #send(
    session: Session,
    start: StartStreamRequest,
    stream: LiveStream,
    sound: HomeSound | null,
  ): Promise<string> {
    const { ffmpegPath, log } = this.#ports;
    const { request, over, videoSsrc } = session;
    const video = videoArguments(request, start, videoSsrc, stream.passVideo);
    const ffmpeg = { ffmpeg: ffmpegPath, input: stream.input, stdin: stream.stdin ?? '', signal: over.signal };
    if (!sound) return playOut(ffmpeg, video);
    const why = await playOut(ffmpeg, [...video, ...soundArguments(start, await sound.port)]);
    if (over.signal.aborted || !/does not contain any stream|matches no streams|trailing '\?'/.test(why)) return why;
    log.debug('The camera sends no sound: its picture is shown without.');
    return playOut(ffmpeg, video);
  }

  #watchViewer({ request, videoReturn }: Session): () => void {
    const { clock, log, camera, ended } = this.#ports;
    const gone = () => {
      log.debug(`Nobody looks at ${camera.name} any more.`);
      this.#end(request.sessionID);
      ended(request.sessionID);
    };
    let cancel = clock.after(goneAfter, gone);
    const reports = videoReturn.onMessage.subscribe(() => {
      cancel();
      cancel = clock.after(goneAfter, gone);
    });
    return () => {
      cancel();
      reports.unsubscribe();
    };
  }
}
