/** A storage folder with ninety made-up days in it, and the house that stands for the running plugin. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { History } from '../../../src/dashboard/api.ts';
import { Gallery } from '../../../src/people/people.ts';
import { EventStore } from '../../../src/store/event-store.ts';
import type { Visit } from '../../../src/visits/visit.ts';
import { seedNinetyDays } from '../../../tools/demo/ninety-days.ts';
import { enrolHousehold } from '../../bench/history/fill.ts';
import { StoreHouse } from './house.ts';

const dayMs = 86_400_000;
const madeUpVisits = 260;

export class Storage {
  readonly root: string;
  readonly store: EventStore;
  readonly history: History;
  readonly house: StoreHouse;

  private constructor(root: string, store: EventStore) {
    this.root = root;
    this.store = store;
    const cameras = new Map([
      ['front-door', 'Front door'],
      ['garden', 'Garden'],
      ['garage', 'Garage'],
    ]);
    this.history = new History(store.database, { cameras, timeZone: 'Europe/Berlin' });
    this.house = new StoreHouse(store, this.history);
  }

  static async create(): Promise<Storage> {
    // Short: the path of a socket has little room.
    const root = await mkdtemp(join(tmpdir(), 'latchkey-'));
    const store = await EventStore.open(join(root, 'latchkey'));
    const now = Date.now();
    await enrolHousehold(store.database, now - 90 * dayMs);
    await seedNinetyDays({ store, now, visits: madeUpVisits });
    return new Storage(root, store);
  }

  /** The newest stranger with a face, as they would come again: named, if somebody enrolled is like them. */
  async comesAgain(event: number): Promise<number> {
    const stored = await this.store.event(event);
    const face = stored?.faces[0];
    if (!stored || !face?.face.embedding) throw new Error(`Event ${event} has no face.`);
    const match = new Gallery(await this.store.people()).nearest(face.face.embedding);
    const person = match && match.similarity > 0.7 ? match.person : null;
    const { id: _, frame, thumbnail: __, seen: ___, createdAt: ____, ...same } = stored;
    const now = Date.now();
    const visit: Visit = {
      ...same,
      trigger: 'ding',
      triggeredAt: now,
      decidedAt: now + 900,
      identity:
        person && match
          ? { kind: 'person', personId: person.id, name: person.name, similarity: match.similarity }
          : { kind: 'stranger' },
      faces: [
        {
          face: { ...face.face, embedding: face.face.embedding },
          personId: person?.id ?? null,
          personName: person?.name ?? null,
          similarity: match?.similarity ?? null,
        },
      ],
      bestFrame: frame && { ...frame, thumbnail: null },
      sentence: `${person?.name ?? 'A stranger'} rang at Front door.`,
      ms: stored.ms ?? { decode: 0, objects: 0, faces: 0, embeddings: 0, decision: 900, unlock: null },
    };
    return this.house.visit(visit);
  }

  async remove(): Promise<void> {
    await this.store.close();
    await rm(this.root, { recursive: true, force: true });
  }
}
