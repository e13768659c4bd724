/** Which visits show nothing but faces that are ignored. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type IgnoredFace,
  ignoredLikeness,
  ignoredLikenessOfEach,
  resembles,
  showsOnlyIgnored,
} from '../../src/people/ignored.ts';
import { cosine, Gallery, type Person } from '../../src/people/people.ts';

/** A unit vector at an angle of a circle, in degrees. */
function at(degrees: number): Float32Array {
  const radians = (degrees * Math.PI) / 180;
  return Float32Array.of(Math.cos(radians), Math.sin(radians));
}

const degrees = (similarity: number) => (Math.acos(similarity) * 180) / Math.PI;
const ignoredAt = (angle: number, id = 1): IgnoredFace => ({ id, embedding: at(angle) });
const person = (id: number, angle: number): Person => {
  return { id, name: `p${id}`, displayName: `Person ${id}`, templates: [at(angle)] };
};
const nobody = new Gallery([]);
const namedAt = 0.62;

const angle = fc.integer({ min: 0, max: 359 });
const track = fc.array(angle.map(at), { maxLength: 4 });
const tracks = fc.array(track, { maxLength: 4 });
const ignored = fc
  .array(angle, { maxLength: 4 })
  .map((angles) => angles.map((degree, index) => ignoredAt(degree, index + 1)));
const gallery = fc
  .array(angle, { maxLength: 3 })
  .map((angles) => new Gallery(angles.map((degree, index) => person(index, degree))));

describe('a visit', () => {
  it.each([
    ['one picture that is near enough', [[at(degrees(ignoredLikeness + 0.01))]], true],
    ['one picture that is not', [[at(degrees(ignoredLikeness - 0.01))]], false],
    ['pictures to both sides', [[at(20), at(-20), at(0)]], true],
    [
      'a picture of somebody else among many',
      [[at(0), at(0), at(0), at(degrees(ignoredLikenessOfEach - 0.01))]],
      false,
    ],
    ['the face, and another', [[at(0)], [at(90)]], false],
    ['the face, and one too poor to say anything', [[at(0)], []], true],
    ['no face at all', [], false],
    ['only faces too poor to say anything', [[], []], false],
  ] as const)('that shows %s', (_, seen, muted) => {
    expect(showsOnlyIgnored(seen, [ignoredAt(0)], nobody, namedAt)).toBe(muted);
  });

  it('is told where nothing is ignored', () => {
    fc.assert(fc.property(tracks, gallery, (seen, known) => !showsOnlyIgnored(seen, [], known, namedAt)));
  });

  it('is told where it shows one face that is like no ignored one', () => {
    fc.assert(
      fc.property(tracks, ignored, gallery, angle, (seen, faces, known, other) => {
        fc.pre(faces.every(({ embedding }) => cosine(embedding, at(other)) < ignoredLikenessOfEach));
        return !showsOnlyIgnored([...seen, [at(other)]], faces, known, namedAt);
      }),
    );
  });

  it('is muted only where each face of it is muted by itself', () => {
    fc.assert(
      fc.property(tracks, ignored, gallery, (seen, faces, known) => {
        const shown = seen.filter((one) => one.length > 0);
        const each = shown.every((one) => showsOnlyIgnored([one], faces, known, namedAt));
        expect(showsOnlyIgnored(seen, faces, known, namedAt)).toBe(shown.length > 0 && each);
      }),
    );
  });

  it('that is muted stays so when a further face is ignored, and that of somebody enrolled changes nothing', () => {
    fc.assert(
      fc.property(tracks, ignored, gallery, angle, (seen, faces, known, further) => {
        const before = showsOnlyIgnored(seen, faces, known, namedAt);
        const after = showsOnlyIgnored(seen, [...faces, ignoredAt(further, 99)], known, namedAt);
        if (resembles(at(further), known, namedAt)) expect(after).toBe(before);
        else if (before) expect(after).toBe(true);
      }),
    );
  });

  it('is never muted by the face of somebody who was enrolled later', () => {
    fc.assert(
      fc.property(angle, (degree) => {
        const face = [[at(degree)]];
        expect(showsOnlyIgnored(face, [ignoredAt(degree)], nobody, namedAt)).toBe(true);
        expect(showsOnlyIgnored(face, [ignoredAt(degree)], new Gallery([person(1, degree)]), namedAt)).toBe(false);
      }),
    );
  });

  it('of a face that another model made is told', () => {
    const other = Float32Array.of(1, 0, 0, 0);
    expect(showsOnlyIgnored([[other]], [ignoredAt(0)], nobody, namedAt)).toBe(false);
  });
});

describe('a face', () => {
  it('looks like the enrolled person it would be named as, and like nobody below that', () => {
    const known = new Gallery([person(1, 0), person(2, 120)]);
    expect(resembles(at(degrees(0.65)), known, namedAt)).toEqual({
      name: 'Person 1',
      similarity: expect.closeTo(0.65),
    });
    expect(resembles(at(degrees(0.6)), known, namedAt)).toBeNull();
    expect(resembles(at(0), nobody, namedAt)).toBeNull();
  });
});
