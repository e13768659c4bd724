/** The page: which door it goes through, which view is open, and what is said in passing. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Choices, Health, PluginStatus } from '../../src/dashboard/api-types.ts';
import type { Door } from './door.ts';
import { type DashboardDoor, dashboardDoor } from './door-dashboard.ts';
import { homebridge, homebridgeDoor } from './door-homebridge.ts';
import { asDoorError, HomeContext, useNewest } from './house.ts';
import { Notice } from './parts/notice.tsx';
import { type Said, Saying } from './parts/saying.tsx';
import { linkTo, useRoute, type ViewName, views } from './route.ts';
import { hideForm, showForm } from './settings-form.ts';
import { EventView } from './views/event.tsx';
import { HeatmapsView } from './views/heatmaps.tsx';
import { HistoryView } from './views/history.tsx';
import { LiveView } from './views/live.tsx';
import { LogIn } from './views/log-in.tsx';
import { PeopleView } from './views/people.tsx';
import { SettingsPanels, SettingsView } from './views/settings.tsx';
import { StatisticsView } from './views/statistics.tsx';

const titles: Record<ViewName, string> = {
  history: 'History',
  event: 'Visit',
  heatmaps: 'Heatmaps',
  statistics: 'Statistics',
  people: 'People',
  live: 'Live',
  settings: 'Settings',
};

type Begun = { health: Health; choices: Choices };

export function App() {
  useDarkness();
  const dashboard = useMemo(() => (homebridge ? null : dashboardDoor()), []);
  const door: Door = useMemo(
    () => dashboard ?? homebridgeDoor(homebridge as NonNullable<typeof homebridge>),
    [dashboard],
  );
  const [begun, setBegun] = useState<Begun | null>(null);
  const [problem, setProblem] = useState<{ word: string; sentence: string } | null>(null);
  const question = useNewest();
  const begin = useCallback(async () => {
    const isNewest = question();
    try {
      const [health, choices] = await Promise.all([door.ask('health'), door.ask('choices')]);
      if (!isNewest()) return;
      setBegun({ health, choices });
      setProblem(null);
    } catch (error) {
      const { problem: word, message } = asDoorError(error);
      if (isNewest()) setProblem({ word, sentence: message });
    }
  }, [door, question]);
  useEffect(() => void begin(), [begin]);
  if (problem?.word === 'login' && dashboard) return <LogIn door={dashboard} onDone={begin} />;
  if (begun) return <Inside door={door} dashboard={dashboard} begun={begun} refresh={begin} />;
  if (problem?.word === 'missing' && door.settings) return <Beginning door={door} retry={begin} />;
  return (
    <div class="page">
      <Brand />
      <main>{problem ? <NoHistory {...problem} retry={begin} /> : <p class="waiting">Looking…</p>}</main>
    </div>
  );
}

interface InsideProps {
  door: Door;
  dashboard: DashboardDoor | null;
  begun: Begun;
  refresh(): Promise<void>;
}

function Inside({ door, dashboard, begun, refresh }: InsideProps) {
  const route = useRoute();
  const [said, setSaid] = useState<Said | null>(null);
  const [status, refreshStatus] = useStatus(door);
  const main = useRef<HTMLElement>(null);
  const say = useCallback(
    (sentence: string, kind: Said['kind'] = 'good') => setSaid({ sentence, kind, at: Date.now() }),
    [],
  );
  const home = useMemo(
    () => ({
      door,
      timeZone: begun.health.timeZone,
      ...begun,
      status,
      refreshStatus,
      refreshChoices: () => void refresh(),
      say,
    }),
    [door, begun, status, refreshStatus, refresh, say],
  );
  // A screen reader and the keyboard begin where the new view begins.
  const shown = `${route.view}/${route.id}`;
  const first = useRef(shown);
  useEffect(() => {
    if (first.current === shown) return;
    first.current = '';
    main.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, [shown]);
  const logOut = dashboard && (() => void dashboard.logOut().then(refresh));
  return (
    <HomeContext.Provider value={home}>
      <div class="page">
        <header class="top">
          <Brand />
          <nav aria-label="Views">
            <ul class="tabs">
              {views
                .filter((view) => view !== 'settings' || door.settings)
                .map((view) => (
                  <li key={view}>
                    <a
                      href={linkTo(view)}
                      aria-current={
                        view === route.view || (view === 'history' && route.view === 'event') ? 'page' : undefined
                      }
                    >
                      {titles[view]}
                    </a>
                  </li>
                ))}
            </ul>
          </nav>
          <Running status={status} />
          {logOut && (
            <button type="button" class="plain" onClick={logOut}>
              Log out
            </button>
          )}
        </header>
        <main ref={main} tabIndex={-1} aria-label={titles[route.view]}>
          <View {...route} />
        </main>
        <Saying said={said} />
      </div>
    </HomeContext.Provider>
  );
}

function View({ view, id, params }: ReturnType<typeof useRoute>) {
  switch (view) {
    case 'event':
      return <EventView id={id} params={params} />;
    case 'heatmaps':
      return <HeatmapsView params={params} />;
    case 'statistics':
      return <StatisticsView params={params} />;
    case 'people':
      return <PeopleView />;
    case 'live':
      return <LiveView />;
    case 'settings':
      return <SettingsView />;
    default:
      return <HistoryView params={params} />;
  }
}

function useStatus(door: Door): [PluginStatus, () => void] {
  const [status, setStatus] = useState<PluginStatus>({ running: false, sentence: 'Looking for the plugin…' });
  const question = useNewest();
  const refresh = useCallback(() => {
    const isNewest = question();
    door.status().then(
      (found) => isNewest() && setStatus(found),
      (error) => isNewest() && setStatus({ running: false, sentence: asDoorError(error).message }),
    );
  }, [door, question]);
  useEffect(() => {
    refresh();
    return door.onRunning(refresh);
  }, [door, refresh]);
  return [status, refresh];
}

function Running({ status }: { status: PluginStatus }) {
  const words = !status.running
    ? 'Stopped'
    : status.armed === null
      ? 'Watching'
      : status.armed
        ? 'Face unlock on'
        : 'Face unlock off';
  return (
    <p class={`running ${status.running ? 'is-running' : 'is-stopped'}`} role="status">
      <span class="dot" aria-hidden="true" />
      <span class="visually-hidden">Latchkey: </span>
      {words}
    </p>
  );
}

function Brand() {
  return (
    <h1 class="brand">
      <svg viewBox="0 0 24 24" width="26" height="26" aria-hidden="true">
        <path
          fill="currentColor"
          d="M12 2a7 7 0 0 0-3 13.3V21a1 1 0 0 0 .3.7l1.7 1.6a1.4 1.4 0 0 0 2 0l1.7-1.6a1 1 0 0 0 0-1.4L13.6 19l1.1-1.1a1 1 0 0 0 .3-.7v-1.9A7 7 0 0 0 12 2Zm0 3.2a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6Z"
        />
      </svg>
      Latchkey
    </h1>
  );
}

/** Before the plugin first ran: there is no history, and everything to set up. */
function Beginning({ door, retry }: { door: Door; retry(): Promise<void> }) {
  const [said, setSaid] = useState<Said | null>(null);
  const [status, refreshStatus] = useStatus(door);
  const home = useMemo(
    () => ({
      door,
      timeZone: noHistory.health.timeZone,
      ...noHistory,
      status,
      refreshStatus,
      refreshChoices: () => void retry(),
      say: (sentence: string, kind: Said['kind'] = 'good') => setSaid({ sentence, kind, at: Date.now() }),
    }),
    [door, status, refreshStatus, retry],
  );
  useEffect(() => {
    showForm();
    return hideForm;
  }, []);
  return (
    <HomeContext.Provider value={home}>
      <div class="page">
        <Brand />
        <main>
          <NoHistory
            word="missing"
            sentence="Latchkey has not run yet. Set up a camera below, save, and restart Homebridge: the history begins with the first visit."
            retry={retry}
          />
          <SettingsPanels />
        </main>
        <Saying said={said} />
      </div>
    </HomeContext.Provider>
  );
}

const noHistory: Begun = {
  health: {
    schema: 0,
    databaseBytes: 0,
    visits: 0,
    unseen: 0,
    oldest: null,
    newest: null,
    cameras: [],
    timeZone: 'UTC',
    firstWeekday: 1,
  },
  choices: { cameras: [], people: [], labels: [], refused: [] },
};

const advice: Record<string, string> = {
  older: 'The history is from an older version. It is brought up to date when the plugin next starts.',
};

function NoHistory({ word, sentence, retry }: { word: string; sentence: string; retry(): void }) {
  return (
    <Notice title={word === 'missing' ? 'No visit yet' : 'The history cannot be read'}>
      <p>{advice[word] ?? sentence}</p>
      <button type="button" onClick={retry}>
        Look again
      </button>
    </Notice>
  );
}

/** Config UI X marks its dark mode on the body; alone, the browser's wish counts. */
function useDarkness(): void {
  useEffect(() => {
    const wish = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = () => {
      const dark = homebridge ? document.body.classList.contains('dark-mode') : wish.matches;
      document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    };
    apply();
    const watch = new MutationObserver(apply);
    watch.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    wish.addEventListener('change', apply);
    return () => {
      watch.disconnect();
      wish.removeEventListener('change', apply);
    };
  }, []);
}
