/** Addresses of thumbnails that are good for a while and for nobody who was not given them: an image cannot send a token. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Addresses made within the same hour are the same, so that the browser's cache knows them. */
const hourMs = 60 * 60 * 1000;
const validHours = 12;

export class SignedPaths {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** `path` is the thumbnail's, relative to the store's folder. */
  address(path: string, now: number): string {
    const until = (Math.floor(now / hourMs) + validHours) * hourMs;
    return `/thumbnails/${encodeURIComponent(path)}?until=${until}&signature=${this.#sign(path, until)}`;
  }

  isGood(path: string, until: unknown, signature: unknown, now: number): boolean {
    if (typeof until !== 'string' || typeof signature !== 'string' || !/^\d{1,15}$/.test(until)) return false;
    const right = Buffer.from(this.#sign(path, Number(until)));
    const given = Buffer.from(signature);
    return given.length === right.length && timingSafeEqual(given, right) && now < Number(until);
  }

  #sign(path: string, until: number): string {
    return createHmac('sha256', this.#key).update(`${until}\n${path}`).digest('base64url');
  }
}
