/** What belongs to one visit of a folder camera, and when it is over. */
import { describe, expect, it } from 'vitest';
import { type Arrival, FolderVisit } from '../../src/cameras/folder-visit.ts';
import { VirtualClock } from '../fakes/clock.ts';

function arrival(path: string): Arrival {
  return { path, kind: 'picture', state: { ino: 1, size: 1, mtimeMs: 0 }, takenAt: 0, live: true };
}

function begin({ busy = false } = {}) {
  const clock = new VirtualClock();
  const state = { busy, overs: 0 };
  const visit = new FolderVisit(
    { kind: 'motion', at: clock.now() },
    { clock, visitSeconds: 20, quietSeconds: 3, isBusy: () => state.busy, onOver: () => state.overs++ },
  );
  visit.add(arrival('0'));
  return { clock, visit, state };
}

const never = new AbortController().signal;

async function paths(arrivals: AsyncIterable<Arrival>): Promise<string[]> {
  const all: string[] = [];
  for await (const { path } of arrivals) all.push(path);
  return all;
}

describe('a visit of a folder camera', () => {
  it('is open until it has been quiet for as long as it should', async () => {
    const { clock, visit, state } = begin();
    await clock.advance(2999);
    visit.add(arrival('1'));
    await clock.advance(2999);
    expect(visit.isOpen).toBe(true);
    expect(state.overs).toBe(0);
    await clock.advance(1);
    expect(visit.isOpen).toBe(false);
    visit.end();
    expect(state.overs).toBe(1);
    expect(clock.waiting).toBe(0);
  });

  it('hands over what arrived even where it is asked late', async () => {
    const { clock, visit } = begin();
    visit.add(arrival('1'));
    await clock.advance(3000);
    expect(await paths(visit.arrivals(never))).toEqual(['0', '1']);
  });

  it('hands nothing over where its longest time is up before it is asked', async () => {
    const { clock, visit } = begin({ busy: true });
    await clock.advance(19_999);
    expect(visit.isOpen).toBe(true);
    await clock.advance(1);
    expect(visit.isOpen).toBe(false);
    expect(await paths(visit.arrivals(never))).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('is not quiet while another file is being written', async () => {
    const { clock, visit, state } = begin({ busy: true });
    await clock.advance(8000);
    expect(visit.isOpen).toBe(true);
    state.busy = false;
    await clock.advance(1000);
    expect(visit.isOpen).toBe(false);
  });

  it('is not quiet while its reader looks, and is while its reader waits', async () => {
    const { clock, visit } = begin();
    const arrivals = visit.arrivals(never);
    await arrivals.next();
    await clock.advance(10_000);
    expect(visit.isOpen).toBe(true);
    const last = arrivals.next();
    await clock.advance(2000);
    expect((await last).done).toBe(true);
    expect(visit.isOpen).toBe(false);
  });

  it('stays open past its longest time for as long as its reader looks, so that no other begins meanwhile', async () => {
    const { clock, visit } = begin();
    const arrivals = visit.arrivals(never);
    await arrivals.next();
    await clock.advance(20_000);
    expect([visit.over.aborted, visit.isOpen]).toEqual([true, true]);
    expect((await arrivals.next()).done).toBe(true);
    expect(visit.isOpen).toBe(false);
  });

  it('keeps the newest of a flood', async () => {
    const { clock, visit } = begin();
    for (let i = 1; i < 500; i++) visit.add(arrival(`${i}`));
    await clock.advance(3000);
    expect(await paths(visit.arrivals(never))).toEqual(Array.from({ length: 64 }, (_, i) => `${i + 436}`));
  });

  it('takes in what comes after its reader has left, and hands it to nobody', async () => {
    const { clock, visit } = begin();
    for await (const _ of visit.arrivals(never)) break;
    await clock.advance(2000);
    visit.add(arrival('1'));
    await clock.advance(2000);
    expect(visit.isOpen).toBe(true);
    await clock.advance(1000);
    expect(visit.isOpen).toBe(false);
  });

  it('ends at once when it is told to', async () => {
    const { clock, visit } = begin();
    const arrivals = visit.arrivals(never);
    await arrivals.next();
    const last = arrivals.next();
    visit.end();
    expect((await last).done).toBe(true);
    expect(clock.waiting).toBe(0);
  });
});
