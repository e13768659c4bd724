/** Pictures as ffmpeg writes them into a pipe: PPM (netpbm's P6), raw RGB behind a header that tells the size. */

export interface RgbPicture {
  kind: 'rgb';
  bytes: Uint8Array;
  width: number;
  height: number;
}

const longestHeader = 64;
const longestSide = 8192;

/** Takes a stream of PPM pictures in pieces of any size. */
export class PpmReader {
  readonly #onPicture: (picture: RgbPicture) => void;
  #header = Buffer.alloc(0);
  #picture: RgbPicture | undefined;
  #filled = 0;

  constructor(onPicture: (picture: RgbPicture) => void) {
    this.#onPicture = onPicture;
  }

  /** Throws where the bytes are not PPM. */
  push(chunk: Buffer): void {
    let rest: Buffer = chunk;
    while (rest.length > 0) {
      rest = this.#picture ? this.#fill(this.#picture, rest) : this.#begin(rest);
    }
  }

  #begin(chunk: Buffer): Buffer {
    const bytes = Buffer.concat([this.#header, chunk]);
    const header = /^P6\s(\d{1,5})\s(\d{1,5})\s255\s/.exec(bytes.subarray(0, longestHeader).toString('latin1'));
    if (!header) {
      if (bytes.length >= longestHeader || !'P6'.startsWith(bytes.subarray(0, 2).toString('latin1'))) {
        throw new Error('ffmpeg sent something else than pictures');
      }
      this.#header = bytes;
      return Buffer.alloc(0);
    }
    const [width, height] = [Number(header[1]), Number(header[2])];
    if (width < 1 || height < 1 || width > longestSide || height > longestSide) {
      throw new Error(`ffmpeg sent a picture of ${width} x ${height} pixels`);
    }
    this.#picture = { kind: 'rgb', width, height, bytes: new Uint8Array(width * height * 3) };
    this.#filled = 0;
    this.#header = Buffer.alloc(0);
    return bytes.subarray(header[0].length);
  }

  #fill(picture: RgbPicture, chunk: Buffer): Buffer {
    const wanted = picture.bytes.length - this.#filled;
    const part = chunk.subarray(0, wanted);
    picture.bytes.set(part, this.#filled);
    this.#filled += part.length;
    if (this.#filled === picture.bytes.length) {
      this.#picture = undefined;
      this.#onPicture(picture);
    }
    return chunk.subarray(part.length);
  }
}
