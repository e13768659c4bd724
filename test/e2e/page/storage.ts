/** A storage folder with ninety made-up days in it, and the house that stands for the running plugin. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { History } from '../../../src/dashboard/api.ts';
import { EventStore } from '../../../src/store/event-store.ts';
import { seedNinetyDays } from '../../../tools/demo/ninety-days.ts';
import { enrolHousehold } from '../../bench/history/fill.ts';
import { ShownHouse } from './house.ts';

const dayMs = 86_400_000;
const madeUpVisits = 260;

export class Storage {
  readonly root: string;
  readonly store: EventStore;
  readonly history: History;
  readonly house = new ShownHouse();

  private constructor(root: string, store: EventStore) {
    this.root = root;
    this.store = store;
    const cameras = new Map([
      ['front-door', 'Front door'],
      ['garden', 'Garden'],
      ['garage', 'Garage'],
    ]);
    this.history = new History(store.database, { cameras, timeZone: 'Europe/Berlin' });
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

  async remove(): Promise<void> {
    await this.store.close();
    await rm(this.root, { recursive: true, force: true });
  }
}
