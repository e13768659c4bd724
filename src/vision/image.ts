/** Pictures as pixels: decoding JPEG, PNG and raw RGB, halving, and thumbnails. Errors are sentences for the owner. */
import { Jimp, JimpMime, ResizeStrategy } from 'jimp';
import { reason } from '../log.ts';
import type { Picture } from './analysis.ts';

/** Pixels row by row from the top left: `channels` bytes each, of which the first three are red, green and blue. */
export interface Rgb {
  data: Uint8Array;
  width: number;
  height: number;
  channels: 3 | 4;
}

/** A picture that cannot be looked at; the message says why. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
}

type JimpInstance = InstanceType<typeof Jimp>;

/** Larger pictures are refused before they are decoded: 4 bytes a pixel would not fit beside the models on a small machine. */
const maxMegapixels = 50;
const maxDecoderMegabytes = 1024;
const thumbnailQuality = 80;

/** Decodes a picture, turned upright where its EXIF says so. Throws `PictureError`. */
export async function decode(picture: Picture): Promise<Rgb> {
  if (picture.kind === 'rgb') return checkRaw(picture);
  const { bitmap } = await read(picture.bytes);
  return { data: bitmap.data, width: bitmap.width, height: bitmap.height, channels: 4 };
}

/** A JPEG of the picture, at most `width` pixels wide, never enlarged. Throws `PictureError`. */
export async function thumbnail(picture: Picture, width: number): Promise<Uint8Array> {
  if (!Number.isInteger(width) || width < 1) throw new PictureError('A thumbnail is at least 1 pixel wide.');
  const image = picture.kind === 'rgb' ? fromRaw(picture) : await read(picture.bytes);
  if (image.bitmap.width > width) image.resize({ w: width, mode: ResizeStrategy.BILINEAR });
  return image.getBuffer(JimpMime.jpeg, { quality: thumbnailQuality });
}

/** The picture at half its width and height, each pixel the mean of four; an odd last row or column is dropped. */
export function halve(image: Rgb): Rgb {
  const { data, channels } = image;
  const width = image.width >> 1;
  const height = image.height >> 1;
  const stride = image.width * channels;
  const half = new Uint8Array(width * height * 3);
  const mean = (i: number) =>
    ((data[i] as number) +
      (data[i + channels] as number) +
      (data[i + stride] as number) +
      (data[i + stride + channels] as number) +
      2) >>
    2;
  for (let y = 0, to = 0; y < height; y++) {
    let from = 2 * y * stride;
    for (let x = 0; x < width; x++, from += 2 * channels, to += 3) {
      half[to] = mean(from);
      half[to + 1] = mean(from + 1);
      half[to + 2] = mean(from + 2);
    }
  }
  return { data: half, width, height, channels: 3 };
}

async function read(bytes: Uint8Array): Promise<JimpInstance> {
  const format = formatOf(bytes);
  if (format === 'PNG') checkPngSize(bytes);
  try {
    const image = await Jimp.fromBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      [JimpMime.jpeg]: { maxResolutionInMP: maxMegapixels, maxMemoryUsageInMB: maxDecoderMegabytes },
    });
    return image as JimpInstance;
  } catch (error) {
    throw new PictureError(`The ${format} picture is damaged or cut short: ${reason(error)}.`);
  }
}

function formatOf(bytes: Uint8Array): 'JPEG' | 'PNG' {
  if (bytes.length === 0) throw new PictureError('The picture is empty.');
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'JPEG';
  const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  if (png.every((byte, i) => bytes[i] === byte)) return 'PNG';
  throw new PictureError('The picture is neither a JPEG nor a PNG.');
}

/** A PNG of a few kilobytes can unpack to gigabytes; its header says so beforehand. */
function checkPngSize(bytes: Uint8Array): void {
  if (bytes.length < 24) throw new PictureError('The PNG picture is damaged or cut short: it has no header.');
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  if (width * height > maxMegapixels * 1e6) {
    throw new PictureError(
      `The picture is too large: ${width}x${height}, and the limit is ${maxMegapixels} megapixels.`,
    );
  }
}

function checkRaw({ bytes, width, height }: Extract<Picture, { kind: 'rgb' }>): Rgb {
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1) {
    throw new PictureError(`A raw picture has a whole number of pixels each way, not ${width}x${height}.`);
  }
  if (bytes.length !== width * height * 3) {
    const expected = width * height * 3;
    throw new PictureError(`A raw picture of ${width}x${height} has ${expected} bytes, not ${bytes.length}.`);
  }
  return { data: bytes, width, height, channels: 3 };
}

function fromRaw(picture: Extract<Picture, { kind: 'rgb' }>): JimpInstance {
  const { data, width, height } = checkRaw(picture);
  const rgba = Buffer.alloc(width * height * 4, 255);
  for (let from = 0, to = 0; from < data.length; from += 3, to += 4) {
    rgba[to] = data[from] as number;
    rgba[to + 1] = data[from + 1] as number;
    rgba[to + 2] = data[from + 2] as number;
  }
  return new Jimp({ data: rgba, width, height });
}
