import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RgbPicture } from '../../src/cameras/ffmpeg.ts';
import { PpmSplitter } from '../../src/cameras/ppm.ts';

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
        const splitter = new PpmSplitter();
        let stream = Buffer.concat(pictures.flatMap(({ width, height, bytes }) => [header(width, height), bytes]));
        for (const cut of cuts) {
          read.push(...splitter.push(stream.subarray(0, cut)));
          stream = stream.subarray(cut);
        }
        read.push(...splitter.push(stream));
        expect(read).toEqual(pictures);
      }),
    );
  });

  it('puts a picture in the place of one that nobody needs any more, and of no other', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(picture, fc.boolean()), { maxLength: 8 }), (pictures) => {
        const splitter = new PpmSplitter();
        const kept: RgbPicture[] = [];
        for (const [{ width, height, bytes }, needed] of pictures) {
          const [read] = splitter.push(Buffer.concat([header(width, height), bytes])) as Iterable<RgbPicture>;
          expect(read).toEqual({ kind: 'rgb', width, height, bytes });
          if (needed) kept.push(read as RgbPicture);
          else splitter.reuse(read as RgbPicture);
        }
        expect(kept).toEqual(pictures.filter(([, needed]) => needed).map(([one]) => one));
      }),
    );
  });

  it('refuses what is not a picture, and pictures of absurd size', () => {
    const read = (bytes: Buffer) => [...new PpmSplitter().push(bytes)];
    expect(() => read(Buffer.from('P'.repeat(100)))).toThrow();
    expect(() => read(Buffer.concat([header(9999, 9999), Buffer.alloc(64)]))).toThrow();
    expect(() => read(Buffer.concat([header(0, 10), Buffer.alloc(64)]))).toThrow();
  });
});

function header(width: number, height: number): Buffer {
  return Buffer.from(`P6\n${width} ${height}\n255\n`);
}
