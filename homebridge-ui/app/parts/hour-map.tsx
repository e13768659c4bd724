/** The week by the hour: a table whose cells are links to the visits behind them. */
import { useRef } from 'preact/hooks';
import type { Heatmap, HeatmapCell } from '../../../src/dashboard/api-types.ts';
import { linkTo } from '../route.ts';
import { plural, weekdayName } from '../words.ts';
import { Legend } from './legend.tsx';
import { moveCell } from './move-cell.ts';
import { shade } from './shade.ts';

interface HourMapProps {
  heatmap: Heatmap;
  filter: Record<string, string[]>;
}

const hours = Array.from({ length: 24 }, (_, hour) => hour);

export function HourMap({ heatmap, filter }: HourMapProps) {
  const table = useRef<HTMLTableElement>(null);
  const weekdays = Array.from({ length: 7 }, (_, index) => (index + heatmap.firstWeekday) % 7);
  const most = Math.max(...heatmap.cells.map(({ visits }) => visits ?? 0));
  const link = ({ weekday, hour }: HeatmapCell) =>
    linkTo('history', {
      ...filter,
      first: heatmap.first,
      last: heatmap.last,
      weekday: String(weekday),
      hour: String(hour),
    });
  const move = (event: KeyboardEvent) => moveCell(table.current, event);
  return (
    <section class="panel" aria-labelledby="hours">
      <h2 id="hours">
        The week by the hour <small>{plural(heatmap.visits, 'visit')}</small>
      </h2>
      <div class="scrolls">
        <table class="hour-map" ref={table} onKeyDown={move}>
          <caption class="visually-hidden">
            Visits by weekday and hour, {heatmap.first} to {heatmap.last}, {heatmap.timeZone}
          </caption>
          <thead>
            <tr>
              <td />
              {hours.map((hour) => (
                <th key={hour} scope="col" class={hour % 3 === 0 ? '' : 'is-between'}>
                  {hour}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {weekdays.map((weekday, row) => (
              <tr key={weekday}>
                <th scope="row">
                  <abbr title={weekdayName(weekday, 'long')}>{weekdayName(weekday)}</abbr>
                </th>
                {hours.map((hour) => (
                  <HourCell
                    key={hour}
                    cell={heatmap.cells[weekday * 24 + hour] as HeatmapCell}
                    most={most}
                    link={link}
                    first={row === 0 && hour === 0}
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

interface HourCellProps {
  cell: HeatmapCell;
  most: number;
  link(cell: HeatmapCell): string;
  first: boolean;
}

function HourCell({ cell, most, link, first }: HourCellProps) {
  const { weekday, hour, visits } = cell;
  const when = `${weekdayName(weekday, 'long')}, ${hour} to ${hour + 1}`;
  const words = visits === null ? `${when}: no data` : `${when}: ${plural(visits, 'visit')}`;
  return (
    <td class={visits === null ? 'no-data' : `shade-${shade(visits, most)}`}>
      <a href={link(cell)} title={words} tabIndex={first ? 0 : -1}>
        <span class="visually-hidden">{words}</span>
      </a>
    </td>
  );
}
