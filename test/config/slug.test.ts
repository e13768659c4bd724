/** Ids out of names. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slug } from '../../src/config/slug.ts';

describe('the id of a name', () => {
  it.each([
    ['Front door', 'front-door'],
    ["Anna's door", 'anna-s-door'],
    ['  Front -- DOOR!', 'front-door'],
    ['Entrée', 'entree'],
    ['Door 2', 'door-2'],
  ])('%s is %s', (name, id) => {
    expect(slug(name)).toBe(id);
  });

  it('keeps names apart whose letters are not Latin', () => {
    expect(slug('Дверь 1')).toMatch(/^1-[0-9a-f]{8}$/);
    expect(slug('Дверь 1')).not.toBe(slug('Окно 1'));
    expect(slug('玄関')).toMatch(/^[0-9a-f]{8}$/);
    expect(slug('ДВЕРЬ')).toBe(slug('дверь'));
  });

  it('is never empty and only ever [a-z0-9-], for every name with a letter or digit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        fc.pre(/[\p{L}\p{N}]/u.test(name));
        expect(slug(name)).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      }),
    );
  });
});
