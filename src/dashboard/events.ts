/** Events out of the history: a page of a filter, and one with everything that is known of it. */
import type { SqlValue } from '../store/connection.ts';
import type { Reads } from '../store/database.ts';
import type { DetectionRow, EventRow, FaceRow, GateRow } from '../store/event-rows.ts';
import type { EventCard, EventDetail, EventFilter, EventPage } from './api-types.ts';
import { BadRequest } from './bad-request.ts';
import { type CardRow, cardColumns, cardOf, detectionOf, faceDetailOf, faceOf, gateOf, type Names } from './cards.ts';
import { type Cursor, formatCursor, isTerm, parseCursor, searchOf, subjectsAsked, wordsOf } from './filter.ts';
import type { Interval } from './hours.ts';
import { packedRows } from './packed.ts';

export interface PageOf extends EventFilter {
  limit: number;
  cursor?: string | undefined;
}

interface Selection {
  /** From FROM on, newest first, without LIMIT. */
  sql: string;
  values: SqlValue[];
}

/** Null where nothing can match. */
export async function selectionOf(reads: Reads, filter: EventFilter, before?: Cursor): Promise<Selection | null> {
  const unfinished = wordsOf(filter.text).at(-1);
  const search = searchOf(filter, unfinished === undefined ? [] : await endingsOf(reads, unfinished), before);
  if (search.impossible || (await neverAt(reads, filter))) return null;
  const conditions = [...search.moments];
  const values = [...search.momentValues];
  if (search.terms !== null) {
    conditions.unshift('event_terms MATCH ?');
    values.unshift(search.terms);
  }
  if (filter.unseen) {
    conditions.push('e.seen = 0');
    // Nothing unseen is older than the oldest unseen event, which an index knows.
    const oldest = "(SELECT (strftime('%s', min(recorded_at)) * 1000) * 1048576 FROM events WHERE seen = 0)";
    conditions.push(`${search.terms === null ? 'o.moment' : 't.rowid'} >= ${oldest}`);
  }
  const from =
    search.terms === null
      ? 'event_order o CROSS JOIN events e ON e.id = o.event_id'
      : 'event_terms t CROSS JOIN event_order o ON o.moment = t.rowid CROSS JOIN events e ON e.id = o.event_id';
  const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
  return { sql: `FROM ${from} ${where} ORDER BY ${search.terms === null ? 'o.moment' : 't.rowid'} DESC`, values };
}

/** The cameras asked for never saw one of the subjects: the counts know, where the index would look through all of both. */
async function neverAt(reads: Reads, { camera = [], ...others }: EventFilter): Promise<boolean> {
  const asked = subjectsAsked(others);
  if (camera.length === 0 || asked.length === 0) return false;
  const any = (values: readonly unknown[]) => values.map(() => '?').join(', ');
  const seen = asked.map(
    (subjects) =>
      `EXISTS (SELECT 1 FROM visit_days WHERE subject IN (${any(subjects)}) AND camera_id IN (${any(camera)}))`,
  );
  const row = await reads.get<{ possible: number }>(
    `SELECT ${seen.join(' AND ')} AS possible`,
    asked.flatMap((subjects) => [...subjects, ...camera]),
  );
  return row?.possible === 0;
}

/** What nobody has looked at, with no other filter: those have an index of their own. Null for any other filter. */
function unseenAlone({ unseen, ...others }: EventFilter, before?: Cursor): Selection | null {
  if (!unseen || Object.values(others).some((value) => value !== undefined)) return null;
  return {
    sql: `FROM events e INDEXED BY events_unseen WHERE e.seen = 0 ${before ? 'AND (e.recorded_at, e.id) < (?, ?)' : ''}
      ORDER BY e.recorded_at DESC, e.id DESC`,
    values: before ? [new Date(before.at).toISOString(), before.id] : [],
  };
}

const ofEvent = cardColumns.map((column) => `e.${column}`).join(', ');

const mostEndings = 50;

/** One step of the index for each word: FTS5's own prefix search would first put together every visit of all of them. */
async function endingsOf(reads: Reads, beginning: string): Promise<string[]> {
  const rows = await reads.all<{ term: string }>(
    `WITH RECURSIVE words (term) AS (
      SELECT (SELECT term FROM event_words WHERE term >= ?1 LIMIT 1)
      UNION ALL SELECT (SELECT term FROM event_words WHERE term >= words.term || char(1) LIMIT 1)
        FROM words WHERE words.term < ?2 LIMIT ?3
    ) SELECT term FROM words WHERE term < ?2`,
    [beginning, `${beginning}\u{10ffff}`, mostEndings],
  );
  return rows.map(({ term }) => term).filter((term) => !isTerm(term));
}

export async function eventPage(reads: Reads, { limit, cursor, ...filter }: PageOf, names: Names): Promise<EventPage> {
  const before = cursor === undefined ? undefined : parseCursor(cursor);
  if (before === null) throw new BadRequest('cursor must be the `next` of a page.');
  const selection = unseenAlone(filter, before) ?? (await selectionOf(reads, filter, before));
  if (!selection) return { events: [], next: null };
  const rows = await packedRows<CardRow>(reads, cardColumns, `SELECT ${ofEvent} ${selection.sql} LIMIT ?`, [
    ...selection.values,
    limit + 1,
  ]);
  const events = await cardsOf(reads, rows.slice(0, limit), names);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { events, next: last ? formatCursor({ at: Date.parse(last.recorded_at), id: last.id }) : null };
}

/** A page of the events within the intervals, which come newest first. */
export async function pageOfIntervals(
  reads: Reads,
  request: PageOf,
  intervals: readonly Interval[],
  names: Names,
): Promise<EventPage> {
  const before = request.cursor === undefined ? null : parseCursor(request.cursor);
  const events: EventCard[] = [];
  for (const { fromMs, toMs } of intervals) {
    if (before && fromMs > before.at) continue;
    const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
    const page = await eventPage(reads, { ...request, from, to, limit: request.limit + 1 - events.length }, names);
    events.push(...page.events);
    if (events.length > request.limit) {
      const last = events[request.limit - 1];
      return {
        events: events.slice(0, request.limit),
        next: last ? formatCursor({ at: Date.parse(last.at), id: last.id }) : null,
      };
    }
  }
  return { events, next: null };
}

export async function eventDetail(reads: Reads, id: number, names: Names): Promise<EventDetail | null> {
  const row = await reads.get<EventRow>('SELECT * FROM events WHERE id = ?', [id]);
  if (!row) return null;
  const detections = await reads.all<DetectionRow>('SELECT * FROM detections WHERE event_id = ? ORDER BY id', [id]);
  const faces = await reads.all<FaceRow & { enrollable: number }>(
    `SELECT id, event_id, person_id, person_name, similarity, confidence, bbox_x1, bbox_y1, bbox_x2, bbox_y2, yaw, pitch,
      roll, size, sharpness, antispoof, liveness, landmarks, embedding IS NOT NULL AS enrollable
      FROM faces WHERE event_id = ? ORDER BY id`,
    [id],
  );
  const gates = await reads.all<GateRow>('SELECT * FROM gates WHERE event_id = ? AND decision = 0 ORDER BY position', [
    id,
  ]);
  const decision = await reads.get<{ decided_at: string }>(
    'SELECT decided_at FROM decisions WHERE event_id = ? AND position = 0',
    [id],
  );
  const around = await reads.get<{ older: number | null; newer: number | null }>(
    `SELECT (SELECT event_id FROM event_order WHERE moment < o.moment ORDER BY moment DESC LIMIT 1) AS older,
      (SELECT event_id FROM event_order WHERE moment > o.moment ORDER BY moment LIMIT 1) AS newer
      FROM event_order o WHERE o.event_id = ?`,
    [id],
  );
  return {
    ...cardOf(row, names),
    detections: detections.map(detectionOf),
    faces: faces.map(faceDetailOf),
    decidedAt: decision?.decided_at ?? row.recorded_at,
    lock: row.lock_id,
    unlockGranted: Boolean(row.unlock_granted),
    gates: gates.map(gateOf),
    fromRecording: row.recording_state === 'shown',
    frames: row.frames,
    ms:
      row.trigger_kind === null
        ? null
        : {
            decode: row.ms_decode,
            objects: row.ms_objects,
            faces: row.ms_faces,
            embeddings: row.ms_embeddings,
            decision: row.ms_decision,
            unlock: row.ms_unlock,
          },
    older: around?.older ?? null,
    newer: around?.newer ?? null,
  };
}

/** What a card shows of detections and faces, one row for both tables. */
interface PartRow extends Pick<FaceRow, 'bbox_x1' | 'bbox_y1' | 'bbox_x2' | 'bbox_y2'> {
  id: number | null;
  event_id: number;
  label: string | null;
  confidence: number | null;
  person_name: string | null;
  similarity: number | null;
}

const boxColumns = ['bbox_x1', 'bbox_y1', 'bbox_x2', 'bbox_y2'] as const;
const partColumns = ['id', 'event_id', 'label', 'confidence', 'person_name', 'similarity', ...boxColumns] as const;

async function cardsOf(reads: Reads, rows: readonly CardRow[], names: Names): Promise<EventCard[]> {
  if (rows.length === 0) return [];
  const boxes = boxColumns.join(', ');
  const parts = await packedRows<PartRow>(
    reads,
    partColumns,
    `SELECT NULL AS id, event_id, label, confidence, NULL AS person_name, NULL AS similarity, ${boxes}
        FROM detections WHERE event_id IN (SELECT value FROM json_each(?1))
      UNION ALL SELECT id, event_id, NULL, confidence, person_name, similarity, ${boxes}
        FROM faces WHERE event_id IN (SELECT value FROM json_each(?1))`,
    [JSON.stringify(rows.map((row) => row.id))],
  );
  const cards = new Map(rows.map((row) => [row.id, cardOf(row, names)]));
  for (const part of parts) {
    const card = cards.get(part.event_id);
    if (!card) continue;
    if (part.label !== null) card.detections.push(detectionOf({ ...part, label: part.label }));
    else if (part.id !== null) card.faces.push(faceOf({ ...part, id: part.id }));
  }
  return [...cards.values()];
}
