import fc from 'fast-check';
import { Jimp, JimpMime } from 'jimp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Picture } from '../../src/vision/analysis.ts';
import { decode, PictureError, thumbnail } from '../../src/vision/image.ts';

const width = 48;
const height = 32;
let jpeg: Uint8Array;
let png: Uint8Array;

beforeAll(async () => {
  const image = new Jimp({ width, height, color: 0x000000ff });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      image.setPixelColor((((x * 5) << 24) | ((y * 7) << 16) | (90 << 8) | 255) >>> 0, x, y);
  }
  jpeg = await image.getBuffer(JimpMime.jpeg, { quality: 95 });
  png = await image.getBuffer(JimpMime.png);
});

const encoded = (bytes: Uint8Array): Picture => ({ kind: 'encoded', bytes });
const raw = (bytes: number, w: number, h: number): Picture => ({
  kind: 'rgb',
  bytes: new Uint8Array(bytes),
  width: w,
  height: h,
});

describe('a picture', () => {
  it('decodes to the same pixels from JPEG and PNG, near enough', async () => {
    const [fromJpeg, fromPng] = [await decode(encoded(jpeg)), await decode(encoded(png))];
    for (const image of [fromJpeg, fromPng]) {
      expect([image.width, image.height]).toEqual([width, height]);
      expect(image.data.length).toBe(width * height * image.channels);
    }
    const at = (10 * width + 20) * 4;
    expect([...fromPng.data.subarray(at, at + 3)]).toEqual([100, 70, 90]);
    for (let c = 0; c < 3; c++) {
      expect(Math.abs((fromJpeg.data[at + c] ?? 0) - (fromPng.data[at + c] ?? 0))).toBeLessThan(12);
    }
  });

  it('decodes from a view into a larger buffer', async () => {
    const larger = new Uint8Array(jpeg.length + 100);
    larger.set(jpeg, 60);
    const image = await decode(encoded(larger.subarray(60, 60 + jpeg.length)));
    expect(image.width).toBe(width);
  });

  it('of raw RGB is taken as it is, without a copy', async () => {
    const picture = raw(width * height * 3, width, height);
    const image = await decode(picture);
    expect(image.data).toBe(picture.bytes);
    expect(image.channels).toBe(3);
  });
});

describe('a picture that cannot be looked at is refused in a sentence:', () => {
  const refused = (picture: Picture) => expect(decode(picture)).rejects;

  it('an empty one', async () => {
    await refused(encoded(new Uint8Array())).toThrow('The picture is empty.');
  });

  it('one that is neither JPEG nor PNG', async () => {
    await refused(encoded(new TextEncoder().encode('<html>not found</html>'))).toThrow(
      'The picture is neither a JPEG nor a PNG.',
    );
  });

  it('a raw one whose bytes do not fit its size', async () => {
    await refused(raw(10, 2, 2)).toThrow('A raw picture of 2x2 has 12 bytes, not 10.');
  });

  it('a raw one without a size', async () => {
    await refused(raw(0, 0, 4)).toThrow('A raw picture has a whole number of pixels each way, not 0x4.');
    await refused(raw(12, 1.5, 4)).toThrow('1.5x4');
  });

  it('a PNG that says it is enormous, before anything is unpacked', async () => {
    const huge = Uint8Array.from(png);
    new DataView(huge.buffer).setUint32(16, 60_000);
    new DataView(huge.buffer).setUint32(20, 60_000);
    await refused(encoded(huge)).toThrow('The picture is too large: 60000x60000, and the limit is 50 megapixels.');
  });

  it('a JPEG cut short, wherever that is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 3, max: jpeg.length - 3 }), async (length) => {
        await refused(encoded(jpeg.subarray(0, length))).toThrow(/^The JPEG picture is damaged or cut short: .+\.$/);
      }),
    );
  });

  it('a PNG cut short before its pixels are complete', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 8, max: png.length - 30 }), async (length) => {
        await refused(encoded(png.subarray(0, length))).toThrow(/^The PNG picture is damaged or cut short: .+\.$/);
      }),
    );
  });

  it('a damaged one either is refused so or still decodes, and never fails in another way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('jpeg', 'png'),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (kind, at, flip) => {
          const bytes = Uint8Array.from(kind === 'jpeg' ? jpeg : png);
          bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
          const image = await decode(encoded(bytes)).catch((error: unknown) => error);
          if (image instanceof Error) expect(image).toBeInstanceOf(PictureError);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a thumbnail', () => {
  it('is a JPEG of the width asked for, in the same proportion', async () => {
    const small = await thumbnail(encoded(jpeg), 24);
    const image = await decode(encoded(small));
    expect([image.width, image.height]).toEqual([24, 16]);
  });

  it('is never larger than the picture', async () => {
    const image = await decode(encoded(await thumbnail(encoded(png), 640)));
    expect([image.width, image.height]).toEqual([width, height]);
  });

  it('is made of raw pixels too, and leaves them as they were', async () => {
    const picture = raw(64 * 64 * 3, 64, 64);
    picture.bytes.fill(200);
    const image = await decode(encoded(await thumbnail(picture, 32)));
    expect([image.width, image.height]).toEqual([32, 32]);
    expect(Math.abs((image.data[0] ?? 0) - 200)).toBeLessThan(4);
    expect(picture.bytes.every((value) => value === 200)).toBe(true);
  });

  it('of no width is refused', async () => {
    await expect(thumbnail(encoded(png), 0)).rejects.toThrow('A thumbnail is at least 1 pixel wide.');
  });
});
