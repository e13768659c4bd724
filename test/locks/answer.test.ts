/** What an answer means. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer, stateOf, valueAt } from '../../src/locks/answer.ts';

describe('A value in an answer', () => {
  it.each([
    ['the whole text', ' locked\n', '', 'locked'],
    ['a key', '{"state":"locked"}', 'state', 'locked'],
    ['a key within a key', '{"a":{"b":"x"}}', 'a.b', 'x'],
    ['a position', '[{"s":1},{"s":2}]', '1.s', '2'],
    ['true', '{"locked":true}', 'locked', 'true'],
    ['nought', '{"bolt":0}', 'bolt', '0'],
    ['null', '{"bolt":null}', 'bolt', null],
    ['an object', '{"bolt":{}}', 'bolt', null],
    ['a key that is not there', '{}', 'bolt', null],
    ['a key of all objects', '{}', 'constructor.name', null],
    ['a length', '[1,2]', 'length', '2'],
    ['no JSON', 'locked', 'state', null],
  ])('is found: %s', (_name, text, path, value) => {
    expect(valueAt(text, path)).toBe(value);
  });

  it('is locked only where a listed word stands there', () => {
    const meaning = {
      state: { path: 's', locked: ['on', '1'], unlocked: ['off', '0'], jammed: ['err'] },
      door: { path: '', open: [], closed: [] },
      batteryPath: '',
    };
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.anything().map((s) => JSON.stringify({ s }) ?? ''),
        ),
        (text) => {
          const { state } = readAnswer(text, meaning);
          const listed = ['on', '1'].includes((valueAt(text, 's') ?? '').toLowerCase());
          expect(state === 'locked').toBe(listed);
        },
      ),
    );
  });

  it('is not locked where it stands in two lists', () => {
    const meaning = { path: '', locked: ['x', 'y'], unlocked: ['x'], jammed: ['y'] };
    expect([stateOf('x', meaning), stateOf('y', meaning), stateOf(null, meaning)]).toEqual([
      'unlocked',
      'jammed',
      'unknown',
    ]);
  });
});
