/** The door inside Config UI X: everything goes over its message channel, pictures too. */
import type { IHomebridgePluginUi } from '@homebridge/plugin-ui-utils/ui.interface';
import type { EventCard } from '../../src/dashboard/api-types.ts';
import { type Door, DoorError } from './door.ts';

/** What Config UI X gives its pages; null where the page is not in it. */
export const homebridge = (window as { homebridge?: IHomebridgePluginUi }).homebridge ?? null;

/** Pictures asked for within this time go in one request: Config UI X logs each. */
const gatherMs = 40;
const mostAtOnce = 12;

interface Waiting {
  path: string;
  resolve(url: string | null): void;
}

export function homebridgeDoor(channel: IHomebridgePluginUi): Door {
  const request = async (path: string, body?: unknown) => {
    try {
      return await channel.request(path, body);
    } catch (error) {
      throw doorError(error);
    }
  };
  const on = <Data>(event: string, listener: (data: Data) => void) => {
    const hear = (message: Event) => listener((message as MessageEvent<Data>).data);
    channel.addEventListener(event, hear);
    return () => channel.removeEventListener(event, hear);
  };
  return {
    settings: true,
    ask: (name, params) => request('/ask', { name, params }),
    command: (name, params) => request('/command', { name, params }),
    status: () => request('/status'),
    hash: (password) => request('/hash', { password }),
    picture: gathered((paths) => request('/thumbnails', paths)),
    onVisit: (listener) => on<EventCard>('visit', listener),
    onRunning: (listener) => on<boolean>('running', listener),
    async export(filter, format) {
      const pieces: string[] = [];
      const end = on<{ at: number; piece: string }>('export', ({ at, piece }) => {
        pieces[at] = piece;
      });
      try {
        await request('/export', { ...filter, format });
        return new Blob(pieces, { type: format === 'csv' ? 'text/csv' : 'application/json' });
      } finally {
        end();
      }
    },
  };
}

/** One request for the pictures that are asked for together, and each picture once. */
function gathered(fetchAll: (paths: string[]) => Promise<Record<string, string | null>>) {
  const known = new Map<string, Promise<string | null>>();
  let waiting: Waiting[] = [];
  const send = async () => {
    const some = waiting.splice(0, mostAtOnce);
    if (waiting.length > 0) setTimeout(send, gatherMs);
    const found = await fetchAll(some.map(({ path }) => path)).catch(() => ({}) as Record<string, string | null>);
    for (const { path, resolve } of some) {
      const base64 = found[path];
      // One that did not fit into the answer is asked for again.
      if (base64 === undefined && Object.keys(found).length > 0) again({ path, resolve });
      else resolve(base64 ? `data:image/jpeg;base64,${base64}` : null);
    }
  };
  const again = (one: Waiting) => {
    if (waiting.length === 0) setTimeout(send, gatherMs);
    waiting = [...waiting, one];
  };
  return (path: string) => {
    const found = known.get(path) ?? new Promise<string | null>((resolve) => again({ path, resolve }));
    known.set(path, found);
    return found;
  };
}

/** What the channel rejects with is no Error. */
export function doorError(error: unknown): DoorError {
  const { message, error: more } = error as { message?: string; error?: { problem?: string } };
  return new DoorError(message ?? 'The page got no answer.', more?.problem ?? 'refused');
}
