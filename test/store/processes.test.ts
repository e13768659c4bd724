/** Several processes on one history, some of which die. */
import { existsSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EventStore } from '../../src/store/event-store.ts';
import { startChild } from './children.ts';
import { freshFolder } from './folders.ts';
import { aVisit } from './visits.ts';

async function open(folder: string, readOnly = false): Promise<EventStore> {
  const store = await EventStore.open(folder, { readOnly });
  onTestFinished(() => store.close());
  return store;
}

async function expectWhole(store: EventStore, ids: readonly number[]): Promise<void> {
  const events = await store.events({ limit: 10_000 });
  const found = new Set(events.map(({ id }) => id));
  expect(ids.filter((id) => !found.has(id))).toEqual([]);
  for (const { thumbnail, detections, decision } of events) {
    expect([detections.length, decision.gates.length]).toEqual([2, 1]);
    expect(existsSync(store.thumbnailFile(thumbnail ?? '') ?? '')).toBe(true);
  }
}

describe('a writer killed in the middle', () => {
  it('leaves a sound database with every event that it had reported', async () => {
    const folder = freshFolder();
    const reported: number[] = [];
    for (const visits of [1, 8, 33]) {
      const writer = startChild('writer.ts', folder, '100000');
      for (let visit = 0; visit < visits; visit++) reported.push(Number(await writer.next()));
      await writer.kill();
      reported.push(...(await writer.rest()).map(Number));
    }
    // A reader comes first: what was written is still in the write-ahead log only.
    await expectWhole(await open(folder, true), reported);
    const store = await open(folder);
    expect(await store.database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(await store.database.all('PRAGMA foreign_key_check')).toEqual([]);
    await expectWhole(store, reported);
    expect((await store.addVisit(aVisit())).id).toBeGreaterThan(Math.max(...reported));
  });
});

describe('several processes', () => {
  it('write to one history without losing anything of each other', async () => {
    const folder = freshFolder();
    const store = await open(folder);
    const others = [startChild('writer.ts', folder, '40'), startChild('writer.ts', folder, '40')];
    const finished = Promise.all(others.map((other) => other.rest()));
    const ours: number[] = [];
    for (let visit = 0; visit < 40; visit++) ours.push((await store.addVisit(aVisit())).id);
    const ids = [...ours, ...(await finished).flat().map(Number)];
    expect(new Set(ids).size).toBe(120);
    expect((await store.events({ limit: 1000 })).map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(
      ids.toSorted((a, b) => a - b),
    );
  });

  it('may read while another writes, and see what it has written', async () => {
    const folder = freshFolder();
    const writer = startChild('writer.ts', folder, '100000');
    await writer.next();
    const reader = await open(folder, true);
    for (let read = 0; read < 20; read++) {
      const id = Number(await writer.next());
      expect(await reader.event(id)).toMatchObject({ id, detections: [{ label: 'cat' }, { label: 'dog' }] });
    }
    await writer.kill();
    await expectWhole(reader, []);
  });
});
