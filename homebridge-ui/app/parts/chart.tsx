/** A chart, with the same figures as a table behind it. */
import { BarController, BarElement, CategoryScale, Chart, Legend, LinearScale, Tooltip } from 'chart.js';
import { useEffect, useRef } from 'preact/hooks';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip, Legend);

export interface Series {
  name: string;
  values: number[];
}

interface BarsProps {
  title: string;
  /** What the rows of the table are. */
  head: string;
  labels: string[];
  series: Series[];
  stacked?: boolean;
  horizontal?: boolean;
  height?: number;
  onPick?: (index: number) => void;
}

export function Bars({
  title,
  head,
  labels,
  series,
  stacked = false,
  horizontal = false,
  height = 240,
  onPick,
}: BarsProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const key = JSON.stringify([labels, series]);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const draw = () => drawBars(element, { labels, series, stacked, horizontal }, (index) => pick.current?.(index));
    let chart = draw();
    // Colours of a canvas do not follow the theme by themselves.
    const watch = new MutationObserver(() => {
      chart.destroy();
      chart = draw();
    });
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => {
      watch.disconnect();
      chart.destroy();
    };
  }, [key, stacked, horizontal]);
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <div class="canvas" style={{ height: `${height}px` }}>
        <canvas ref={canvas} role="img" aria-label={`${title}. The figures are in the table below.`} />
      </div>
      <details>
        <summary>Figures</summary>
        <div class="scrolls" role="region" aria-label={`${title}: figures`} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{head}</th>
                {series.map(({ name }) => (
                  <th scope="col" key={name}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {labels.map((label, row) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {series.map(({ name, values }) => (
                    <td key={name}>{values[row]?.toLocaleString()}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

type BarChart = Chart<'bar', number[], string | string[]>;

interface Drawn {
  labels: string[];
  series: Series[];
  stacked: boolean;
  horizontal: boolean;
}

function drawBars(
  canvas: HTMLCanvasElement,
  { labels, series, stacked, horizontal }: Drawn,
  pick: (index: number) => void,
): BarChart {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  Chart.defaults.font = { family: getComputedStyle(canvas).fontFamily, size: 12 };
  const ticks = { color: colour('--muted') };
  const counts = {
    stacked,
    beginAtZero: true,
    grid: { color: colour('--line') },
    border: { display: false },
    ticks: { ...ticks, precision: 0, maxTicksLimit: 6 },
  };
  const names = {
    stacked,
    grid: { display: false },
    border: { color: colour('--line') },
    ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 14 },
  };
  return new Chart<'bar', number[], string | string[]>(canvas, {
    type: 'bar',
    data: {
      // Names beside bars go over several lines, as a phone has no room for a sentence beside them.
      labels: horizontal ? labels.map(inLines) : labels,
      datasets: series.map(({ name, values }, index) => ({
        label: name,
        data: values,
        backgroundColor: colour(`--series-${(index % 7) + 1}`),
        borderRadius: 3,
        maxBarThickness: 34,
      })),
    },
    options: {
      indexAxis: horizontal ? 'y' : 'x',
      maintainAspectRatio: false,
      ...(still && { animation: false as const }),
      interaction: { mode: 'index', intersect: false, axis: horizontal ? 'y' : 'x' },
      plugins: {
        legend: {
          display: series.length > 1,
          position: 'bottom',
          labels: { color: colour('--ink'), boxWidth: 12, boxHeight: 12, useBorderRadius: true, borderRadius: 3 },
        },
      },
      scales: horizontal ? { x: counts, y: names } : { x: names, y: counts },
      onClick: (_event, [element]) => element && pick(element.index),
    },
  });
}

const lineLength = 16;

function inLines(label: string): string[] {
  const lines: string[] = [];
  for (const word of label.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= lineLength) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
