/** Asks the cameras how they are, now and then: a trouble that lasts is told. */
import type { Camera } from './cameras/camera.ts';
import type { Clock } from './clock.ts';
import type { Troubles } from './troubles.ts';

const everyMs = 60_000;
/** A connection that is built anew within this is nothing to tell. */
const patienceMs = 5 * 60_000;

export class CameraRounds {
  readonly #cameras: readonly Camera[];
  readonly #clock: Clock;
  readonly #troubles: Troubles;
  #cancel = () => {};

  constructor(cameras: readonly Camera[], clock: Clock, troubles: Troubles) {
    this.#cameras = cameras;
    this.#clock = clock;
    this.#troubles = troubles;
  }

  start(): void {
    this.#cancel = this.#clock.after(everyMs, () => {
      for (const camera of this.#cameras) this.#look(camera);
      this.start();
    });
  }

  stop(): void {
    this.#cancel();
  }

  #look(camera: Camera): void {
    const health = camera.health?.();
    if (!health) return;
    const what = `camera ${camera.id} health`;
    const [first] = health.troubles;
    if (first === undefined) this.#troubles.end(what, `${camera.name} is well.`);
    else this.#troubles.begin(what, first, patienceMs);
  }
}
