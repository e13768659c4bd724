/** The visits a view shows, whatever the order in which answers and arrivals come. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../../homebridge-ui/app/door.ts';
import { type Shown, Timeline } from '../../homebridge-ui/app/timeline.ts';
import type { EventCard, EventPage, IdentityKind } from '../../src/dashboard/api-types.ts';

type Door = ConstructorParameters<typeof Timeline>[0];

interface Asked {
  identity?: IdentityKind[];
  from?: string;
  to?: string;
  limit?: number;
  cursor?: string;
}

/** A history that answers and tells when it is let to. `turn` resolves when a message may go on. */
class FakeHistory {
  readonly door: Door;
  readonly #visits = new Map<number, EventCard>();
  readonly #listeners = new Set<(visit: EventCard) => void>();
  readonly #runnings = new Set<(running: boolean) => void>();
  readonly #turn: () => Promise<unknown>;
  readonly #news: EventCard[] = [];
  connected = true;
  broken = false;

  constructor(turn: () => Promise<unknown>) {
    this.#turn = turn;
    this.door = {
      ask: async (_name, params) => {
        await turn();
        if (this.broken) throw new DoorError('The dashboard does not answer.', 'stopped');
        const answer = this.page(params as Asked);
        await turn();
        return answer as never;
      },
      onVisit: (listener) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
      onRunning: (listener) => {
        this.#runnings.add(listener);
        return () => this.#runnings.delete(listener);
      },
    };
  }

  put(id: number, at: number, identity: IdentityKind): void {
    const known = this.#visits.get(id);
    const visit = { id, at: known?.at ?? new Date(at).toISOString(), identity } as EventCard;
    this.#visits.set(id, visit);
    if (!this.connected) return;
    this.#news.push(visit);
    void this.#turn().then(() => {
      const next = this.#news.shift();
      if (next) for (const tell of this.#listeners) tell(next);
    });
  }

  /** What was not told while the line was cut is never told. */
  connect(connected: boolean): void {
    if (connected && !this.connected) for (const tell of this.#runnings) tell(true);
    this.connected = connected;
  }

  page({ identity, from = '', to = '9', limit = 50, cursor }: Asked): EventPage {
    const all = [...this.#visits.values()]
      .filter((visit) => !identity || identity.includes(visit.identity))
      .filter(({ at }) => at >= from && at < to)
      .sort((a, b) => (a.at === b.at ? b.id - a.id : a.at < b.at ? 1 : -1))
      .filter((visit) => !cursor || `${visit.at} ${String(visit.id).padStart(6, '0')}` < cursor);
    const last = all.length > limit ? all[limit - 1] : undefined;
    return {
      events: all.slice(0, limit),
      next: last ? `${last.at} ${String(last.id).padStart(6, '0')}` : null,
    };
  }
}

const filters: Record<string, string[]>[] = [{}, { identity: ['stranger'] }];
const identity = fc.constantFrom<IdentityKind>('stranger', 'person', 'nobody');
const start = Date.parse('2026-11-22T08:00:00Z');

type Step =
  | { kind: 'visit'; at: number; identity: IdentityKind }
  | { kind: 'known better'; which: number; identity: IdentityKind }
  | { kind: 'more' }
  | { kind: 'cut' }
  | { kind: 'line' };

const step: fc.Arbitrary<Step> = fc.oneof(
  // Few moments, so that visits share one, and not always the newest: some are written later than they began.
  fc.record({ kind: fc.constant('visit' as const), at: fc.nat(12), identity }),
  fc.record({ kind: fc.constant('known better' as const), which: fc.nat(20), identity }),
  fc.constantFrom<Step>({ kind: 'more' }, { kind: 'more' }, { kind: 'cut' }, { kind: 'line' }),
);

/** The newest visits the filter has and no others, in order, each as it is known last. */
function expectNewest(shown: Shown | undefined, all: readonly EventCard[]): void {
  const events = shown?.events ?? [];
  expect(events).toEqual(all.slice(0, events.length));
  if (shown?.done) expect(events).toHaveLength(all.length);
}

describe('the visits of a filter', () => {
  it('are the newest first, each once and as last known, none lost, in whatever order answers and arrivals come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.record({ at: fc.nat(12), identity }), { maxLength: 10 }),
        fc.array(step, { maxLength: 14 }),
        fc.constantFrom(...filters),
        fc.integer({ min: 1, max: 4 }),
        async (scheduler, before, steps, filter, pageSize) => {
          const history = new FakeHistory(() => scheduler.schedule(Promise.resolve()));
          let id = 0;
          history.connected = false;
          for (const { at, identity } of before) history.put(++id, start + at, identity);
          history.connected = true;
          let shown: Shown | undefined;
          const timeline = new Timeline(history.door, filter, pageSize, (now) => {
            shown = now;
          });
          const act = (one: Step) => {
            if (one.kind === 'visit') history.put(++id, start + one.at, one.identity);
            else if (one.kind === 'known better' && id > 0) history.put(1 + (one.which % id), 0, one.identity);
            else if (one.kind === 'more') timeline.more();
            else if (one.kind === 'cut') history.connect(false);
            else if (one.kind === 'line') history.connect(true);
          };
          scheduler.scheduleSequence(steps.map((one) => ({ builder: async () => act(one), label: one.kind })));
          await scheduler.waitIdle();
          history.connect(true);
          await scheduler.waitIdle();
          expectNewest(shown, history.page({ ...filter, limit: 1000 }).events);
          for (let pages = 0; pages <= id && !shown?.done; pages++) {
            timeline.more();
            await scheduler.waitIdle();
          }
          expect(shown?.done).toBe(true);
          expectNewest(shown, history.page({ ...filter, limit: 1000 }).events);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('are asked for again when a visit is heard of after the history did not answer', async () => {
    let shown: Shown | undefined;
    let told = Promise.withResolvers<void>();
    const history = new FakeHistory(async () => {});
    history.put(1, start, 'person');
    history.broken = true;
    new Timeline(history.door, {}, 4, (now) => {
      shown = now;
      told.resolve();
    });
    await told.promise;
    expect(shown).toEqual({ events: [], done: true, problem: 'The dashboard does not answer.' });
    history.broken = false;
    history.put(2, start + 1, 'stranger');
    while (shown?.problem || shown?.events.length !== 2) {
      told = Promise.withResolvers();
      await told.promise;
    }
    expect(shown).toMatchObject({ events: [{ id: 2 }, { id: 1 }], done: true, problem: '' });
  });

  it('of a filter that was left are drawn no more', async () => {
    const released = Promise.withResolvers<void>();
    const history = new FakeHistory(() => released.promise);
    const drawn: Shown[] = [];
    const left = new Timeline(history.door, { identity: ['stranger'] }, 4, (now) => drawn.push(now));
    history.put(1, start, 'stranger');
    left.stop();
    const told = Promise.withResolvers<Shown>();
    new Timeline(history.door, {}, 4, told.resolve);
    released.resolve();
    expect((await told.promise).events).toHaveLength(1);
    expect(drawn).toEqual([]);
  });
});
