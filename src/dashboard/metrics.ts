/** Figures for Prometheus, in its text format. */
import type { Health, Stats } from './api-types.ts';

type Labels = Record<string, string>;

export function metricsText(health: Health, today: Stats): string {
  const lines: string[] = [];
  const gauge = (name: string, help: string, values: [Labels, number | null][]) => {
    lines.push(`# HELP latchkey_${name} ${help}`, `# TYPE latchkey_${name} gauge`);
    for (const [labels, value] of values)
      if (value !== null) lines.push(`latchkey_${name}${labelText(labels)} ${value}`);
  };
  const cameras = (of: (camera: Health['cameras'][number]) => number | null) =>
    health.cameras.map((camera): [Labels, number | null] => [{ camera: camera.camera }, of(camera)]);
  const seconds = (time: string | null) => (time === null ? null : Date.parse(time) / 1000);
  gauge('history_visits', 'Visits kept.', [[{}, health.visits]]);
  gauge('history_unseen', 'Visits nobody has looked at.', [[{}, health.unseen]]);
  gauge('history_bytes', 'Size of the database, pictures apart.', [[{}, health.databaseBytes]]);
  gauge(
    'camera_visits_today',
    "Visits since the home's midnight.",
    cameras((camera) => camera.visitsToday),
  );
  gauge(
    'camera_last_visit_seconds',
    'When the newest visit was, Unix time.',
    cameras((camera) => seconds(camera.lastVisit)),
  );
  gauge(
    'camera_trouble',
    '1 where the newest visit had one.',
    cameras((camera) => (camera.failure === null ? 0 : 1)),
  );
  const { totals, ms } = today;
  gauge(
    'visits_today',
    "Visits since the home's midnight, by who came.",
    (['known', 'strangers', 'ignored'] as const).map((who) => [{ who }, totals[who]]),
  );
  gauge(
    'decisions_today',
    "Decisions since the home's midnight.",
    (['opened', 'refused', 'failed'] as const).map((decision) => [{ decision }, totals[decision]]),
  );
  gauge('decision_milliseconds', "From the trigger to the decision, of today's visits.", [
    [{ quantile: '0.5' }, ms.decision.p50],
    [{ quantile: '0.95' }, ms.decision.p95],
  ]);
  return `${lines.join('\n')}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) => `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  );
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}
