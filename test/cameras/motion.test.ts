import ffmpeg from '@ffmpeg-installer/ffmpeg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { watchGrey } from '../../src/cameras/ffmpeg.ts';
import { MotionDetector, MotionVisits, usualMotion } from '../../src/cameras/motion.ts';
import { clip, hasClip, people, withoutClip } from './one-by-one.ts';

const width = 96;
const height = 54;

function scene(grey = 100): Uint8Array {
  return new Uint8Array(width * height).fill(grey);
}

/** A square of 12 x 12 pixels, brighter by 100, with its left side at `x`. */
function withSomebody(x: number): Uint8Array {
  const picture = scene();
  for (let row = 20; row < 32; row++) picture.fill(200, row * width + x, row * width + x + 12);
  return picture;
}

describe('looking for motion', () => {
  it('sees somebody who walks through, from the second picture on', () => {
    const detector = new MotionDetector();
    const seen = [scene(), scene(), withSomebody(10), withSomebody(16), withSomebody(22)].map((each) =>
      detector.look(each),
    );
    expect(seen).toEqual([false, false, false, true, true]);
  });

  it('sees nothing in noise', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.integer({ min: -8, max: 8 })), (noise) => {
        const detector = new MotionDetector();
        for (let n = 0; n < 5; n++) {
          const picture = scene().map((grey) => grey + (noise.next().value as number));
          expect(detector.look(picture)).toBe(false);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('takes a lamp that is switched on for light, not for motion', () => {
    const detector = new MotionDetector();
    const seen = [scene(100), scene(100), scene(220), scene(220), scene(220)].map((each) => detector.look(each));
    expect(seen).toEqual([false, false, false, false, false]);
  });

  it('gets used to what stays', () => {
    const detector = new MotionDetector();
    detector.look(scene());
    const seen = Array.from({ length: 60 }, () => detector.look(withSomebody(40)));
    expect(seen[1]).toBe(true);
    expect(seen.at(-1)).toBe(false);
  });

  it('leaves out what is too small', () => {
    const detector = new MotionDetector({ ...usualMotion, least: 0.1 });
    detector.look(scene());
    expect([10, 20, 30, 40].some((x) => detector.look(withSomebody(x)))).toBe(false);
  });
});

describe('visits that motion begins', () => {
  /** The seconds of `motion` at which a visit begins. */
  function begun(motion: readonly number[]): number[] {
    const visits = new MotionVisits();
    return motion.filter((second) => visits.begins(second * 1000));
  }

  it('need ten seconds without motion between them', () => {
    expect(begun([0, 1, 11, 12, 23])).toEqual([0, 23]);
  });

  it('come every half a minute where motion goes on', () => {
    expect(begun(Array.from({ length: 100 }, (_, second) => second))).toEqual([0, 30, 60, 90]);
  });

  it.skipIf(!hasClip)(`see everybody of a real clip${withoutClip}`, async () => {
    const detector = new MotionDetector();
    const motion: number[] = [];
    let pictures = 0;
    await watchGrey({
      ffmpeg: ffmpeg.path,
      input: ['-i', clip],
      signal: new AbortController().signal,
      onPicture: (grey) => {
        const second = pictures++ / 5;
        if (detector.look(grey)) motion.push(second);
      },
    });
    const visitSeconds = 20;
    const seen = (person: (typeof people)[number]) =>
      begun(motion).some((visit) => visit < person.to - 2 && visit + visitSeconds > person.from + 2);
    expect(people.filter((person) => !seen(person))).toEqual([]);
  });
});
