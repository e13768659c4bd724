/** Pictures for messages, drawn in the worker thread. */
import { Jimp } from 'jimp';
import { afterAll, describe, expect, it } from 'vitest';
import { type LabelledBox, PictureWorker } from '../../src/alerts/picture.ts';
import { VirtualClock } from '../fakes/clock.ts';

const [width, height] = [160, 90];
const jpeg = await new Jimp({ width, height, color: 0x204060ff }).getBuffer('image/jpeg');
const box = (x1: number, y1: number, x2: number, y2: number, label = ''): LabelledBox => ({
  box: [x1, y1, x2, y2],
  label,
  tone: 'stranger',
});

describe('a picture', () => {
  const clock = new VirtualClock();
  const pictures = new PictureWorker(clock);
  afterAll(() => pictures.stop());

  /** Whether the pixel is still as it was, within what JPEG does to it. */
  async function untouched(drawn: Uint8Array) {
    const image = await Jimp.fromBuffer(Buffer.from(drawn));
    return (x: number, y: number) => {
      const [red, green, blue] = [...image.bitmap.data.subarray((y * width + x) * 4)];
      return Math.abs((red ?? 0) - 0x20) + Math.abs((green ?? 0) - 0x40) + Math.abs((blue ?? 0) - 0x60) < 60;
    };
  }

  it('gets its boxes where they are in the frame, which may be larger', async () => {
    const drawn = await pictures.boxed({ jpeg, width: width * 2, height: height * 2, boxes: [box(80, 60, 240, 160)] });
    const same = await untouched(drawn);
    expect([same(40, 55), same(80, 30), same(120, 55), same(80, 79)]).toEqual([false, false, false, false]);
    expect([same(10, 10), same(80, 55), same(140, 85)]).toEqual([true, true, true]);
  });

  it('gets a plate with the label above the box', async () => {
    const boxes = [box(40, 50, 120, 80, 'stranger')];
    const same = await untouched(await pictures.boxed({ jpeg, width, height, boxes }));
    expect(same(42, 35)).toBe(false);
  });

  it('takes boxes that lie outside, are turned round or are no numbers, and labels no font knows', async () => {
    const boxes = [
      box(-500, -500, 5000, 5000, 'x'.repeat(500)),
      box(100, 80, 20, 10, '陌生人'),
      box(Number.NaN, 0, 10, 10, 'a'),
      box(159, 89, 160, 90, '\u0000\u202e\n'),
    ];
    const drawn = await pictures.boxed({ jpeg, width, height, boxes });
    expect((await Jimp.fromBuffer(Buffer.from(drawn))).bitmap).toMatchObject({ width, height });
  });

  it('that is none is refused in one sentence, and the next one is drawn', async () => {
    const torn = { jpeg: jpeg.subarray(0, 40), width, height, boxes: [] };
    await expect(pictures.boxed(torn)).rejects.toThrow(/^The picture could not be drawn: /);
    await expect(pictures.boxed({ jpeg, width, height, boxes: [] })).resolves.toBeInstanceOf(Uint8Array);
  });

  it('that takes too long is given up, and the next one is drawn by a new worker', async () => {
    const slow = pictures.boxed({ jpeg, width, height, boxes: [] });
    const failed = expect(slow).rejects.toThrow('Drawing the picture took too long.');
    await clock.advance(30_000);
    await failed;
    await expect(pictures.boxed({ jpeg, width, height, boxes: [] })).resolves.toBeInstanceOf(Uint8Array);
  });

  it('of the week is a JPEG with a cell for every hour, whatever the counts', async () => {
    const hours = Array.from({ length: 7 }, (_, day) => Array.from({ length: 24 }, (_, hour) => day * hour));
    for (const counts of [hours, [], [[1]], hours.map((row) => row.map(() => 0))]) {
      const drawn = await Jimp.fromBuffer(Buffer.from(await pictures.heatmap(counts)));
      expect(drawn.bitmap.width).toBeGreaterThan(24 * 20);
    }
  });
});
