/** What the visits of a range add up to. */
import type { PersonStats, Quantiles, ReturningStranger, Stats } from '../../../src/dashboard/api-types.ts';
import { useAnswer, useHome } from '../house.ts';
import { Bars } from '../parts/chart.tsx';
import { Picture } from '../parts/picture.tsx';
import { RangePicker, rangeOf } from '../parts/range-picker.tsx';
import { go, linkTo } from '../route.ts';
import { capital, momentOf, plural, seconds, shortDate } from '../words.ts';

const labelsShown = 5;

export function StatisticsView({ params }: { params: URLSearchParams }) {
  const range = rangeOf(params, 30);
  const [asked] = useAnswer('stats', range);
  const [strangers] = useAnswer('strangers', range);
  const stats = asked.answer;
  return (
    <>
      <section class="filters" aria-label="Range">
        <RangePicker view="statistics" params={params} byDefault={30} />
      </section>
      {asked.state === 'failed' && <p class="problem">{asked.error.message}</p>}
      {stats && <Totals stats={stats} />}
      {stats && <VisitsByDay stats={stats} />}
      {stats && stats.refusals.length > 0 && <Refusals stats={stats} />}
      {stats && stats.people.length > 0 && <People stats={stats} />}
      {strangers.answer && <Returning strangers={strangers.answer.strangers} />}
      {stats && <Times stats={stats} />}
    </>
  );
}

function Totals({ stats: { totals, first, last } }: { stats: Stats }) {
  const range = { first, last };
  // The history lists both, and marks the ignored.
  const strangers = linkTo('history', { ...range, identity: ['stranger'] });
  const tiles = [
    ['Visits', totals.visits, linkTo('history', range)],
    ['People you know', totals.known, linkTo('history', { ...range, identity: ['person'] })],
    ['Strangers', totals.strangers, strangers],
    ...(totals.ignored > 0 ? [['Ignored strangers', totals.ignored, strangers] as const] : []),
    ['Door opened', totals.opened, linkTo('history', { ...range, decision: ['opened'] })],
    ['Kept shut', totals.refused, linkTo('history', { ...range, decision: ['refused'] })],
    ['Lock failed', totals.failed, linkTo('history', { ...range, decision: ['failed'] })],
  ] as const;
  return (
    <ul class="tiles" aria-label="Totals">
      {tiles.map(([words, count, link]) => (
        <li key={words}>
          <a href={link}>
            <strong>{count.toLocaleString()}</strong> {words}
          </a>
        </li>
      ))}
    </ul>
  );
}

/** Days, or weeks where there would be too many bars. */
function VisitsByDay({ stats }: { stats: Stats }) {
  const step = stats.days.length > 120 ? 7 : 1;
  const groups = Array.from({ length: Math.ceil(stats.days.length / step) }, (_, at) =>
    stats.days.slice(at * step, (at + 1) * step),
  );
  const shown = stats.labels.slice(0, labelsShown).map(({ label }) => label);
  const series = shown.map((label) => ({
    name: capital(label),
    values: groups.map((days) => days.reduce((sum, day) => sum + (day.labels[label] ?? 0), 0)),
  }));
  const visits = { name: 'Visits', values: groups.map((days) => days.reduce((sum, day) => sum + day.visits, 0)) };
  const pick = (index: number) => {
    const days = groups[index];
    if (days?.[0]) go(linkTo('history', { first: days[0].date, last: days.at(-1)?.date }));
  };
  const unit = step === 1 ? 'day' : 'week';
  return (
    <section class="panel" aria-labelledby="by-day">
      <h2 id="by-day">Visits by {unit}</h2>
      <Bars
        title={series.length > 0 ? `Visits that showed each thing, by ${unit}` : `Visits by ${unit}`}
        head={capital(unit)}
        labels={groups.map((days) => shortDate(days[0]?.date ?? ''))}
        series={series.length > 0 ? series : [visits]}
        stacked
        onPick={pick}
      />
    </section>
  );
}

function Refusals({ stats }: { stats: Stats }) {
  const { refusals, first, last } = stats;
  return (
    <section class="panel" aria-labelledby="refusals">
      <h2 id="refusals">Why the door stayed shut</h2>
      <Bars
        title="Refusals by the reason that says most"
        head="Reason"
        labels={refusals.map(({ title }) => title)}
        series={[{ name: 'Visits', values: refusals.map(({ visits }) => visits) }]}
        horizontal
        height={50 + refusals.length * 46}
        onPick={(index) => go(linkTo('history', { refused: [refusals[index]?.gate ?? ''], first, last }))}
      />
    </section>
  );
}

function People({ stats }: { stats: Stats }) {
  return (
    <section class="panel" aria-labelledby="people">
      <h2 id="people">People</h2>
      <ul class="person-rows">
        {stats.people.map((person) => (
          <PersonRow key={person.person} person={person} range={{ first: stats.first, last: stats.last }} />
        ))}
      </ul>
    </section>
  );
}

function PersonRow({ person, range }: { person: PersonStats; range: Record<string, string> }) {
  const { timeZone } = useHome();
  const most = Math.max(1, ...person.hours);
  return (
    <li>
      <div>
        <a href={linkTo('history', { ...range, person: [person.person] })} dir="auto">
          {person.personName}
        </a>
        <p class="hint">
          {plural(person.visits, 'visit')}, usually {usualHours(person.hours)}. First seen{' '}
          {momentOf(person.firstSeen, timeZone)}, last {momentOf(person.lastSeen, timeZone)}.
        </p>
      </div>
      <div class="hour-strip" aria-hidden="true">
        {person.hours.map((visits, hour) => (
          <span
            key={hour}
            title={`${hour} to ${hour + 1}: ${plural(visits, 'visit')}`}
            style={{ height: `${4 + (visits / most) * 36}px` }}
          />
        ))}
      </div>
    </li>
  );
}

/** The three busiest hours, in order of the day. */
function usualHours(hours: number[]): string {
  const busiest = hours
    .map((visits, hour) => ({ visits, hour }))
    .filter(({ visits }) => visits > 0)
    .sort((a, b) => b.visits - a.visits)
    .slice(0, 3)
    .map(({ hour }) => hour)
    .sort((a, b) => a - b);
  return busiest.length > 0 ? `around ${busiest.map((hour) => `${hour}:00`).join(', ')}` : 'at no particular time';
}

function Returning({ strangers }: { strangers: ReturningStranger[] }) {
  const { timeZone } = useHome();
  return (
    <section class="panel" aria-labelledby="strangers">
      <h2 id="strangers">Strangers who came back</h2>
      {strangers.length === 0 && <p class="hint">No stranger was seen twice.</p>}
      <ul class="strangers">
        {strangers.slice(0, 12).map((stranger) => (
          <li key={stranger.events[0]?.face}>
            <a href={linkTo('event', {}, stranger.events[0]?.event)}>
              <Picture
                event={{
                  thumbnail: stranger.events[0]?.thumbnail ?? null,
                  frame: null,
                  sentence: '',
                  detections: [],
                  faces: [],
                }}
                boxes="hover"
              />
              <strong>{plural(stranger.visits, 'visit')}</strong>
              <span class="hint">
                {momentOf(stranger.firstSeen, timeZone)} to {momentOf(stranger.lastSeen, timeZone)}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Times({ stats: { ms } }: { stats: Stats }) {
  const rows: [string, Quantiles][] = [
    ['From the trigger to the decision', ms.decision],
    ['The lock, until it confirmed', ms.unlock],
    ['Finding things, all pictures of a visit', ms.objects],
    ['Finding faces, all pictures of a visit', ms.faces],
  ];
  return (
    <section class="panel" aria-labelledby="response">
      <h2 id="response">How quick it is</h2>
      <div class="scrolls" role="region" aria-label="Response times" tabIndex={0}>
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col">Half within</th>
              <th scope="col">19 of 20 within</th>
              <th scope="col">Of visits</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([words, { count, p50, p95 }]) => (
              <tr key={words}>
                <th scope="row">{words}</th>
                <td>{count > 0 ? seconds(p50) : '–'}</td>
                <td>{count > 0 ? seconds(p95) : '–'}</td>
                <td>{count.toLocaleString()}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
