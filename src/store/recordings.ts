/** What recordings add to the history: to visits in which too little was seen, and visits of before there was a Latchkey. */
import type { Recorded, Visit } from '../visits/visit.ts';
import { isoTime } from './columns.ts';
import type { Queries, Reads } from './database.ts';
import type { StoredEvent } from './event.ts';
import type { EventRow } from './event-rows.ts';
import { insertParts, knownPeople, type StoredThumbnail, withParts } from './events.ts';
import type { RecordingState } from './recording-state.ts';
import { recordedRow } from './visit-rows.ts';

/** A visit the history has; times are milliseconds since the epoch. */
export interface KnownVisit {
  recordingId: string | null;
  triggeredAt: number;
  decidedAt: number;
}

interface Waiting {
  frames: number;
  sentence: string;
  thumbnail_path: string | null;
}

/**
 * Puts what the recording showed in the place of what the visit saw. Its decision, gates and lock stay as they were. To be
 * called in a transaction. Resolves to the path of the picture it had, null for none; undefined, with nothing changed, where
 * the visit is gone or is known to be somebody's by now.
 */
export async function fillEvent(
  queries: Queries,
  id: number,
  recorded: Recorded,
  thumbnail: StoredThumbnail | null,
): Promise<string | null | undefined> {
  const event = await queries.get<Waiting>(
    `SELECT frames, sentence, thumbnail_path FROM events WHERE id = ? AND recording_state IS NULL AND identity = 'nobody'`,
    [id],
  );
  if (!event) return undefined;
  const linked = await knownPeople(queries, recorded);
  const row = {
    ...recordedRow(recorded),
    ignored: Number(recorded.ignored),
    person_id: recorded.identity.kind === 'person' ? linked(recorded.identity.personId) : null,
    thumbnail_path: thumbnail?.path ?? null,
    thumbnail_bytes: thumbnail?.bytes ?? null,
    frames: event.frames + recorded.frames,
    sentence: `${event.sentence} ${recorded.sentence}`,
    recording_state: 'shown' satisfies RecordingState,
  };
  // Counts and searches go by what was seen: taken out before the change, and put in again after it.
  await queries.run('DELETE FROM event_index WHERE event_id = ?', [id]);
  await queries.run('DELETE FROM detections WHERE event_id = ?', [id]);
  await queries.run('DELETE FROM faces WHERE event_id = ?', [id]);
  const columns = Object.keys(row).map((column) => `${column} = ?`);
  await queries.run(`UPDATE events SET ${columns.join(', ')} WHERE id = ?`, [...Object.values(row), id]);
  await insertParts(queries, id, recorded, linked);
  await queries.run('INSERT INTO event_index (event_id) VALUES (?)', [id]);
  return event.thumbnail_path;
}

/** Nothing came of the recording: it is not asked for again. */
export async function settleRecording(queries: Queries, id: number, state: Exclude<RecordingState, 'shown'>) {
  await queries.run('UPDATE events SET recording_state = ? WHERE id = ? AND recording_state IS NULL', [state, id]);
}

/** Of a flood, the newest are enough. */
const mostAwaiting = 200;

/** Visits since then in which nobody was seen and whose recording was not looked at, newest first. */
export async function awaitingRecordings(reads: Reads, since: number): Promise<StoredEvent[]> {
  const rows = await reads.all<EventRow>(
    `SELECT * FROM events WHERE recorded_at >= ? AND recording_id IS NOT NULL AND recording_state IS NULL
      AND identity = 'nobody' ORDER BY recorded_at DESC, id DESC LIMIT ${mostAwaiting}`,
    [isoTime(since)],
  );
  return withParts(reads, rows);
}

/** The visits of a camera since then. */
export async function knownVisits(reads: Reads, cameraId: string, since: number): Promise<KnownVisit[]> {
  const rows = await reads.all<{ recording_id: string | null; recorded_at: string; decided_at: string | null }>(
    `SELECT recording_id, recorded_at, decided_at FROM events
      LEFT JOIN decisions ON event_id = events.id AND position = 0
      WHERE camera_id = ? AND recorded_at >= ?`,
    [cameraId, isoTime(since)],
  );
  return rows.map(({ recording_id, recorded_at, decided_at }) => ({
    recordingId: recording_id,
    triggeredAt: Date.parse(recorded_at),
    decidedAt: Date.parse(decided_at ?? recorded_at),
  }));
}

/** Whether the history has a visit of this recording. */
export async function hasRecording(reads: Reads, { cameraId, recordingId }: Visit): Promise<boolean> {
  const row = await reads.get('SELECT 1 FROM events WHERE recording_id = ? AND camera_id = ?', [recordingId, cameraId]);
  return row !== undefined;
}
