/** Where on the page one is, kept in the address after `#`, so that every event and every filter has a link. */
import { useEffect, useState } from 'preact/hooks';

export const views = ['history', 'heatmaps', 'statistics', 'people', 'live', 'settings'] as const;
export type ViewName = (typeof views)[number] | 'event';

export interface Route {
  view: ViewName;
  /** Of the event. */
  id: number;
  params: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [name, id] = path.split('/');
  const params = new URLSearchParams(query);
  if (name === 'event' && Number(id) > 0) return { view: 'event', id: Number(id), params };
  return { view: views.find((view) => view === name) ?? 'history', id: 0, params };
}

export function linkTo(
  view: ViewName,
  params: Record<string, string | readonly string[] | undefined> = {},
  id?: number,
): string {
  const pairs = Object.entries(params).flatMap(([key, value]) =>
    (typeof value === 'string' ? [value] : (value ?? [])).map((one): [string, string] => [key, one]),
  );
  const query = new URLSearchParams(pairs).toString();
  return `#/${view}${id === undefined ? '' : `/${id}`}${query && `?${query}`}`;
}

export function go(link: string): void {
  window.location.hash = link.slice(1);
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(window.location.hash));
  useEffect(() => {
    const moved = () => setRoute(parseRoute(window.location.hash));
    window.addEventListener('hashchange', moved);
    return () => window.removeEventListener('hashchange', moved);
  }, []);
  return route;
}
