import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PpmReader, type RgbPicture } from '../../src/cameras/ppm.ts';

const picture = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((bytes): RgbPicture => ({ kind: 'rgb', width, height, bytes })),
  );

describe('reading pictures from a pipe', () => {
  it('gives back every picture, into whatever pieces the pipe cuts them', () => {
    fc.assert(
      fc.property(fc.array(picture, { maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 40 })), (pictures, cuts) => {
        const read: RgbPicture[] = [];
        const reader = new PpmReader((each) => read.push(each));
        let stream = Buffer.concat(pictures.flatMap(({ width, height, bytes }) => [header(width, height), bytes]));
        for (const cut of cuts) {
          reader.push(stream.subarray(0, cut));
          stream = stream.subarray(cut);
        }
        reader.push(stream);
        expect(read).toEqual(pictures);
      }),
    );
  });

  it('refuses what is not a picture, and pictures of absurd size', () => {
    const reader = () => new PpmReader(() => {});
    expect(() => reader().push(Buffer.from('RIFF....'))).toThrow(/something else than pictures/);
    expect(() => reader().push(Buffer.from('P'.repeat(100)))).toThrow();
    expect(() => reader().push(header(9999, 9999))).toThrow(/9999 x 9999/);
    expect(() => reader().push(header(0, 10))).toThrow(/0 x 10/);
  });
});

function header(width: number, height: number): Buffer {
  return Buffer.from(`P6\n${width} ${height}\n255\n`);
}
