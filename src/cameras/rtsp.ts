/** Any camera with an RTSP address: ffmpeg watches it for motion, and decodes it for the frames of a visit. */
import { type Clock, pause } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Camera, CameraHealth, Frame, LiveStream, Trigger } from './camera.ts';
import { decode, lowDelay, lowDelayCopy, type Spawn, watchGrey } from './ffmpeg.ts';
import { Mailbox, pictureOf } from './mailbox.ts';
import { MotionDetector, type MotionSettings, MotionVisits, usualMotion } from './motion.ts';
import { Troubles } from './trouble.ts';

export interface RtspOptions {
  /** `[a-z0-9-]`. */
  id: string;
  name: string;
  /** rtsp:// or rtsps://, with the user name and password where the camera wants them. */
  url: string;
  /** A smaller stream of the same camera to watch for motion; the same one where unset. */
  motionUrl?: string;
  motion?: MotionSettings;
  log: Log;
  clock: Clock;
  ffmpeg: string;
  /** Pictures a second, 4 where unset, and the width that wider video is scaled down to, 960 where unset. */
  rate?: number;
  width?: number;
  /** Milliseconds without a picture after which the stream counts as broken; 15 s where unset. */
  silenceLimit?: number;
  spawn?: Spawn;
}

const firstWait = 1_000;
const longestWait = 60_000;
const longestVisit = 120_000;

export class RtspCamera implements Camera {
  readonly id: string;
  readonly name: string;
  readonly #options: RtspOptions;
  readonly #troubles: Troubles;
  readonly #stopped = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #visits = new MotionVisits();
  #lastTrigger: number | null = null;
  #lastFrame: number | null = null;
  #connects = 0;

  constructor(options: RtspOptions) {
    this.#options = options;
    this.id = options.id;
    this.name = options.name;
    this.#troubles = new Troubles(options.log);
  }

  async start(onTrigger: (trigger: Trigger) => void): Promise<void> {
    for (const url of [this.#options.url, this.#options.motionUrl ?? this.#options.url]) {
      if (!/^rtsps?:\/\//.test(url) || !URL.canParse(url)) {
        throw new Error(`${this.name} needs an address that begins with rtsp://, such as rtsp://192.168.1.20/stream1.`);
      }
    }
    this.#run(this.#watch(onTrigger));
  }

  frames(_trigger: Trigger, signal: AbortSignal): AsyncIterable<Frame> {
    const mailbox = new Mailbox();
    const ended = new AbortController();
    const over = AbortSignal.any([signal, ended.signal, this.#stopped.signal]);
    this.#run(this.#look(mailbox, over, () => ended.abort()));
    return untilEnded(mailbox, ended);
  }

  async live(signal: AbortSignal): Promise<LiveStream> {
    return {
      input: ['-rtsp_transport', 'tcp', ...lowDelayCopy, '-i', this.#options.url],
      // Its profile and level are not known, and need not be among those the Home app takes.
      passVideo: false,
      audio: true,
      over: new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
    };
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.#running);
  }

  health(): CameraHealth {
    return {
      troubles: this.#troubles.sentences,
      lastTrigger: this.#lastTrigger,
      lastFrame: this.#lastFrame,
      reconnects: Math.max(0, this.#connects - 1),
      battery: null,
    };
  }

  #run(task: Promise<unknown>): void {
    this.#running.add(task);
    void task.finally(() => this.#running.delete(task));
  }

  /** Watches the stream for motion, connecting anew whenever it breaks off. */
  async #watch(onTrigger: (trigger: Trigger) => void): Promise<void> {
    const { clock, log, motionUrl, url } = this.#options;
    let wait = firstWait;
    while (!this.#stopped.signal.aborted) {
      this.#connects++;
      const watched = motionUrl ?? url;
      const pictures = await this.#watchOnce(watched, onTrigger);
      if (this.#stopped.signal.aborted) return;
      this.#troubles.begin(
        'stream',
        `${this.name} broke off (${shownUrl(watched)}: ${pictures.why}). Latchkey reconnects.`,
      );
      if (pictures.any) wait = firstWait;
      log.debug(`${this.name}: ${pictures.why}; the next attempt follows in ${wait / 1000} s.`);
      await pause(clock, wait, this.#stopped.signal);
      wait = Math.min(wait * 2, longestWait);
    }
  }

  async #watchOnce(url: string, onTrigger: (trigger: Trigger) => void): Promise<{ any: boolean; why: string }> {
    const detector = new MotionDetector(this.#options.motion ?? usualMotion);
    const dog = this.#watchdog(this.#stopped.signal);
    let any = false;
    const why = await watchGrey({
      ...this.#options,
      input: rtspInput(url),
      signal: dog.signal,
      onPicture: (grey) => {
        any = true;
        dog.feed();
        this.#troubles.end('stream', `${this.name} sends video again.`);
        if (detector.look(grey)) this.#onMotion(onTrigger);
      },
    });
    dog.stop();
    return { any, why: why ?? dog.sentence };
  }

  #onMotion(onTrigger: (trigger: Trigger) => void): void {
    const now = this.#options.clock.now();
    if (!this.#visits.begins(now)) return;
    this.#lastTrigger = now;
    onTrigger({ kind: 'motion', at: now });
  }

  async #look(mailbox: Mailbox, signal: AbortSignal, end: () => void): Promise<void> {
    const { clock, url } = this.#options;
    const dog = this.#watchdog(signal);
    const cancel = clock.after(longestVisit, end);
    signal.addEventListener('abort', () => mailbox.close(), { once: true });
    const why = await decode({
      ...this.#options,
      rate: this.#options.rate ?? 4,
      width: this.#options.width ?? 960,
      input: rtspInput(url),
      signal: dog.signal,
      onPicture: (picture) => {
        dog.feed();
        this.#lastFrame = clock.now();
        return pictureOf(mailbox.put({ picture, takenAt: clock.now(), live: true }));
      },
    });
    cancel();
    dog.stop();
    mailbox.close();
    if (!signal.aborted)
      this.#options.log.warn(`${this.name} sent no more frames (${shownUrl(url)}: ${why ?? dog.sentence}).`);
  }

  /** Aborts its signal when nobody feeds it for a while: a stream that stalls says nothing. */
  #watchdog(signal: AbortSignal) {
    const { clock, silenceLimit = 15_000 } = this.#options;
    const bite = new AbortController();
    let cancel = clock.after(silenceLimit, () => bite.abort());
    return {
      signal: AbortSignal.any([signal, bite.signal]),
      sentence: `no picture came for ${Math.round(silenceLimit / 1000)} s`,
      feed: () => {
        cancel();
        cancel = clock.after(silenceLimit, () => bite.abort());
      },
      stop: () => cancel(),
    };
  }
}

async function* untilEnded(mailbox: Mailbox, ended: AbortController): AsyncGenerator<Frame> {
  try {
    yield* mailbox;
  } finally {
    ended.abort();
  }
}

/** TCP, because a lost packet would smear the picture, and no waiting to learn what ffmpeg sees at once anyway. */
function rtspInput(url: string): string[] {
  return ['-rtsp_transport', 'tcp', ...lowDelay, '-i', url];
}

/** The address without user name, password and query, for the log and the page. */
export function shownUrl(url: string): string {
  if (!/^rtsps?:\/\//.test(url) || !URL.canParse(url)) return '[address]';
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
