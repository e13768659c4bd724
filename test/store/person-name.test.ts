/** What people may be called. */
import { describe, expect, it } from 'vitest';
import { personName } from '../../src/store/person-name.ts';

describe('a name', () => {
  it.each([
    ['Anna', 'Anna'],
    ['  Anna  ', 'Anna'],
    ["Sean O'Neill", "Sean O'Neill"],
    ['Zoe\u0308', 'Zo\u00eb'],
    ['李小龙', '李小龙'],
    ['Grandma 2', 'Grandma 2'],
    ['J', 'J'],
    ['a'.repeat(64), 'a'.repeat(64)],
    ['𝒜'.repeat(64), '𝒜'.repeat(64)],
  ])('%j is taken as %j', (typed, name) => expect(personName(typed)).toBe(name));

  it.each([
    ['', 'The name is empty: give one of 1 to 64 characters.'],
    [' \t ', 'The name is empty: give one of 1 to 64 characters.'],
    ['a'.repeat(65), 'The name is too long: 64 characters are the most.'],
    ['An\u0000na', 'The name has control characters in it.'],
    ['An\nna', 'The name has control characters in it.'],
    ['An\u202ena', 'The name has control characters in it.'],
    ['Anna\ud800', 'The name has control characters in it.'],
    ['Anna!', 'The name "Anna!" must begin and end with a letter or a digit, because Apple Home needs it.'],
    ['-Anna', 'The name "-Anna" must begin and end with a letter or a digit, because Apple Home needs it.'],
    ['Anna 🙂', 'The name "Anna 🙂" must begin and end with a letter or a digit, because Apple Home needs it.'],
  ])('%j is refused', (typed, message) => expect(() => personName(typed)).toThrow(message));
});
