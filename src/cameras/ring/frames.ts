/** The frames of one visit at a Ring camera: the push's own picture at once, and live video as soon as it comes. */
import type { RingCamera } from 'ring-client-api';
import type { Clock } from '../../clock.ts';
import { reason } from '../../log.ts';
import type { Frame } from '../camera.ts';
import type { Spawn } from '../ffmpeg.ts';
import { within } from '../limit.ts';
import { Mailbox, pictureOf } from '../mailbox.ts';
import type { RingAccount } from './account.ts';
import { watchLive } from './live.ts';
import type { Plan } from './plan.ts';
import { hangUp } from './relay.ts';
import { snapshotFrame } from './snapshot.ts';
import { pictureWithin } from './triggers.ts';

export interface LookingOptions {
  account: RingAccount;
  device: string;
  /** As the owner calls the camera. */
  name: string;
  clock: Clock;
  ffmpeg: string;
  /** Pictures a second, and the width that wider video is scaled down to. */
  rate: number;
  width: number;
  /** Milliseconds within which live video must bring its first picture, and for which it may go on. */
  firstPictureLimit: number;
  longestLive: number;
  onFrame(frame: Frame): void;
  /** Live video brought no picture at all, for this reason; null: it did. */
  onLive(failure: string | null): void;
  debug(sentence: string): void;
  spawn?: Spawn;
}

export interface Moment {
  /** When it happened, in Ring's time. */
  triggeredAt: number;
  plan: Plan;
  /** The uuid of the push's picture; a battery camera sends it a little later, or never. */
  snapshot: Promise<string | undefined>;
}

/** A visit that is being looked at. */
export class Looking {
  readonly #options: LookingOptions;
  readonly #mailbox = new Mailbox();
  readonly #ended = new AbortController();
  readonly #signal: AbortSignal;
  /** Resolves when nothing of the visit runs any more. */
  readonly over: Promise<void>;
  #finish: () => void = () => {};
  #working = 0;
  #live = false;

  constructor(options: LookingOptions, signal: AbortSignal) {
    this.#options = options;
    this.over = new Promise((resolve) => {
      this.#finish = resolve;
    });
    this.#signal = AbortSignal.any([signal, this.#ended.signal]);
    if (this.#signal.aborted) this.#mailbox.close();
    else this.#signal.addEventListener('abort', () => this.#mailbox.close(), { once: true });
  }

  /** Takes in a moment of the visit: its first, or a press that follows motion. */
  join(moment: Moment): void {
    this.#work(this.#picture(moment));
    if (!moment.plan.live || this.#live) return;
    this.#live = true;
    this.#work(this.#watch());
  }

  async *frames(): AsyncGenerator<Frame> {
    try {
      yield* this.#mailbox;
    } finally {
      this.#ended.abort();
    }
  }

  get dropped(): number {
    return this.#mailbox.dropped;
  }

  #work(task: Promise<void>): void {
    this.#working++;
    task
      .catch((error) => this.#options.debug(`${this.#options.name}: ${reason(error)}`))
      .finally(() => {
        this.#working--;
        if (this.#working > 0) return;
        this.#mailbox.close();
        this.#finish();
      });
  }

  /** The frame that gave way to this one. */
  #put(frame: Frame): Frame | undefined {
    if (this.#signal.aborted) return undefined;
    this.#options.onFrame(frame);
    return this.#mailbox.put(frame);
  }

  async #picture({ triggeredAt, plan, snapshot }: Moment): Promise<void> {
    const { account, device, name, clock, debug } = this.#options;
    const uuid = await within(clock, pictureWithin, 'no picture was pushed', snapshot, { signal: this.#signal }).catch(
      () => undefined,
    );
    if (this.#signal.aborted || (uuid === undefined && !plan.forceSnapshot)) return;
    const wanted = uuid === undefined ? { force: true } : { uuid };
    const what = `the snapshot of ${name}`;
    const task = (camera: RingCamera) => camera.getNextSnapshot(wanted);
    const frame = snapshotFrame(
      await account.ask(device, what, task, { limit: snapshotLimit, signal: this.#signal }),
      triggeredAt,
      clock.now(),
    );
    if (frame) this.#put(frame);
    else debug(`${name}: the snapshot Ring sent is an old one and was left out.`);
  }

  async #watch(): Promise<void> {
    const { account, device, name, clock, longestLive, firstPictureLimit } = this.#options;
    const tooLong = new AbortController();
    const cancel = clock.after(longestLive, () => tooLong.abort());
    let pictured = false;
    const began = clock.now();
    const failure = await watchLive({
      ...this.#options,
      signal: AbortSignal.any([this.#signal, tooLong.signal]),
      call: (peer, signal) => {
        const task = (camera: RingCamera) => camera.startLiveCall({ createPeerConnection: () => peer });
        return account.ask(device, `a live call of ${name}`, task, { limit: firstPictureLimit, signal, late: hangUp });
      },
      onPicture: (picture) => {
        if (!pictured) this.#options.onLive(null);
        pictured = true;
        return pictureOf(this.#put({ picture, takenAt: clock.now(), live: true }));
      },
    });
    cancel();
    if (pictured) return;
    const seconds = Math.round((clock.now() - began) / 1000);
    // A visit may be shorter than our own patience: it ended, but it ended in vain.
    if (failure !== null) this.#options.onLive(failure);
    else if (seconds >= inVainAfter) this.#options.onLive(`no picture came within ${seconds} s`);
  }
}

const snapshotLimit = 10_000;
/** Seconds. */
const inVainAfter = 6;
