/** The latest picture of each camera. After a trigger nobody is shown the visitor before: the new one is waited for. */
import type { Clock } from '../clock.ts';

/** Homebridge complains of a snapshot after 5 s. */
const patienceMs = 3000;

export class LatestPictures {
  readonly #clock: Clock;
  readonly #pictures = new Map<string, Uint8Array>();
  /** Cameras that were triggered and have shown nothing since, and who waits for them. */
  readonly #awaited = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Somebody came: the picture there is shows somebody else. */
  expect(cameraId: string): void {
    if (!this.#awaited.has(cameraId)) this.#awaited.set(cameraId, new Set());
  }

  /** A JPEG. */
  set(cameraId: string, picture: Uint8Array): void {
    this.#pictures.set(cameraId, picture);
    this.arrived(cameraId);
  }

  /** Nothing more is to be waited for. */
  arrived(cameraId: string): void {
    const waiting = this.#awaited.get(cameraId);
    this.#awaited.delete(cameraId);
    for (const wake of waiting ?? []) wake();
  }

  /** The latest JPEG, waited for up to three seconds after a trigger; null where there is none. */
  async get(cameraId: string): Promise<Uint8Array | null> {
    const waiting = this.#awaited.get(cameraId);
    if (waiting) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(patienceMs, () => resolve());
        waiting.add(() => {
          cancel();
          resolve();
        });
      });
    }
    return this.#pictures.get(cameraId) ?? null;
  }
}
