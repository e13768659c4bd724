/** What Ring has pushed about one camera: each event once, and the picture that comes with it or after it. */
import { type Heard, type Push, readPush, sortPush } from './triggers.ts';

/** An event that was pushed for the first time. */
export interface NewPush {
  push: Push;
  /** The uuid of its picture; a battery camera sends it a little later, or never. */
  snapshot: Promise<string>;
}

const remembered = 20;

export class Pushes {
  /** By when it happened: the pictures of the last pushes. */
  readonly #snapshots = new Map<number, Promise<string>>();
  /** By the first push of an event: what hands over its picture. */
  readonly #pictures = new WeakMap<Push, (uuid: string) => void>();
  #heard: Heard = [];
  #last: number | null = null;
  #motion = false;

  /** When anything was pushed last, milliseconds since the epoch; null: never in this run. */
  get last(): number | null {
    return this.#last;
  }

  /** Motion was ever pushed; the owner may have motion alerts off. */
  get motion(): boolean {
    return this.#motion;
  }

  /** The uuid of the picture of what happened at that moment; resolves to undefined where nothing was pushed of it. */
  snapshotOf(at: number): Promise<string | undefined> {
    return this.#snapshots.get(at) ?? Promise.resolve(undefined);
  }

  /** Takes in a notification that came at `now`; null where it begins nothing. */
  hear(notification: unknown, now: number): NewPush | null {
    this.#last = now;
    const push = readPush(notification, now);
    if (!push) return null;
    this.#motion ||= push.kind === 'motion';
    const [heard, verdict] = sortPush(this.#heard, push, now);
    this.#heard = heard;
    if (verdict.is === 'picture') this.#pictures.get(verdict.first)?.(verdict.snapshot);
    if (verdict.is !== 'new') return null;
    const snapshot = new Promise<string>((resolve) => {
      if (push.snapshot) resolve(push.snapshot);
      else this.#pictures.set(push, resolve);
    });
    this.#remember(push.at, snapshot);
    return { push, snapshot };
  }

  #remember(at: number, snapshot: Promise<string>): void {
    this.#snapshots.set(at, snapshot);
    const [oldest] = this.#snapshots.keys();
    if (this.#snapshots.size > remembered && oldest !== undefined) this.#snapshots.delete(oldest);
  }
}
