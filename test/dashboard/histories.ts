/** Histories to ask questions of. */
import { onTestFinished } from 'vitest';
import { History, type HistoryOptions } from '../../src/dashboard/api.ts';
import { EventStore } from '../../src/store/event-store.ts';
import type { Detection } from '../../src/vision/analysis.ts';
import type { Visit } from '../../src/visits/visit.ts';
import { freshFolder } from '../store/folders.ts';
import { aVisit } from '../store/visits.ts';

export const noon = Date.UTC(2026, 10, 22, 12);

export function clockAt(now: number) {
  return { now: () => now, after: () => () => undefined };
}

export const cameraNames = new Map([
  ['front-door', 'Front door'],
  ['garden', 'Garden'],
]);

export async function openStore(folder = freshFolder()): Promise<EventStore> {
  const store = await EventStore.open(folder, { clock: clockAt(noon) });
  onTestFinished(() => store.close());
  return store;
}

export function historyOf(store: EventStore, options: Partial<HistoryOptions> = {}): History {
  return new History(store.database, {
    cameras: cameraNames,
    timeZone: 'Europe/Berlin',
    clock: clockAt(noon),
    ...options,
  });
}

export async function historyWith(visits: readonly Visit[], options: Partial<HistoryOptions> = {}) {
  const store = await openStore();
  for (const visit of visits) await store.addVisit(visit);
  return { store, history: historyOf(store, options) };
}

export function visitAt(time: string | number, changes: Partial<Visit> = {}): Visit {
  const triggeredAt = typeof time === 'number' ? time : Date.parse(time);
  return aVisit({ triggeredAt, decidedAt: triggeredAt + 1000, ...changes });
}

export function seen(...labels: string[]): Detection[] {
  return labels.map((label) => ({ label, confidence: 0.8, box: [480, 270, 960, 540] }));
}

export function known(name: string): Visit['identity'] {
  return { kind: 'person', personId: 1, name, similarity: 0.8 };
}
