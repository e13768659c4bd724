/** What the answer of a lock set up by hand means: a value found in a text, held against lists of words. Pure. */
import type { LockReading } from './driver.ts';
import type { DoorState, LockState } from './lock.ts';

/** Where in an answer to look, and which values mean what. Case and surrounding white space do not matter. */
export interface Meaning {
  /** Paths are keys and list positions in a JSON answer, parted by dots: `lock.0.state`. Empty for the whole text. */
  state: { path: string; locked: readonly string[]; unlocked: readonly string[]; jammed: readonly string[] };
  /** Without any words the answer says nothing of the door. */
  door: { path: string; open: readonly string[]; closed: readonly string[] };
  /** Empty where the answer says nothing of the battery. */
  batteryPath: string;
}

/** The value at `path` of a JSON text, or the whole text for an empty path; null where there is no plain value. */
export function valueAt(text: string, path: string): string | null {
  if (path === '') return text.trim();
  let value = parse(text);
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return plain ? String(value).trim() : null;
}

/** Anything not listed is `unknown`, never `locked`; where lists overlap, `locked` comes last. */
export function stateOf(value: string | null, meaning: Meaning['state']): LockState {
  if (value === null) return 'unknown';
  if (includes(meaning.jammed, value)) return 'jammed';
  if (includes(meaning.unlocked, value)) return 'unlocked';
  return includes(meaning.locked, value) ? 'locked' : 'unknown';
}

/** A whole answer as a reading. */
export function readAnswer(text: string, { state, door, batteryPath }: Meaning): LockReading {
  const reading: LockReading = { state: stateOf(valueAt(text, state.path), state) };
  if (door.open.length + door.closed.length > 0) reading.door = doorOf(valueAt(text, door.path), door);
  const level = batteryPath ? Number(valueAt(text, batteryPath) || Number.NaN) : Number.NaN;
  if (Number.isFinite(level)) reading.battery = Math.round(Math.min(100, Math.max(0, level)));
  return reading;
}

function doorOf(value: string | null, door: Meaning['door']): DoorState {
  if (value === null) return 'unknown';
  if (includes(door.open, value)) return 'open';
  return includes(door.closed, value) ? 'closed' : 'unknown';
}

function includes(words: readonly string[], value: string): boolean {
  return words.some((word) => word.trim().toLowerCase() === value.toLowerCase());
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
