/** Where a visit goes in the page's list. */
import { expect, it } from 'vitest';
import { takenIn } from '../../homebridge-ui/app/newest-first.ts';

const visit = (id: number, at: string, sentence = '') => ({ id, at: `2026-11-22T${at}:00.000Z`, sentence });
const list = [visit(3, '10:00'), visit(2, '09:00')];

it('puts a new visit on top', () => {
  expect(takenIn(list, visit(4, '11:00')).map(({ id }) => id)).toEqual([4, 3, 2]);
  expect(takenIn([], visit(4, '11:00')).map(({ id }) => id)).toEqual([4]);
});

it('puts a visit of which more is known in its own place', () => {
  expect(takenIn(list, visit(2, '09:00', 'Its recording shows Ada.'))[1]?.sentence).toBe('Its recording shows Ada.');
});

it('leaves out an old visit that is further down', () => {
  expect(takenIn(list, visit(1, '08:00')).map(({ id }) => id)).toEqual([3, 2]);
});
