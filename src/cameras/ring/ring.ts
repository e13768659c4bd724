/** A Ring doorbell or camera as one of our cameras. */
import type { RingCamera } from 'ring-client-api';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Camera, CameraHealth, Frame, LiveStream, RecordedMoment, Trigger } from '../camera.ts';
import type { TemporaryFiles } from '../download.ts';
import type { Spawn } from '../ffmpeg.ts';
import { Troubles } from '../trouble.ts';
import type { RingAccount } from './account.ts';
import { findCamera } from './find-camera.ts';
import { Looking } from './frames.ts';
import { lowBattery, planVisit } from './plan.ts';
import { type NewPush, Pushes } from './pushes.ts';
import { recordingFrames } from './recording.ts';
import { Rounds } from './rounds.ts';
import { openStream } from './stream.ts';

export interface RingDoorbellOptions {
  account: RingAccount;
  /** `[a-z0-9-]`. */
  id: string;
  name: string;
  /** Ring's id of the camera; where unset, the one that Ring calls by the same name, or the only one there is. */
  device?: string;
  log: Log;
  clock: Clock;
  ffmpeg: string;
  /** Live pictures a second, 4 where unset. */
  rate?: number;
  /** Wider video is scaled down to this many pixels, 960 where unset. */
  width?: number;
  /** Milliseconds live video may take to bring its first picture. */
  firstPictureLimit?: number;
  /** Where recordings are kept while they are looked at; without it they are not. */
  files?: TemporaryFiles;
  spawn?: Spawn;
}

const longestLive = 120_000;

export class RingDoorbell implements Camera {
  readonly id: string;
  readonly name: string;
  readonly recording?: (moment: RecordedMoment, signal: AbortSignal) => AsyncIterable<Frame>;
  readonly #options: RingDoorbellOptions;
  readonly #troubles: Troubles;
  readonly #pushes = new Pushes();
  readonly #rounds: Rounds;
  readonly #running = new Set<Looking>();
  readonly #stopped = new AbortController();
  #unlisten: () => void = () => {};
  #lastTrigger: number | null = null;
  #lastFrame: number | null = null;
  #introduced = false;

  constructor(options: RingDoorbellOptions) {
    this.#options = options;
    this.#troubles = new Troubles(options.log);
    this.id = options.id;
    this.name = options.name;
    const { files } = options;
    if (files) {
      this.recording = (moment, signal) => {
        const ended = AbortSignal.any([signal, this.#stopped.signal]);
        return recordingFrames({ ...options, files, device: this.#device }, moment, ended);
      };
    }
    const [pushes, troubles] = [this.#pushes, this.#troubles];
    this.#rounds = new Rounds({ ...options, pushes, troubles, camera: () => this.#camera });
  }

  async start(onTrigger: (trigger: Trigger) => void): Promise<void> {
    const { account } = this.#options;
    this.#unlisten = account.listen({
      push: (from, notification) => from === this.#device && this.#onPush(notification, onTrigger),
      connected: () => this.#onConnected(),
    });
    this.#rounds.start();
    await account.start();
    if (account.health().up) this.#onConnected();
  }

  frames(trigger: Trigger, signal: AbortSignal): AsyncIterable<Frame> {
    const { account, clock, log } = this.#options;
    const looking = new Looking(
      {
        ...this.#options,
        name: this.name,
        rate: this.#options.rate ?? 4,
        width: this.#options.width ?? 960,
        firstPictureLimit: this.#options.firstPictureLimit ?? 15_000,
        longestLive,
        account,
        device: this.#device,
        clock,
        onFrame: (frame) => {
          this.#lastFrame = frame.takenAt;
        },
        onLive: (failure) => this.#tellLive(failure),
        debug: (sentence) => log.debug(sentence),
      },
      AbortSignal.any([signal, this.#stopped.signal]),
    );
    this.#running.add(looking);
    const snapshot = this.#pushes.snapshotOf(trigger.at);
    looking.join({ triggeredAt: trigger.at, plan: this.#plan(trigger), snapshot });
    void looking.over.then(() => this.#running.delete(looking));
    return looking.frames();
  }

  live(signal: AbortSignal): Promise<LiveStream> {
    const { account, clock } = this.#options;
    return openStream({
      account,
      device: this.#device,
      clock,
      name: this.name,
      signal: AbortSignal.any([signal, this.#stopped.signal]),
    });
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#unlisten();
    this.#rounds.stop();
    await Promise.all([...this.#running].map((looking) => looking.over));
  }

  health(): CameraHealth {
    const account = this.#options.account.health();
    return {
      troubles: [...account.troubles, ...this.#troubles.sentences],
      lastTrigger: this.#lastTrigger,
      lastFrame: this.#lastFrame,
      reconnects: account.reconnects,
      battery: this.#camera?.operatingOnBattery ? this.#camera.batteryLevel : null,
    };
  }

  /** Looks at once whether pushes still come and the camera is online; done by itself every ten minutes. */
  check(): Promise<void> {
    return this.#rounds.look();
  }

  get #camera(): RingCamera | undefined {
    const { account, device, name } = this.#options;
    return findCamera(account.cameras, { device, name });
  }

  /** Ring's id of the camera; empty as long as it is not known. */
  get #device(): string {
    return this.#options.device ?? String(this.#camera?.id ?? '');
  }

  #onConnected(): void {
    const { account, log } = this.#options;
    const camera = this.#camera;
    if (!camera) {
      const known = account.cameras.map(({ id, name }) => `"${name}" (${id})`).join(', ') || 'none';
      this.#troubles.begin('missing', `Ring has no camera that is meant by ${this.name}. It knows: ${known}.`);
      return;
    }
    this.#troubles.end('missing', `${this.name} has been found at Ring.`);
    this.#rounds.tellOffline();
    if (this.#introduced) return;
    this.#introduced = true;
    if (camera.operatingOnBattery) log.info(batterySentence(this.name, camera.batteryLevel));
  }

  #onPush(notification: unknown, onTrigger: (trigger: Trigger) => void): void {
    this.#troubles.end('silence', `Ring tells Latchkey again when somebody is at ${this.name}.`);
    const fresh = this.#pushes.hear(notification, this.#options.clock.now());
    if (fresh) this.#begin(fresh, onTrigger);
  }

  #begin({ push, snapshot }: NewPush, onTrigger: (trigger: Trigger) => void): void {
    const trigger: Trigger = {
      kind: push.kind,
      at: push.at,
      ...(push.id ? { recordingId: push.id } : {}),
      ...(push.person ? { person: true } : {}),
    };
    this.#lastTrigger = this.#options.clock.now();
    // A press during a visit that motion began: the visit goes on, now with live video.
    const moment = { triggeredAt: push.at, plan: this.#plan(trigger), snapshot };
    for (const looking of this.#running) looking.join(moment);
    onTrigger(trigger);
  }

  #plan(trigger: Trigger) {
    const camera = this.#camera;
    return planVisit({
      trigger: trigger.kind,
      person: trigger.person ?? false,
      onBattery: camera?.operatingOnBattery ?? false,
      battery: camera?.batteryLevel ?? null,
      liveDisabled: camera?.data.settings?.live_view_disabled === true,
    });
  }

  #tellLive(failure: string | null): void {
    if (this.#stopped.signal.aborted) return;
    if (failure === null) this.#troubles.end('live', `${this.name} sends live video again.`);
    else {
      this.#troubles.begin(
        'live',
        `${this.name} sent no live video (${failure}), so the door stays shut for faces. Ring's own pictures are used.`,
      );
    }
  }
}

function batterySentence(name: string, level: number | null): string {
  const charge = level === null ? '' : ` (${level} %)`;
  return (
    `${name} runs on battery${charge}. Live video is opened when somebody rings, and for motion only when Ring itself ` +
    `sees a person and more than ${lowBattery} % is left; other motion is judged by Ring's own picture.`
  );
}
