/** The history as CSV or JSON, a piece at a time, so that a million events need no more memory than one. */
import type { Reads } from '../store/database.ts';
import type { EventRow } from '../store/event-rows.ts';
import type { EventFilter } from './api-types.ts';
import { decisionKind, type Names } from './cards.ts';
import { selectionOf } from './events.ts';
import type { Cursor } from './filter.ts';
import { packedRows } from './packed.ts';
import type { HomeZone } from './zone.ts';

export type ExportFormat = 'csv' | 'json';

const exported = [
  'id',
  'camera_id',
  'recorded_at',
  'trigger_kind',
  'identity',
  'person_name',
  'similarity',
  'unlock_granted',
  'unlocked',
  'lock_id',
  'sentence',
  'recording_id',
  'failure',
] as const satisfies readonly (keyof EventRow)[];

type ExportRow = Pick<EventRow, (typeof exported)[number]> & { labels: string | null };

const rowsAtOnce = 500;

export async function* exportEvents(
  reads: Reads,
  filter: EventFilter,
  format: ExportFormat,
  names: Names,
  zone: HomeZone,
): AsyncGenerator<string, void> {
  const [begin, end] = format === 'csv' ? [`\uFEFF${columns.join(',')}\r\n`, ''] : ['[', '\n]\n'];
  yield begin;
  let first = true;
  for await (const rows of rowsOf(reads, filter)) {
    let piece = '';
    for (const row of rows) {
      const fields = fieldsOf(row, names, zone);
      if (format === 'csv') piece += `${columns.map((column) => csvField(fields[column])).join(',')}\r\n`;
      else piece += `${first ? '' : ','}\n${JSON.stringify(fields)}`;
      first = false;
    }
    yield piece;
  }
  yield end;
}

async function* rowsOf(reads: Reads, filter: EventFilter): AsyncGenerator<ExportRow[], void> {
  const labels = `(SELECT group_concat(label, ' ') FROM (SELECT DISTINCT label FROM detections WHERE event_id = page.id))`;
  let before: Cursor | undefined;
  for (;;) {
    const selection = await selectionOf(reads, filter, before);
    if (!selection) return;
    const rows = await packedRows<ExportRow>(
      reads,
      [...exported, 'labels'],
      `SELECT page.*, ${labels} AS labels FROM (SELECT e.* ${selection.sql} LIMIT ${rowsAtOnce}) AS page`,
      selection.values,
    );
    const last = rows.at(-1);
    if (!last) return;
    yield rows;
    before = { at: Date.parse(last.recorded_at), id: last.id };
  }
}

const columns = [
  'id',
  'time',
  'home_date',
  'home_time',
  'camera',
  'trigger',
  'identity',
  'person',
  'similarity',
  'decision',
  'labels',
  'sentence',
  'recording',
  'failure',
] as const;

type Fields = Record<(typeof columns)[number], string | number | null>;

function fieldsOf(row: ExportRow, names: Names, zone: HomeZone): Fields {
  const ms = Date.parse(row.recorded_at);
  const minutes = ((zone.localMinutes(ms) % 1440) + 1440) % 1440;
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    id: row.id,
    time: row.recorded_at,
    home_date: zone.date(ms),
    home_time: `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`,
    camera: names.cameras.get(row.camera_id) ?? row.camera_id,
    trigger: row.trigger_kind,
    identity: row.identity,
    person: row.person_name && (names.people.get(row.person_name) ?? row.person_name),
    similarity: row.similarity,
    decision: decisionKind(row),
    labels: row.labels,
    sentence: row.sentence,
    recording: row.recording_id,
    failure: row.failure,
  };
}

/**
 * RFC 4180, and harmless in a spreadsheet: text that would be taken for a formula is led by an apostrophe (OWASP, "CSV
 * Injection").
 */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[\s\0]*[=+\-@|%\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
