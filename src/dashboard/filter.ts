/** A filter as SQL: words of the index of what events count as and say, and what that index does not hold. Pure. */
import type { SqlValue } from '../store/connection.ts';
import type { EventFilter } from './api-types.ts';

export interface Search {
  /** For `event_terms MATCH ?`; null where the filter has no such word. */
  terms: string | null;
  /** Nothing can match: there is no such word. */
  impossible: boolean;
  /** Conditions on `event_order o`, or where there are terms on `event_terms t`. */
  moments: string[];
  momentValues: SqlValue[];
}

/** Where a page ended; kept apart from the id's moment, so that it stays good when that event is deleted. */
export interface Cursor {
  at: number;
  id: number;
}

/** Milliseconds are cast: bound as they are they would be floating-point numbers, too coarse for moments. */
const momentOf = '(min(CAST(? AS INTEGER), 8796093022207) * 1048576 + ?)';

const mostWords = 8;

/** `endings` are the words of the history that begin as the text's last word does. */
export function searchOf(filter: EventFilter, endings: readonly string[], before?: Cursor): Search {
  const words = wordsOf(filter.text);
  const last = words.length > 0 && endings.length > 0 ? [anyOf(endings.map((word) => `"${word}"`))] : [];
  const groups = [
    ...subjectsAsked(filter).map((subjects) => anyOf(subjects.map(termOf))),
    ...words.slice(0, -1).map((word) => `"${word}"`),
    ...last,
  ];
  const typed = (filter.text ?? '').trim() !== '';
  const search: Search = {
    terms: groups.length > 0 ? groups.join(' AND ') : null,
    impossible: typed && last.length === 0,
    moments: [],
    momentValues: [],
  };
  const bound = (comparison: string, ...values: SqlValue[]) => {
    search.moments.push(`${search.terms === null ? 'o.moment' : 't.rowid'} ${comparison}`);
    search.momentValues.push(...values);
  };
  if (filter.from !== undefined) bound(`>= ${momentOf}`, Date.parse(filter.from), 0);
  if (filter.to !== undefined) bound(`< ${momentOf}`, Date.parse(filter.to), 0);
  if (before) bound(`< ${momentOf}`, before.at, before.id % 1_048_576);
  return search;
}

/** As the database spells a subject in `event_terms`. */
export function termOf(subject: string): string {
  return `x${Buffer.from(subject, 'utf8').toString('hex').toUpperCase()}`;
}

/** Whether a word of the index is a subject, spelt by `termOf`. */
export function isTerm(word: string): boolean {
  return /^x(?:[0-9a-f]{2}){3,}$/.test(word);
}

export function parseCursor(text: string): Cursor | null {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  return match ? { at: Number(match[1]), id: Number(match[2]) } : null;
}

export function formatCursor({ at, id }: Cursor): string {
  return `${at}-${id}`;
}

/** Of each kind that the filter names, its subjects: an event must be one of each. */
export function subjectsAsked(filter: EventFilter): string[][] {
  const kinds = ['camera', 'person', 'identity', 'label', 'trigger', 'decision', 'refused'] as const;
  return kinds
    .map((kind) => (filter[kind] ?? []).map((value) => `${kind}:${value}`))
    .filter((subjects) => subjects.length > 0);
}

function anyOf(terms: readonly string[]): string {
  return `(${terms.join(' OR ')})`;
}

/** Split as the index splits sentences: runs of letters and digits, without their accents. */
export function wordsOf(text = ''): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (plain.match(/[\p{L}\p{N}\p{Co}]+/gu) ?? []).slice(0, mostWords);
}
