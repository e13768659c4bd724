/** Visits into the database and events out of it. */
import type { Decision } from '../policy/decision.ts';
import type { Recorded, Visit } from '../visits/visit.ts';
import { isoTime } from './columns.ts';
import type { SqlValue } from './connection.ts';
import type { Queries, Reads } from './database.ts';
import type { EventPage, StoredDecision, StoredEvent } from './event.ts';
import {
  type DecisionRow,
  type DetectionRow,
  type EventRow,
  type FaceRow,
  type GateRow,
  storedEvent,
  storedGate,
} from './event-rows.ts';
import { insert, marks } from './insert.ts';
import type { RecordingState } from './recording-state.ts';
import { decisionRow, detectionRow, eventRow, faceRow, gateRows } from './visit-rows.ts';

export interface StoredThumbnail {
  /** Relative to the store's folder. */
  path: string;
  bytes: number;
}

/** What only some events are. */
export interface EventMarks {
  seen?: boolean;
  recording?: RecordingState;
}

/** Writes everything of a visit. To be called in a transaction. Resolves to the event's id. */
export async function insertVisit(
  queries: Queries,
  visit: Visit,
  thumbnail: StoredThumbnail | null,
  now: number,
  { seen = false, recording }: EventMarks = {},
): Promise<number> {
  const linked = await knownPeople(queries, visit);
  const identified = visit.identity.kind === 'person' ? visit.identity.personId : null;
  const event = eventRow(visit, {
    person_id: linked(identified),
    thumbnail_path: thumbnail?.path ?? null,
    thumbnail_bytes: thumbnail?.bytes ?? null,
    ignored: Number(visit.ignored),
    created_at: isoTime(now),
    seen: Number(seen),
    recording_state: recording ?? null,
  });
  const id = await insert(queries, 'events', [event]);
  await insertParts(queries, id, visit, linked);
  await insert(queries, 'decisions', [decisionRow(id, 0, visit.decidedAt, visit.decision)]);
  await insert(queries, 'gates', gateRows(id, 0, visit.decision));
  // Last, as it reads all of the above.
  await queries.run('INSERT INTO event_index VALUES (?)', [id]);
  return id;
}

/** What was seen: things and faces. To be called in a transaction. */
export async function insertParts(
  queries: Queries,
  id: number,
  { detections, faces }: Pick<Visit, 'detections' | 'faces'>,
  linked: (personId: number | null) => number | null,
): Promise<void> {
  const detectionRows = detections.map((detection) => detectionRow(id, detection));
  const faceRows = faces.map((face) => faceRow(id, face, linked(face.personId)));
  await insert(queries, 'detections', detectionRows);
  await insert(queries, 'faces', faceRows);
}

/** A decision made after the visit's own: an owner's. To be called in a transaction. Resolves to its position, 1 or more. */
export async function insertDecision(
  queries: Queries,
  eventId: number,
  decision: Decision,
  decidedAt: number,
): Promise<number> {
  const row = await queries.get<{ last: number | null }>(
    'SELECT max(position) AS last FROM decisions WHERE event_id = ?',
    [eventId],
  );
  const position = Math.max(1, (row?.last ?? 0) + 1);
  await insert(queries, 'decisions', [decisionRow(eventId, position, decidedAt, decision)]);
  await insert(queries, 'gates', gateRows(eventId, position, decision));
  return position;
}

/** All decisions about a visit, its own first. */
export async function readDecisions(reads: Reads, eventId: number): Promise<StoredDecision[]> {
  const decisions = await reads.all<DecisionRow & { position: number }>(
    'SELECT * FROM decisions WHERE event_id = ? ORDER BY position',
    [eventId],
  );
  const gates = await reads.all<GateRow & { decision: number }>(
    'SELECT * FROM gates WHERE event_id = ? ORDER BY decision, position',
    [eventId],
  );
  return decisions.map(({ position, decided_at, unlock }) => ({
    decidedAt: Date.parse(decided_at),
    unlock: Boolean(unlock),
    gates: gates.filter(({ decision }) => decision === position).map(storedGate),
  }));
}

export async function readEvent(reads: Reads, id: number): Promise<StoredEvent | null> {
  const row = await reads.get<EventRow>('SELECT * FROM events WHERE id = ?', [id]);
  const [event] = await withParts(reads, row ? [row] : []);
  return event ?? null;
}

/** Newest first; events of one moment by id. */
export async function readEvents(reads: Reads, { limit, before }: EventPage): Promise<StoredEvent[]> {
  const order = 'ORDER BY recorded_at DESC, id DESC LIMIT ?';
  const rows = before
    ? await reads.all<EventRow>(`SELECT * FROM events WHERE (recorded_at, id) < (?, ?) ${order}`, [
        isoTime(before.triggeredAt),
        before.id,
        limit,
      ])
    : await reads.all<EventRow>(`SELECT * FROM events ${order}`, [limit]);
  return withParts(reads, rows);
}

/** Somebody may be forgotten between recognition and this: their visit is kept, unlinked. */
export async function knownPeople(
  reads: Reads,
  { identity, faces }: Pick<Recorded, 'identity' | 'faces'>,
): Promise<(id: number | null) => number | null> {
  const ids = new Set(faces.flatMap(({ personId }) => personId ?? []));
  if (identity.kind === 'person') ids.add(identity.personId);
  if (ids.size === 0) return () => null;
  const values = [...ids];
  const rows = await reads.all<{ id: number }>(`SELECT id FROM persons WHERE id IN (${marks(values)})`, values);
  const known = new Set(rows.map((row) => row.id));
  return (id) => (id !== null && known.has(id) ? id : null);
}

/** Events of their rows, with what belongs to each. */
export async function withParts(reads: Reads, rows: readonly EventRow[]): Promise<StoredEvent[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const list = `event_id IN (${marks(ids)})`;
  const detections = await byEvent<DetectionRow>(reads, `SELECT * FROM detections WHERE ${list} ORDER BY id`, ids);
  const faces = await byEvent<FaceRow>(reads, `SELECT * FROM faces WHERE ${list} ORDER BY id`, ids);
  const decisions = await byEvent<DecisionRow>(reads, `SELECT * FROM decisions WHERE ${list} AND position = 0`, ids);
  const gatesOfFirst = `SELECT * FROM gates WHERE ${list} AND decision = 0 ORDER BY position`;
  const gates = await byEvent<GateRow>(reads, gatesOfFirst, ids);
  return rows.map((row) =>
    storedEvent(row, {
      detections: detections.get(row.id) ?? [],
      faces: faces.get(row.id) ?? [],
      decision: decisions.get(row.id)?.[0],
      gates: gates.get(row.id) ?? [],
    }),
  );
}

async function byEvent<Part extends { event_id: number }>(reads: Reads, sql: string, ids: readonly SqlValue[]) {
  const groups = new Map<number, Part[]>();
  for (const row of await reads.all<Part>(sql, ids)) {
    const group = groups.get(row.event_id);
    if (group) group.push(row);
    else groups.set(row.event_id, [row]);
  }
  return groups;
}
