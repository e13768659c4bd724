/** Motion in a stream of small grey pictures: what differs from a background that follows slowly. */

export interface MotionSettings {
  /** How different a pixel must be, 0 to 255. */
  difference: number;
  /** The part of the picture that must differ; above `most` it is the light that changed, not somebody who came. */
  least: number;
  most: number;
  /** How many pictures in a row must differ. */
  inARow: number;
}

export const usualMotion: MotionSettings = { difference: 24, least: 0.01, most: 0.6, inARow: 2 };

/** How fast the background takes in what is new: a parked car is background after some seconds. */
const learning = 0.05;

export class MotionDetector {
  readonly #settings: MotionSettings;
  #background: Float32Array | undefined;
  #row = 0;

  constructor(settings: MotionSettings = usualMotion) {
    this.#settings = settings;
  }

  /** Takes the next picture, one byte a pixel and always of the same size; returns whether there is motion in it. */
  look(grey: Uint8Array): boolean {
    const background = this.#background;
    if (background?.length !== grey.length) {
      this.#background = Float32Array.from(grey);
      this.#row = 0;
      return false;
    }
    const { difference, least, most, inARow } = this.#settings;
    let changed = 0;
    for (let i = 0; i < grey.length; i++) {
      const delta = (grey[i] as number) - (background[i] as number);
      if (Math.abs(delta) > difference) changed++;
      background[i] = (background[i] as number) + learning * delta;
    }
    const part = changed / grey.length;
    if (part > most) this.#background = Float32Array.from(grey);
    this.#row = part >= least && part <= most ? this.#row + 1 : 0;
    return this.#row >= inARow;
  }
}

/** After a quiet spell of this many milliseconds, motion begins a visit. */
const quietFor = 10_000;
/** Motion that goes on begins another visit after this many: somebody else may have come meanwhile. */
const againAfter = 30_000;

/** Which moments of motion begin a visit: the first after a quiet spell, and now and then where it goes on. */
export class MotionVisits {
  #lastMotion = Number.NEGATIVE_INFINITY;
  #lastVisit = Number.NEGATIVE_INFINITY;

  /** Takes in motion at `now`, milliseconds; returns whether it begins a visit. */
  begins(now: number): boolean {
    const quiet = now - this.#lastMotion > quietFor;
    this.#lastMotion = now;
    if (!quiet && now - this.#lastVisit < againAfter) return false;
    this.#lastVisit = now;
    return true;
  }
}
