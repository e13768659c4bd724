/** Cuts a stream of portable pixmaps (binary PPM, netpbm's P6 of 8 bits) into raw RGB pictures. */
import type { Picture } from '../vision/analysis.ts';

type Rgb = Picture & { kind: 'rgb' };

const longestHeader = 64;
const mostPixels = 1280 * 1280;

export class PpmSplitter {
  /** What came and belongs to no picture yet: the start of a header. */
  #rest: Buffer = Buffer.alloc(0);
  /** The picture being filled. */
  #picture: Rgb | null = null;
  #filled = 0;
  #spare: Uint8Array | null = null;

  /** A picture that nobody needs any more: a later one of the same size is put in its place. */
  reuse({ bytes }: Rgb): void {
    this.#spare = bytes;
  }

  /** The pictures that `chunk` completes. Throws where the stream is none of pixmaps. */
  *push(chunk: Buffer): Generator<Rgb> {
    let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = Buffer.alloc(0);
    while (bytes.length > 0) {
      if (!this.#picture) {
        const header = headerOf(bytes);
        if (!header) {
          this.#rest = Buffer.from(bytes);
          return;
        }
        const { width, height } = header;
        this.#picture = { kind: 'rgb', bytes: this.#bytes(width * height * 3), width, height };
        this.#filled = 0;
        bytes = bytes.subarray(header.length);
      }
      const part = bytes.subarray(0, this.#picture.bytes.length - this.#filled);
      this.#picture.bytes.set(part, this.#filled);
      this.#filled += part.length;
      bytes = bytes.subarray(part.length);
      if (this.#filled < this.#picture.bytes.length) return;
      const whole = this.#picture;
      this.#picture = null;
      yield whole;
    }
  }

  #bytes(length: number): Uint8Array {
    const spare = this.#spare;
    this.#spare = null;
    return spare?.length === length ? spare : new Uint8Array(length);
  }
}

/** Null while the header is not whole. */
function headerOf(bytes: Buffer): { width: number; height: number; length: number } | null {
  const text = bytes.toString('latin1', 0, longestHeader);
  const match = /^P6\s+(\d{1,5})\s+(\d{1,5})\s+255\s/.exec(text);
  if (!match && bytes.length < longestHeader) return null;
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || width * height > mostPixels || width * height === 0) {
    throw new Error('The stream is none of portable pixmaps of the size asked for.');
  }
  return { width, height, length: match[0].length };
}
