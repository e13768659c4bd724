/** The enrolled people, watched for changes: whoever was enrolled by whatever way, and pairs who look too alike. */
import { type Log, reason } from './log.ts';
import { lookAlikeSentence, lookAlikes } from './people/look-alikes.ts';
import type { Person } from './people/people.ts';

/** How many pictures each person was enrolled from, by id. */
type Counts = Record<number, number>;

export interface CensusPorts {
  /** Reads them anew. */
  people(): Promise<Person[]>;
  /** The counts of the last run; undefined where there are none. */
  load(): Promise<Counts | undefined>;
  save(counts: Counts): Promise<void>;
  /** Similarity at which the door opens. */
  threshold: number;
  log: Log;
  /** Somebody was enrolled, or from further pictures. Must not throw. */
  onEnrolled(): void;
  /** Two people look too alike: one sentence, once for each pair. Must not throw. */
  onLookAlikes(sentence: string): void;
}

export class Census {
  readonly #ports: CensusPorts;
  #counts: Counts | undefined;
  readonly #told = new Set<string>();

  constructor(ports: CensusPorts) {
    this.#ports = ports;
  }

  /** What was enrolled while the plugin did not run counts as enrolled now. */
  async start(): Promise<void> {
    this.#counts = await this.#ports.load();
    this.#tellLookAlikes(await this.people());
  }

  /** Read anew. Whoever is new has been told of before this resolves. */
  async people(): Promise<Person[]> {
    const people = await this.#ports.people();
    const counts = Object.fromEntries(people.map(({ id, templates }) => [id, templates.length]));
    if (sameCounts(counts, this.#counts)) return people;
    const before = this.#counts;
    this.#counts = counts;
    if (before && hasGrown(counts, before)) this.#ports.onEnrolled();
    this.#tellLookAlikes(people);
    await this.#ports.save(counts).catch((error) => {
      this.#ports.log.warn(`Who is enrolled could not be noted for the next start: ${reason(error)}`);
    });
    return people;
  }

  #tellLookAlikes(people: readonly Person[]): void {
    for (const pair of lookAlikes(people, this.#ports.threshold)) {
      const key = `${pair.first.id} ${pair.second.id}`;
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      this.#ports.onLookAlikes(lookAlikeSentence(pair));
    }
  }
}

function hasGrown(counts: Counts, before: Counts): boolean {
  return Object.entries(counts).some(([id, count]) => count > (before[Number(id)] ?? 0));
}

function sameCounts(a: Counts, b: Counts | undefined): boolean {
  if (!b || Object.keys(a).length !== Object.keys(b).length) return false;
  return Object.entries(a).every(([id, count]) => b[Number(id)] === count);
}
