/** People who look too alike. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barredFromAuto, lookAlikeSentence, lookAlikes } from '../../src/people/look-alikes.ts';
import type { Person } from '../../src/people/people.ts';

/** A person whose template lies at this angle, in degrees, on a circle. */
function at(id: number, degrees: number, spread = 0): Person {
  const templates = [degrees - spread, degrees + spread].map((angle) => {
    const radians = (angle * Math.PI) / 180;
    return Float32Array.of(Math.cos(radians), Math.sin(radians));
  });
  return { id, name: `p${id}`, displayName: `Person ${id}`, templates };
}

const degrees = (similarity: number) => (Math.acos(similarity) * 180) / Math.PI;

describe('Look-alikes', () => {
  it.each([
    [0.9, true],
    [0.79, true],
    [0.741, true],
    [0.739, false],
    [0.5, false],
    [-1, false],
  ])('with templates %d alike are a pair: %j, where 0.80 opens the door', (similarity, alike) => {
    const pairs = lookAlikes([at(1, 0), at(2, degrees(similarity))], 0.8);
    expect(pairs.length).toBe(alike ? 1 : 0);
    expect([...barredFromAuto(pairs)]).toEqual(alike ? [1, 2] : []);
  });

  it('are both barred and named, the nearest pair first, and nobody else is', () => {
    const pairs = lookAlikes([at(1, 0), at(2, 30), at(3, 120), at(4, 125)], 0.7);
    expect(pairs.map(({ first, second }) => [first.id, second.id])).toEqual([
      [3, 4],
      [1, 2],
    ]);
    expect([...barredFromAuto(pairs)].sort()).toEqual([1, 2, 3, 4]);
    expect(pairs.map(lookAlikeSentence)[1]).toBe(
      'Person 1 and Person 2 look too alike (0.87): the door opens for neither without being asked. Better pictures of both may help.',
    );
    expect(lookAlikes([at(1, 0), at(2, 90), at(3, 180)], 0.7)).toEqual([]);
  });

  it('are told by the mean of all pictures, not by one of them', () => {
    expect(lookAlikes([at(1, 0, 80), at(2, 90, 5)], 0.7)).toEqual([]);
  });

  it('need pictures', () => {
    expect(lookAlikes([at(1, 0), { ...at(2, 0), templates: [] }], 0.7)).toEqual([]);
  });

  it('are the same pairs in whatever order the people come, and a higher threshold bars no more of them', () => {
    const people = fc.uniqueArray(fc.integer({ min: 0, max: 359 }), { maxLength: 12 });
    fc.assert(
      fc.property(people, fc.double({ min: 0.5, max: 1, noNaN: true }), (angles, threshold) => {
        const all = angles.map((angle, index) => at(index, angle));
        const barred = (list: Person[], limit: number) => [...barredFromAuto(lookAlikes(list, limit))].sort();
        expect(barred([...all].reverse(), threshold)).toEqual(barred(all, threshold));
        expect(barred(all, threshold)).toEqual(expect.arrayContaining(barred(all, threshold + 0.05)));
      }),
    );
  });
});
