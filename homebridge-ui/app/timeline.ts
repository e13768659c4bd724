/** The visits of a filter: asked for page by page, and heard of as they come. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { EventCard } from '../../src/dashboard/api-types.ts';
import type { Door, Params } from './door.ts';
import { asDoorError, useHome } from './house.ts';
import { asking, type NewestFirst, nothingYet, withFirstPage, withHeard, withNextPage } from './newest-first.ts';

export interface Shown {
  /** Newest first. */
  events: readonly EventCard[];
  /** There are no older ones, or none to be had. */
  done: boolean;
  /** Why the history does not answer; empty where it does. */
  problem: string;
}

/** As a view has it, from the address. */
type Filter = Record<string, string | string[]>;

/** The most that are asked for at once. */
const mostAtOnce = 200;

export function useTimeline(filter: Filter, pageSize: number): Shown & { more(): void } {
  const { door } = useHome();
  const [shown, setShown] = useState<Shown>({ events: [], done: false, problem: '' });
  const timeline = useRef<Timeline | null>(null);
  useEffect(() => {
    // What another filter showed stays until there is something to show in its place.
    setShown(({ events }) => ({ events, done: false, problem: '' }));
    const current = new Timeline(door, filter, pageSize, setShown);
    timeline.current = current;
    return () => current.stop();
  }, [door, filter, pageSize]);
  return { ...shown, more: useCallback(() => timeline.current?.more(), []) };
}

export class Timeline {
  readonly #door: Pick<Door, 'ask'>;
  readonly #filter: Filter;
  readonly #pageSize: number;
  readonly #onChange: (shown: Shown) => void;
  readonly #ends: (() => void)[];
  #list: NewestFirst<EventCard> = nothingYet;
  #problem = '';
  /** Pages to be asked for: the first, again where it is here, before the next. */
  readonly #wanted = new Set<'first' | 'next'>();
  #asked: 'first' | 'next' | null = null;
  /** What was last heard of each visit whose place in the filter is asked for. */
  readonly #unplaced = new Map<number, EventCard>();
  #stopped = false;

  /** `onChange` hears nothing before the first page is here, or cannot be had. */
  constructor(
    door: Pick<Door, 'ask' | 'onVisit' | 'onRunning'>,
    filter: Filter,
    pageSize: number,
    onChange: (shown: Shown) => void,
  ) {
    this.#door = door;
    this.#filter = filter;
    this.#pageSize = pageSize;
    this.#onChange = onChange;
    this.#ends = [
      door.onVisit((visit) => this.#hear(visit)),
      // What came while nothing could be heard.
      door.onRunning((running) => running && this.#want('first')),
    ];
    this.#want('first');
  }

  stop(): void {
    this.#stopped = true;
    for (const end of this.#ends) end();
  }

  /** Asks for the next page, where there is one. */
  more(): void {
    if (this.#asked !== 'next') this.#want('next');
  }

  #want(page: 'first' | 'next'): void {
    this.#wanted.add(page);
    if (this.#asked === null) void this.#ask();
  }

  /** One page after another: what is heard while a page is awaited is newer than what it says. */
  async #ask(): Promise<void> {
    while (!this.#stopped && this.#wanted.size > 0) {
      this.#asked = this.#wanted.has('first') ? 'first' : 'next';
      this.#wanted.delete(this.#asked);
      try {
        await (this.#asked === 'first' ? this.#askFirst() : this.#askNext());
        this.#problem = '';
      } catch (error) {
        this.#problem = asDoorError(error).message;
        this.#wanted.delete('next');
      }
      this.#show();
    }
    this.#asked = null;
  }

  /** As many as are shown, so that nobody loses the place they have scrolled to. */
  async #askFirst(): Promise<void> {
    this.#list = asking(this.#list);
    const limit = Math.min(mostAtOnce, Math.max(this.#pageSize, this.#list.visits.length));
    const page = await this.#door.ask('events', { ...this.#filter, limit });
    this.#list = withFirstPage(this.#list, page);
  }

  async #askNext(): Promise<void> {
    const { next: cursor } = this.#list;
    if (typeof cursor !== 'string') return;
    this.#list = asking(this.#list);
    const page = await this.#door.ask('events', { ...this.#filter, limit: this.#pageSize, cursor });
    this.#list = withNextPage(this.#list, page);
  }

  #hear(visit: EventCard): void {
    if (this.#problem) this.#want('first');
    if (Object.keys(this.#filter).length === 0) this.#take(visit.id, visit);
    else void this.#place(visit);
  }

  /** Only the history knows whether the filter has a visit. */
  async #place(visit: EventCard): Promise<void> {
    this.#unplaced.set(visit.id, visit);
    try {
      const { events } = await this.#door.ask('events', momentOf(this.#filter, visit));
      // An answer from before more was known of the visit says nothing any more.
      if (this.#unplaced.get(visit.id) !== visit) return;
      this.#unplaced.delete(visit.id);
      this.#take(visit.id, events.find(({ id }) => id === visit.id) ?? null);
    } catch {
      if (!this.#stopped) this.#want('first');
    }
  }

  #take(id: number, visit: EventCard | null): void {
    this.#list = withHeard(this.#list, id, visit);
    this.#show();
  }

  #show(): void {
    const { visits: events, next } = this.#list;
    if (this.#stopped || (next === undefined && !this.#problem)) return;
    this.#onChange({ events, done: next === null || this.#problem !== '', problem: this.#problem });
  }
}

/** What the filter has of the millisecond of a visit. */
function momentOf(filter: Filter, { at }: EventCard): Params {
  const ms = Date.parse(at);
  const [from, to] = [filter.from, filter.to].map((moment) => Date.parse(String(moment)));
  return {
    ...filter,
    from: new Date(Math.max(ms, from || ms)).toISOString(),
    to: new Date(Math.min(ms + 1, to || ms + 1)).toISOString(),
  };
}
