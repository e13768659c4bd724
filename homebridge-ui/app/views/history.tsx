/** The timeline of visits, by day, with every filter in the address. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { EventCard as Card, DaySummary } from '../../../src/dashboard/api-types.ts';
import { asDoorError, useCommand, useHome } from '../house.ts';
import { Chips } from '../parts/chips.tsx';
import { EventCard } from '../parts/event-card.tsx';
import { Notice } from '../parts/notice.tsx';
import { go, linkTo } from '../route.ts';
import { useTimeline } from '../timeline.ts';
import { capital, dateOf, dayInWords, decisionWords, plural, weekdayName } from '../words.ts';

const lists = ['camera', 'person', 'identity', 'label', 'trigger', 'decision', 'refused'] as const;
const singles = ['text', 'from', 'to', 'first', 'last', 'weekday', 'hour', 'unseen'] as const;
const pageSize = 48;
const typingMs = 250;

type Filter = Record<string, string | string[]>;

export function HistoryView({ params }: { params: URLSearchParams }) {
  const key = params.toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(key)), [key]);
  const { events, done, problem, more } = useTimeline(filter, pageSize);
  const filtered = Object.keys(filter).length > 0;
  useKeys();
  return (
    <>
      <Filters filter={filter} />
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {events.length > 0 && <Days events={events} filter={filter} />}
      {done && !problem && events.length === 0 && <Nothing filtered={filtered} />}
      {!done && <More onNear={more} turn={events.length} />}
      {done && !problem && events.length > 0 && <p class="end">That is where the history begins.</p>}
    </>
  );
}

function filterOf(params: URLSearchParams): Filter {
  const filter: Filter = {};
  for (const name of lists) if (params.has(name)) filter[name] = params.getAll(name);
  for (const name of singles) {
    const value = params.get(name);
    if (value) filter[name] = value;
  }
  return filter;
}

function Filters({ filter }: { filter: Filter }) {
  const { choices, health } = useHome();
  const change = (name: string, value: string | string[]) =>
    go(linkTo('history', { ...filter, [name]: value.length > 0 ? value : undefined }));
  const chosen = (name: string) => (Array.isArray(filter[name]) ? filter[name] : []);
  const chips = (legend: string, name: string, options: { value: string; words: string }[]) => (
    <Chips legend={legend} chips={options} chosen={chosen(name)} onChange={(values) => change(name, values)} />
  );
  const count = Object.keys(filter).filter((name) => name !== 'text').length;
  return (
    <section class="filters" aria-label="Filters">
      <div class="search-row">
        <Search text={String(filter.text ?? '')} onChange={(text) => change('text', text)} />
        <ExportLinks filter={filter} />
        <MarkSeen unseen={health.unseen} />
      </div>
      <details class="more-filters" open={count > 0}>
        <summary>Filter{count > 0 && ` (${count})`}</summary>
        <div class="chip-rows">
          {chips('Who', 'identity', [
            { value: 'person', words: 'Known' },
            { value: 'stranger', words: 'Strangers' },
            { value: 'nobody', words: 'No face' },
          ])}
          {chips(
            'Person',
            'person',
            choices.people.map(({ person, personName }) => ({ value: person, words: personName })),
          )}
          {chips(
            'Camera',
            'camera',
            choices.cameras.map(({ camera, cameraName }) => ({ value: camera, words: cameraName })),
          )}
          {chips(
            'Seen',
            'label',
            choices.labels.map((label) => ({ value: label, words: capital(label) })),
          )}
          {chips('Why', 'trigger', [
            { value: 'ding', words: 'Rang' },
            { value: 'motion', words: 'Motion' },
          ])}
          {chips(
            'Door',
            'decision',
            (['opened', 'refused', 'failed'] as const).map((value) => ({ value, words: decisionWords[value] })),
          )}
          {chips(
            'Refused because',
            'refused',
            choices.refused.map(({ gate, title }) => ({ value: gate, words: title })),
          )}
          <Chips
            legend="New"
            chips={[{ value: 'true', words: 'Not looked at yet' }]}
            chosen={filter.unseen ? ['true'] : []}
            onChange={([value]) => change('unseen', value ?? '')}
          />
        </div>
      </details>
      <Active filter={filter} />
    </section>
  );
}

/** What no chip shows: hours and dates that another view led here with. */
function Active({ filter }: { filter: Filter }) {
  const { timeZone } = useHome();
  const words: string[] = [];
  if (filter.weekday !== undefined) words.push(`${weekdayName(Number(filter.weekday), 'long')}s`);
  if (filter.hour !== undefined) words.push(`${filter.hour}:00 to ${Number(filter.hour) + 1}:00`);
  if (filter.first)
    words.push(
      filter.first === filter.last ? dayInWords(String(filter.first), timeZone) : `${filter.first} to ${filter.last}`,
    );
  if (words.length === 0) return null;
  const clear = () =>
    go(linkTo('history', { ...filter, weekday: undefined, hour: undefined, first: undefined, last: undefined }));
  return (
    <p class="active">
      Only {words.join(', ')}{' '}
      <button type="button" class="plain" onClick={clear}>
        Show all
      </button>
    </p>
  );
}

function Search({ text, onChange }: { text: string; onChange(text: string): void }) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return;
    const timer = setTimeout(() => onChange(typed), typingMs);
    return () => clearTimeout(timer);
  }, [typed, text, onChange]);
  return (
    <label class="search">
      <span class="visually-hidden">Search (press / to begin)</span>
      <input
        type="search"
        id="search"
        placeholder="Search: a name, a cat, “stayed shut”…"
        value={typed}
        maxLength={100}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
    </label>
  );
}

function ExportLinks({ filter }: { filter: Filter }) {
  const { door, say } = useHome();
  const save = async (format: 'csv' | 'json') => {
    try {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await door.export(filter, format));
      link.download = `latchkey.${format}`;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (error) {
      say(asDoorError(error).message, 'bad');
    }
  };
  return (
    <span class="exports">
      <button type="button" class="plain" onClick={() => save('csv')}>
        Save as CSV
      </button>
      <button type="button" class="plain" onClick={() => save('json')}>
        JSON
      </button>
    </span>
  );
}

function MarkSeen({ unseen }: { unseen: number }) {
  const { door, refreshChoices } = useHome();
  const run = useCommand();
  if (unseen === 0) return null;
  const mark = () =>
    run(
      () => door.command('mark-all-seen', { until: new Date().toISOString() }),
      'All visits are marked as seen.',
    ).then(refreshChoices);
  return (
    <button type="button" class="plain" onClick={mark}>
      Mark {unseen.toLocaleString()} as seen
    </button>
  );
}

function Days({ events, filter }: { events: readonly Card[]; filter: Filter }) {
  const { timeZone } = useHome();
  const days = useMemo(() => groupByDay(events, timeZone), [events, timeZone]);
  const summaries = useSummaries(days, filter);
  const back = linkTo('history', filter);
  return (
    <>
      {days.map(([date, visits]) => (
        <section class="day" key={date} aria-labelledby={`day-${date}`}>
          <h2 id={`day-${date}`}>
            {dayInWords(date, timeZone)} <small>{summaryWords(summaries.get(date))}</small>
          </h2>
          <div class="cards">
            {visits.map((event) => (
              <EventCard key={event.id} event={event} back={back} />
            ))}
          </div>
        </section>
      ))}
    </>
  );
}

function groupByDay(events: readonly Card[], timeZone: string): [string, Card[]][] {
  const days = new Map<string, Card[]>();
  for (const event of events) {
    const date = dateOf(event.at, timeZone);
    const visits = days.get(date);
    if (visits) visits.push(event);
    else days.set(date, [event]);
  }
  return [...days];
}

/** "12 visits, 2 strangers": of whole days, so only where no filter hides a part of them. */
function useSummaries(days: [string, Card[]][], filter: Filter): Map<string, DaySummary> {
  const { door } = useHome();
  const [summaries, setSummaries] = useState(new Map<string, DaySummary>());
  const [arrived, setArrived] = useState(0);
  const [last, first] = [days[0]?.[0], days.at(-1)?.[0]];
  const plain = Object.keys(filter).length === 0;
  useEffect(() => door.onVisit(() => setArrived((count) => count + 1)), [door]);
  useEffect(() => {
    if (!plain || !first || !last) return setSummaries(new Map());
    let current = true;
    door.ask('days', { first, last }).then(
      (found) => current && setSummaries(new Map(found.map((day) => [day.date, day]))),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [door, plain, first, last, arrived]);
  return summaries;
}

function summaryWords(day: DaySummary | undefined): string {
  if (!day) return '';
  const words = [plural(day.visits, 'visit')];
  if (day.strangers > 0) words.push(plural(day.strangers, 'stranger'));
  if (day.opened > 0) words.push(`door opened ${day.opened === 1 ? 'once' : `${day.opened} times`}`);
  return words.join(', ');
}

function Nothing({ filtered }: { filtered: boolean }) {
  if (!filtered) {
    return (
      <Notice title="No visit yet">
        <p>Latchkey is ready. Walk past a camera, or ring: the visit appears here by itself.</p>
      </Notice>
    );
  }
  return (
    <Notice title="No visit is like that">
      <p>Nothing in the history fits the filter.</p>
      <a class="button" href={linkTo('history')}>
        Show all visits
      </a>
    </Notice>
  );
}

function More({ onNear, turn }: { onNear(): void; turn: number }) {
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!mark.current) return;
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && onNear(), { rootMargin: '600px' });
    watch.observe(mark.current);
    return () => watch.disconnect();
  }, [onNear, turn]);
  return (
    <div ref={mark} class="more">
      <button type="button" class="plain" onClick={onNear}>
        Older visits
      </button>
    </div>
  );
}

/** Arrows go from card to card, / to the search, Escape out of it. */
function useKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const typing = target.matches('input, textarea, select');
      if (event.key === '/' && !typing) {
        event.preventDefault();
        document.getElementById('search')?.focus();
      } else if (event.key === 'Escape' && typing) target.blur();
      else if (!typing && event.key.startsWith('Arrow')) moveFocus(event);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

function moveFocus(event: KeyboardEvent): void {
  const cards = [...document.querySelectorAll<HTMLElement>('a.card')];
  const at = cards.indexOf(document.activeElement as HTMLElement);
  if (at < 0 && event.key !== 'ArrowDown') return;
  const next = at < 0 ? cards[0] : neighbour(cards, at, event.key);
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Left and right in reading order; up and down to the nearest card of the row above or below. */
function neighbour(cards: HTMLElement[], at: number, key: string): HTMLElement | undefined {
  if (key === 'ArrowRight') return cards[at + 1];
  if (key === 'ArrowLeft') return cards[at - 1];
  const from = (cards[at] as HTMLElement).getBoundingClientRect();
  const rows = key === 'ArrowDown' ? cards.slice(at + 1) : cards.slice(0, at).reverse();
  const row = rows
    .find((card) => Math.abs(card.getBoundingClientRect().top - from.top) > from.height / 2)
    ?.getBoundingClientRect().top;
  const same = rows.filter((card) => Math.abs(card.getBoundingClientRect().top - (row ?? 0)) < from.height / 2);
  return same.sort(
    (a, b) =>
      Math.abs(a.getBoundingClientRect().left - from.left) - Math.abs(b.getBoundingClientRect().left - from.left),
  )[0];
}
