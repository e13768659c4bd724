/** A Ring doorbell or camera as one of our cameras. */
import type { RingCamera } from 'ring-client-api';
import type { Clock } from '../../clock.ts';
import { type Log, reason } from '../../log.ts';
import type { Camera, CameraHealth, Frame, LiveStream, Trigger } from '../camera.ts';
import type { Spawn } from '../ffmpeg.ts';
import { Troubles } from '../trouble.ts';
import type { RingAccount } from './account.ts';
import { Looking } from './frames.ts';
import { lowBattery, planVisit } from './plan.ts';
import { isSilent } from './silence.ts';
import { openStream } from './stream.ts';
import { type Heard, type Push, readPush, sortPush } from './triggers.ts';

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
  spawn?: Spawn;
}

const checkEvery = 10 * 60_000;
const longestLive = 120_000;
const remembered = 20;

export class RingDoorbell implements Camera {
  readonly id: string;
  readonly name: string;
  readonly #options: RingDoorbellOptions;
  readonly #troubles: Troubles;
  /** By when it happened: the pictures of the last pushes. */
  readonly #pushed = new Map<number, Promise<string | undefined>>();
  readonly #running = new Set<Looking>();
  readonly #stopped = new AbortController();
  /** By the first push of an event: what hands over its picture. */
  readonly #pictures = new WeakMap<Push, (uuid: string) => void>();
  #heard: Heard = [];
  #unlisten: () => void = () => {};
  #cancelCheck: () => void = () => {};
  #since = 0;
  #lastPush: number | null = null;
  #motionPushed = false;
  #lastTrigger: number | null = null;
  #lastFrame: number | null = null;
  #introduced = false;

  constructor(options: RingDoorbellOptions) {
    this.#options = options;
    this.#troubles = new Troubles(options.log);
    this.id = options.id;
    this.name = options.name;
  }

  async start(onTrigger: (trigger: Trigger) => void): Promise<void> {
    const { account, clock } = this.#options;
    this.#since = clock.now();
    this.#unlisten = account.listen({
      push: (from, notification) => from === this.#device && this.#onPush(notification, onTrigger),
      connected: () => this.#onConnected(),
    });
    this.#checkLater();
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
    const snapshot = this.#pushed.get(trigger.at) ?? Promise.resolve(undefined);
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
    this.#cancelCheck();
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
  async check(): Promise<void> {
    const { account, clock } = this.#options;
    this.#tellOffline();
    const { events } = await account.ask(this.#device, `the history of ${this.name}`, (camera) =>
      camera.getEvents({ limit: 5 }),
    );
    const silent = isSilent({
      events: events.flatMap(({ kind, created_at }) =>
        kind === 'ding' || kind === 'motion' ? [{ kind, at: Date.parse(created_at) }] : [],
      ),
      lastPush: this.#lastPush,
      motionPushed: this.#motionPushed,
      since: this.#since,
      now: clock.now(),
    });
    if (!silent) return;
    this.#troubles.begin(
      'silence',
      `Ring no longer tells Latchkey when somebody is at ${this.name}. It connects anew.`,
    );
    this.#since = clock.now();
    void account.rebuild();
  }

  get #camera(): RingCamera | undefined {
    const { account, device, name } = this.#options;
    const { cameras } = account;
    if (device !== undefined) return cameras.find((camera) => String(camera.id) === device);
    const alike = cameras.find((camera) => camera.name.trim().toLowerCase() === name.trim().toLowerCase());
    return alike ?? (cameras.length === 1 ? cameras[0] : undefined);
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
    this.#tellOffline();
    if (this.#introduced) return;
    this.#introduced = true;
    if (camera.operatingOnBattery) log.info(batterySentence(this.name, camera.batteryLevel));
  }

  #onPush(notification: unknown, onTrigger: (trigger: Trigger) => void): void {
    const now = this.#options.clock.now();
    this.#lastPush = now;
    this.#troubles.end('silence', `Ring tells Latchkey again when somebody is at ${this.name}.`);
    const push = readPush(notification, now);
    if (!push) return;
    this.#motionPushed ||= push.kind === 'motion';
    const [heard, verdict] = sortPush(this.#heard, push, now);
    this.#heard = heard;
    if (verdict.is === 'picture') this.#pictures.get(verdict.first)?.(verdict.snapshot);
    if (verdict.is === 'new') this.#begin(push, onTrigger);
  }

  #begin(push: Push, onTrigger: (trigger: Trigger) => void): void {
    const snapshot = new Promise<string>((resolve) => {
      if (push.snapshot) resolve(push.snapshot);
      else this.#pictures.set(push, resolve);
    });
    const trigger: Trigger = {
      kind: push.kind,
      at: push.at,
      ...(push.id ? { recordingId: push.id } : {}),
      ...(push.person ? { person: true } : {}),
    };
    this.#remember(push.at, snapshot);
    this.#lastTrigger = this.#options.clock.now();
    // A press during a visit that motion began: the visit goes on, now with live video.
    const moment = { triggeredAt: push.at, plan: this.#plan(trigger), snapshot };
    for (const looking of this.#running) looking.join(moment);
    onTrigger(trigger);
  }

  #remember(at: number, snapshot: Promise<string | undefined>): void {
    this.#pushed.set(at, snapshot);
    const [oldest] = this.#pushed.keys();
    if (this.#pushed.size > remembered && oldest !== undefined) this.#pushed.delete(oldest);
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

  #tellOffline(): void {
    if (this.#camera?.isOffline) {
      this.#troubles.begin('offline', `Ring says that ${this.name} is offline. Check its power and its Wi-Fi.`);
    } else this.#troubles.end('offline', `${this.name} is online again.`);
  }

  #checkLater(): void {
    this.#cancelCheck = this.#options.clock.after(checkEvery, () => {
      this.#checkLater();
      this.check().catch((error) => this.#options.log.debug(`Ring: ${reason(error)}`));
    });
  }
}

function batterySentence(name: string, level: number | null): string {
  const charge = level === null ? '' : ` (${level} %)`;
  return (
    `${name} runs on battery${charge}. Live video is opened when somebody rings, and for motion only when Ring itself ` +
    `sees a person and more than ${lowBattery} % is left; other motion is judged by Ring's own picture.`
  );
}
