/** A house on a real history, without cameras and locks: what the page asks of the plugin, done to the store. */

import type { History } from '../../../src/dashboard/api.ts';
import type { EventCard, HouseStatus } from '../../../src/dashboard/api-types.ts';
import type { House } from '../../../src/dashboard/house.ts';
import { storedEmbedding } from '../../../src/store/columns.ts';
import type { EventStore } from '../../../src/store/event-store.ts';
import type { Visit } from '../../../src/visits/visit.ts';

export class StoreHouse implements House {
  readonly #store: EventStore;
  readonly #history: History;
  readonly #listeners = new Set<(visit: EventCard) => void>();
  #armed = true;

  constructor(store: EventStore, history: History) {
    this.#store = store;
    this.#history = history;
  }

  /** A visit as the cameras would bring it. */
  async visit(visit: Visit): Promise<number> {
    const { id } = await this.#store.addVisit(visit);
    const { events } = await this.#history.events({ limit: 200 });
    const card = events.find((event) => event.id === id);
    if (card) for (const tell of this.#listeners) tell(card);
    return id;
  }

  async status(): Promise<HouseStatus> {
    return {
      version: '0.1.0',
      armed: this.#armed,
      startedAt: '2026-11-22T08:00:00.000Z',
      parts: [
        { kind: 'lock', id: 'front', name: 'Front door lock', state: 'ok', sentence: 'Locked. Battery 82 %.' },
        { kind: 'vision', id: 'vision', name: 'Recognition', state: 'ok', sentence: 'A picture takes about 95 ms.' },
        {
          kind: 'telegram',
          id: 'telegram',
          name: 'Telegram',
          state: 'trouble',
          sentence: 'The last message could not be sent; it is tried again.',
        },
      ],
    };
  }

  async enrol(person: string, source: Parameters<House['enrol']>[1]) {
    if (!('event' in source))
      throw new Error('No face was found; take one that shows the face from the front, in good light.');
    const row = await this.#store.database.get<{ embedding: Buffer | null }>(
      'SELECT embedding FROM faces WHERE id = ? AND event_id = ?',
      [source.face, source.event],
    );
    if (!row?.embedding) throw new Error('The face data of this visit are erased: choose another visit.');
    const template = {
      embedding: storedEmbedding(row.embedding),
      model: 'faceres',
      source: `event ${source.event}, face ${source.face}`,
    };
    const { templates } = await this.#store.enrol(person, person, [template]);
    return { person, personName: person, templates: templates.length, warnings: [] };
  }

  async checkPicture() {
    return { problem: 'No face was found; take one that shows the face from the front, in good light.' };
  }

  async forget(person: string) {
    const forgotten = await this.#store.forget(person);
    if (!forgotten) throw new Error(`Nobody is called ${person}.`);
    return forgotten;
  }

  async rename(person: string, personName: string) {
    await this.#store.database.run('UPDATE persons SET display_name = ? WHERE name = ?', [personName, person]);
  }

  async identify() {}

  async markSeen(events: readonly number[], seen: boolean) {
    for (const id of events)
      await this.#store.database.run('UPDATE events SET seen = ? WHERE id = ?', [Number(seen), id]);
  }

  async markAllSeen(until: string) {
    await this.#store.database.run('UPDATE events SET seen = 1 WHERE recorded_at <= ?', [until]);
  }

  async lock() {}

  async arm(armed: boolean) {
    this.#armed = armed;
  }

  async snapshot(): Promise<Uint8Array> {
    throw new Error('The camera gave no picture.');
  }

  async ringLogin() {
    return { state: 'code' as const, prompt: 'Type the code that Ring sent you.' };
  }

  async ringCode() {
    return { state: 'done' as const };
  }

  async switchbotDevices() {
    return [];
  }

  async telegramTest() {}

  onVisit(listener: (visit: EventCard) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
