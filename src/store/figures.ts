/** What there is to count of the visits of some time. */
import { isoTime } from './columns.ts';
import type { Reads } from './database.ts';
import type { StoredIdentity, VisitFigure } from './event.ts';

interface FigureRow {
  recorded_at: string;
  identity: StoredIdentity['kind'];
  person_name: string | null;
  unlocked: number;
  ignored: number;
}

/** From one moment to another, which is not included. */
export async function readFigures(reads: Reads, from: number, to: number): Promise<VisitFigure[]> {
  const rows = await reads.all<FigureRow>(
    `SELECT recorded_at, identity, person_name, unlocked, ignored FROM events
      WHERE recorded_at >= ? AND recorded_at < ? ORDER BY recorded_at, id`,
    [isoTime(from), isoTime(to)],
  );
  return rows.map(({ recorded_at, identity, person_name, unlocked, ignored }) => ({
    at: Date.parse(recorded_at),
    identity,
    personName: person_name,
    unlocked: Boolean(unlocked),
    ignored: Boolean(ignored),
  }));
}
