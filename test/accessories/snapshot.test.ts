/** The picture a camera shows in the Home app. */
import { Jimp } from 'jimp';
import { describe, expect, it } from 'vitest';
import { placeholderJpeg } from '../../src/accessories/placeholder.ts';
import { Snapshot } from '../../src/accessories/snapshot.ts';
import { VirtualClock } from '../fakes/clock.ts';

function counting(pictures: (Buffer | null | Error)[]) {
  const clock = new VirtualClock();
  let asked = 0;
  const snapshot = new Snapshot(async () => {
    const picture = pictures[Math.min(asked++, pictures.length - 1)];
    if (picture instanceof Error) throw picture;
    return picture ?? null;
  }, clock);
  return { clock, snapshot, asked: () => asked };
}

const [one, two] = [Buffer.from('one'), Buffer.from('two')];

describe('a snapshot', () => {
  it('is kept for less than 5 s', async () => {
    const { clock, snapshot, asked } = counting([one, two]);
    expect(await snapshot.get()).toBe(one);
    await clock.advance(3999);
    expect(await snapshot.get()).toBe(one);
    expect(asked()).toBe(1);
    await clock.advance(1);
    expect(await snapshot.get()).toBe(two);
  });

  it('is fetched once for all who ask at the same time', async () => {
    const { snapshot, asked } = counting([one]);
    expect(await Promise.all([snapshot.get(), snapshot.get(), snapshot.get()])).toEqual([one, one, one]);
    expect(asked()).toBe(1);
  });

  it('is fetched anew after something happened', async () => {
    const { snapshot } = counting([one, two]);
    await snapshot.get();
    snapshot.forget();
    expect(await snapshot.get()).toBe(two);
  });

  it('that was on its way when something happened does not pass for a new one', async () => {
    const answers = [Promise.withResolvers<Buffer>(), Promise.withResolvers<Buffer>()];
    let asked = 0;
    const snapshot = new Snapshot(() => (answers[asked++] as (typeof answers)[0]).promise, new VirtualClock());
    const before = snapshot.get();
    await Promise.resolve();
    snapshot.forget();
    const after = snapshot.get();
    answers[1]?.resolve(two);
    expect(await after).toBe(two);
    answers[0]?.resolve(one);
    await before;
    expect(await snapshot.get()).toBe(two);
  });

  it('is the last one where there is none, or it fails', async () => {
    const { clock, snapshot } = counting([one, null, new Error('no'), two]);
    for (const expected of [one, one, one, two]) {
      expect(await snapshot.get()).toBe(expected);
      await clock.advance(5000);
    }
  });

  it('is the last one where a new one takes too long, and the plain one where there never was any', async () => {
    const clock = new VirtualClock();
    const { promise, resolve } = Promise.withResolvers<Buffer | null>();
    const snapshot = new Snapshot(() => promise, clock);
    const first = snapshot.get();
    await clock.advance(4000);
    expect((await first).equals(placeholderJpeg())).toBe(true);
    resolve(one);
    expect(await snapshot.get()).toBe(one);
    expect(clock.waiting).toBe(0);
  });

  it('is the plain one where its source throws outright', async () => {
    const snapshot = new Snapshot(() => {
      throw new Error('no');
    }, new VirtualClock());
    expect((await snapshot.get()).equals(placeholderJpeg())).toBe(true);
  });
});

describe('the plain picture', () => {
  it('is a JPEG of one grey that decoders read', async () => {
    const image = await Jimp.read(placeholderJpeg());
    expect([image.width, image.height]).toEqual([640, 360]);
    for (const [x, y] of [
      [0, 0],
      [639, 0],
      [320, 180],
      [0, 359],
      [639, 359],
    ] as const) {
      expect(image.getPixelColor(x, y)).toBe(0x383838ff);
    }
  });

  it('is small', () => {
    expect(placeholderJpeg().length).toBeLessThan(1500);
  });
});
