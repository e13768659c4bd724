/** The history as CSV and JSON. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { History } from '../../src/dashboard/api.ts';
import type { EventFilter } from '../../src/dashboard/api-types.ts';
import { csvField } from '../../src/dashboard/export.ts';
import { historyWith, known, visitAt } from './histories.ts';

async function text(history: History, filter: EventFilter, format: 'csv' | 'json'): Promise<string> {
  let whole = '';
  for await (const piece of history.export(filter, format)) whole += piece;
  return whole;
}

describe('an export', () => {
  it('holds every event of the filter once, over all pages, as CSV and as JSON', async () => {
    const visits = Array.from({ length: 1203 }, (_, index) =>
      visitAt(Date.UTC(2026, 9, 1) + Math.floor(index / 3) * 1000),
    );
    const { history } = await historyWith(visits);
    const events = JSON.parse(await text(history, {}, 'json')) as { id: number; home_time: string }[];
    expect(new Set(events.map(({ id }) => id)).size).toBe(1203);
    expect(events[0]).toMatchObject({
      id: 1203,
      time: '2026-10-01T00:06:40.000Z',
      home_date: '2026-10-01',
      home_time: '02:06',
      decision: 'refused',
      labels: 'person dog',
    });
    const lines = (await text(history, {}, 'csv')).trimEnd().split('\r\n');
    expect(lines).toHaveLength(1204);
    expect(JSON.parse(await text(history, { camera: ['cellar'] }, 'json'))).toEqual([]);
  });

  it('is harmless in a spreadsheet, whatever people are called', async () => {
    const { history } = await historyWith([
      visitAt('2026-10-25T10:00:00.000Z', {
        identity: known('=HYPERLINK("http://x","y")'),
        sentence: '+1\n"quoted", and more',
      }),
    ]);
    const csv = await text(history, {}, 'csv');
    expect(csv).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
    expect(csv).toContain(`"'+1\n""quoted"", and more"`);
  });

  it('never begins a field as a formula begins, and loses nothing but that', () => {
    const dangerous = fc.tuple(
      fc.constantFrom('', ' ', '\0', '\t'),
      fc.constantFrom('=', '+', '-', '@', '\t', '\r', '|', '%', '＝'),
      fc.string(),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          dangerous.map((parts) => parts.join('')),
          fc.string({ unit: 'binary' }),
        ),
        (value) => {
          const field = csvField(value);
          const read = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
          expect(read).not.toMatch(/^[\s\0]*[=+\-@|%\t\r]/);
          expect(read === value || read === `'${value}`).toBe(true);
          expect(/[\r\n,"]/.test(field)).toBe(field.startsWith('"'));
        },
      ),
    );
  });
});
