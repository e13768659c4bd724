/** How a list of visits is put together from pages, and from what is heard while they are on their way. */
import { expect, it } from 'vitest';
import {
  asking,
  type NewestFirst,
  nothingYet,
  withFirstPage,
  withHeard,
  withNextPage,
} from '../../homebridge-ui/app/newest-first.ts';

interface Visit {
  id: number;
  at: string;
  sentence: string;
}

const visit = (id: number, at: string, sentence = ''): Visit => ({ id, at: `2026-11-22T${at}:00.000Z`, sentence });
const shown = ({ visits }: NewestFirst<Visit>) => visits.map(({ id }) => id);
const hear = (list: NewestFirst<Visit>, one: Visit) => withHeard(list, one.id, one);

const none: NewestFirst<Visit> = nothingYet;
const [four, three, two, one] = [visit(4, '11:00'), visit(3, '10:00'), visit(2, '09:00'), visit(1, '08:00')];
const list = withFirstPage(none, { events: [three, two], next: 'older' });

it('puts a new visit on top', () => {
  expect(shown(hear(list, four))).toEqual([4, 3, 2]);
});

it('shows no lone visit above nothing: it waits for the first page, which may be without it', () => {
  const waiting = hear(asking(none), four);
  expect(shown(waiting)).toEqual([]);
  expect(shown(withFirstPage(waiting, { events: [three, two], next: null }))).toEqual([4, 3, 2]);
  expect(shown(withFirstPage(waiting, { events: [four, three, two], next: null }))).toEqual([4, 3, 2]);
});

it('puts a visit of which more is known in its own place', () => {
  const filled = hear(list, visit(2, '09:00', 'Its recording shows Ada.'));
  expect(shown(filled)).toEqual([3, 2]);
  expect(filled.visits[1]?.sentence).toBe('Its recording shows Ada.');
});

it('believes what it heard after it had asked for a page over the page', () => {
  const waiting = hear(asking(list), visit(1, '08:00', 'Its recording shows Ada.'));
  const longer = withNextPage(waiting, { events: [one], next: null });
  expect(longer.visits.at(-1)?.sentence).toBe('Its recording shows Ada.');
});

it('believes a page over what it heard before it asked for it', () => {
  const waiting = asking(hear(list, visit(1, '08:00', 'Somebody came.')));
  const longer = withNextPage(waiting, { events: [visit(1, '08:00', 'Ada came.')], next: null });
  expect(longer.visits.at(-1)?.sentence).toBe('Ada came.');
});

it('leaves an old visit to the page it is on', () => {
  expect(shown(hear(list, one))).toEqual([3, 2]);
});

it('keeps an old visit for the page that is on its way without it', () => {
  const waiting = hear(asking(list), one);
  expect(shown(withNextPage(waiting, { events: [visit(0, '07:00')], next: null }))).toEqual([3, 2, 1, 0]);
});

it('drops a visit that the filter would not have any more, also from a page that does not know it yet', () => {
  expect(shown(withHeard(list, 2, null))).toEqual([3]);
  const waiting = withHeard(asking(list), 1, null);
  expect(shown(withNextPage(waiting, { events: [one], next: null }))).toEqual([3, 2]);
});
