/** What survives a run of the plugin: state and events, on a disk that is busy or full at times. */
import type { Decision } from '../../src/policy/decision.ts';
import { StoreError } from '../../src/store/store-error.ts';
import type { Visit } from '../../src/visits/visit.ts';

export interface KeptEvent {
  id: number;
  visit: Visit;
  later: Decision[];
}

export class Disk {
  readonly state = new Map<string, string>();
  readonly events = new Map<number, KeptEvent>();
  #failing: ('busy' | 'full')[] = [];
  #lastId = 0;

  /** The next `writes` fail. */
  fail(how: 'busy' | 'full', writes: number): void {
    for (let i = 0; i < writes; i++) this.#failing.push(how);
  }

  heal(): void {
    this.#failing = [];
  }

  /** As one run of the plugin sees it; nothing it does counts once `alive` says that it was killed. */
  openFor(alive: () => boolean) {
    const write = async <T>(task: () => T): Promise<T> => {
      if (!alive()) return new Promise<T>(() => undefined);
      const failing = this.#failing.shift();
      if (failing) throw new StoreError(failing, failing === 'busy' ? 'The history is busy.' : 'The disk is full.');
      return task();
    };
    return {
      state: async <T>(key: string): Promise<T | undefined> => {
        const kept = this.state.get(key);
        return kept === undefined ? undefined : (JSON.parse(kept) as T);
      },
      setState: (key: string, value: unknown) => write(() => void this.state.set(key, JSON.stringify(value))),
      addVisit: (visit: Visit) =>
        write(() => {
          const id = ++this.#lastId;
          this.events.set(id, { id, visit, later: [] });
          return id;
        }),
      addDecision: (eventId: number, decision: Decision) =>
        write(() => void this.events.get(eventId)?.later.push(decision)),
    };
  }
}

export type OpenDisk = ReturnType<Disk['openFor']>;
