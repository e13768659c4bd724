/** The door on the local dashboard: HTTP for questions and commands, a WebSocket for visits. */
import type { EventCard } from '../../src/dashboard/api-types.ts';
import { type Answers, type Door, DoorError, type Params } from './door.ts';

const retryMs = 5000;

export interface DashboardDoor extends Door {
  logIn(password: string): Promise<void>;
  logOut(): Promise<void>;
  loggedIn(): Promise<boolean>;
}

export function dashboardDoor(): DashboardDoor {
  const live = liveFeed();
  return {
    settings: false,
    ask: <Name extends keyof Answers>(name: Name, params: Params = {}) => {
      const { id, ...query } = params;
      const path = name === 'event' ? `/events/${id}` : `/${name}`;
      return call(`${path}?${queryOf(query)}`) as Promise<Answers[Name]>;
    },
    command: async (name, params = {}) => {
      const { result } = (await call(`/commands/${name}`, params)) as { result: unknown };
      return result;
    },
    status: () => call('/status') as ReturnType<Door['status']>,
    hash: () => Promise.reject(new DoorError('Settings are changed in Homebridge alone.', 'refused')),
    picture: async (thumbnail) => thumbnail,
    export: async (filter, format) => (await fetchOk(`/export?${queryOf({ ...filter, format })}`)).blob(),
    onVisit: live.onVisit,
    onRunning: live.onRunning,
    logIn: async (password) => void (await call('/login', { password })),
    logOut: async () => void (await call('/logout', {})),
    loggedIn: async () => ((await call('/session')) as { loggedIn: boolean }).loggedIn,
  };
}

function queryOf(params: Params): string {
  const pairs = Object.entries(params).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : value === undefined ? [] : [value]).map((one): [string, string] => [
      name,
      String(one),
    ]),
  );
  return new URLSearchParams(pairs).toString();
}

async function call(path: string, body?: unknown): Promise<unknown> {
  return (await fetchOk(path, body)).json();
}

async function fetchOk(path: string, body?: unknown): Promise<Response> {
  const init =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, init).catch(() => {
    throw new DoorError('The dashboard does not answer: is Homebridge running?', 'stopped');
  });
  if (response.ok) return response;
  const { error } = (await response.json().catch(() => ({}))) as { error?: string };
  throw new DoorError(
    error ?? `The dashboard answered ${response.status}.`,
    response.status === 401 && path !== '/login' ? 'login' : 'refused',
  );
}

function liveFeed() {
  const visits = new Set<(visit: EventCard) => void>();
  const runnings = new Set<(running: boolean) => void>();
  let socket: WebSocket | null = null;
  const open = () => {
    const { protocol, host } = window.location;
    socket = new WebSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/live`);
    socket.onopen = () => {
      for (const tell of runnings) tell(true);
    };
    socket.onmessage = ({ data }) => {
      const { visit } = JSON.parse(String(data)) as { visit?: EventCard };
      if (visit) for (const tell of visits) tell(visit);
    };
    socket.onclose = () => {
      socket = null;
      for (const tell of runnings) tell(false);
      setTimeout(() => visits.size > 0 && !socket && open(), retryMs);
    };
  };
  return {
    onVisit(listener: (visit: EventCard) => void) {
      visits.add(listener);
      if (!socket) open();
      return () => visits.delete(listener);
    },
    onRunning(listener: (running: boolean) => void) {
      runnings.add(listener);
      return () => runnings.delete(listener);
    },
  };
}
