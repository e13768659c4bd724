/** Looks every ten minutes whether Ring still tells us of a camera, by its history, and whether the camera is online. */
import type { RingCamera } from 'ring-client-api';
import type { Clock } from '../../clock.ts';
import { type Log, reason } from '../../log.ts';
import type { Troubles } from '../trouble.ts';
import type { RingAccount } from './account.ts';
import type { Pushes } from './pushes.ts';
import { isSilent } from './silence.ts';

export interface RoundsOptions {
  account: RingAccount;
  /** As the owner calls the camera. */
  name: string;
  /** The camera as it is known now. */
  camera(): RingCamera | undefined;
  pushes: Pick<Pushes, 'last' | 'motion'>;
  troubles: Troubles;
  clock: Clock;
  log: Log;
}

const every = 10 * 60_000;

export class Rounds {
  readonly #options: RoundsOptions;
  /** Since when pushes were listened for. */
  #since = 0;
  #cancel: () => void = () => {};

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#since = this.#options.clock.now();
    this.#later();
  }

  stop(): void {
    this.#cancel();
  }

  /** Looks at once. Rejects with a sentence where Ring could not be asked. */
  async look(): Promise<void> {
    const { account, camera, name, pushes, troubles, clock } = this.#options;
    this.tellOffline();
    const { events } = await account.ask(String(camera()?.id ?? ''), `the history of ${name}`, (asked) =>
      asked.getEvents({ limit: 5 }),
    );
    const silent = isSilent({
      events: events.flatMap(({ kind, created_at }) =>
        kind === 'ding' || kind === 'motion' ? [{ kind, at: Date.parse(created_at) }] : [],
      ),
      lastPush: pushes.last,
      motionPushed: pushes.motion,
      since: this.#since,
      now: clock.now(),
    });
    if (!silent) return;
    troubles.begin('silence', `Ring no longer tells Latchkey when somebody is at ${name}. It connects anew.`);
    this.#since = clock.now();
    void account.rebuild();
  }

  tellOffline(): void {
    const { camera, name, troubles } = this.#options;
    if (camera()?.isOffline) {
      troubles.begin('offline', `Ring says that ${name} is offline. Check its power and its Wi-Fi.`);
    } else troubles.end('offline', `${name} is online again.`);
  }

  #later(): void {
    const { clock, log } = this.#options;
    this.#cancel = clock.after(every, () => {
      this.#later();
      this.look().catch((error) => log.debug(`Ring: ${reason(error)}`));
    });
  }
}
