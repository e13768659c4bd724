/** The year by the day: a column for each week, a link for each day. */
import { useEffect, useRef } from 'preact/hooks';
import type { Calendar, CalendarDay } from '../../../src/dashboard/api-types.ts';
import { linkTo } from '../route.ts';
import { monthName, plural, shortDate, weekdayName } from '../words.ts';
import { Legend } from './legend.tsx';
import { moveCell } from './move-cell.ts';
import { shade } from './shade.ts';

interface CalendarMapProps {
  calendar: Calendar;
  filter: Record<string, string[]>;
}

const weekdayOf = (date: string) => new Date(`${date}T12:00:00Z`).getUTCDay();

export function CalendarMap({ calendar, filter }: CalendarMapProps) {
  const grid = useRef<HTMLTableElement>(null);
  const most = Math.max(0, ...calendar.days.map(({ visits }) => visits ?? 0));
  const lead = (weekdayOf(calendar.first) - calendar.firstWeekday + 7) % 7;
  const weeks = Math.ceil((lead + calendar.days.length) / 7);
  const day = (week: number, row: number) => calendar.days[week * 7 + row - lead];
  const columns = Array.from({ length: weeks }, (_, week) => week);
  const months = monthNames(columns, day);
  // On a narrow screen the newest weeks are what is looked for.
  useEffect(() => grid.current?.parentElement?.scrollTo({ left: 10_000 }), [calendar]);
  const move = (event: KeyboardEvent) => moveCell(grid.current, event);
  return (
    <section class="panel" aria-labelledby="calendar">
      <h2 id="calendar">
        Day by day <small>{plural(calendar.visits, 'visit')}</small>
      </h2>
      <div class="scrolls">
        <table class="calendar-map" ref={grid} onKeyDown={move}>
          <caption class="visually-hidden">
            Visits by date, {calendar.first} to {calendar.last}
          </caption>
          <thead aria-hidden="true">
            <tr>
              <td />
              {columns.map((week) => (
                <td key={week} class="month">
                  {months[week]}
                </td>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: 7 }, (_, row) => (
              <tr key={row}>
                <th scope="row">{weekdayName((row + calendar.firstWeekday) % 7)}</th>
                {columns.map((week) => (
                  <DayCell
                    key={week}
                    day={day(week, row)}
                    most={most}
                    filter={filter}
                    first={day(week, row)?.date === calendar.last}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Legend most={most} />
    </section>
  );
}

/** The month above the first column of each; not above the beginning of one that is cut off. */
function monthNames(columns: number[], day: (week: number, row: number) => CalendarDay | undefined): string[] {
  const months = columns.map((week) => monthName((day(week, 0) ?? day(week, 6))?.date ?? ''));
  return months.map((month, week) => (month !== months[week - 1] && (week > 0 || month === months[2]) ? month : ''));
}

interface DayCellProps {
  day: CalendarDay | undefined;
  most: number;
  filter: Record<string, string[]>;
  first: boolean;
}

function DayCell({ day, most, filter, first }: DayCellProps) {
  if (!day) return <td class="outside" />;
  const { date, visits } = day;
  const words = `${shortDate(date)}: ${visits === null ? 'no data' : plural(visits, 'visit')}`;
  return (
    <td class={visits === null ? 'no-data' : `shade-${shade(visits, most)}`}>
      <a href={linkTo('history', { ...filter, first: date, last: date })} title={words} tabIndex={first ? 0 : -1}>
        <span class="visually-hidden">{words}</span>
      </a>
    </td>
  );
}
