/** What a SwitchBot lock's status means, in all the spellings seen. Pure. */
import type { LockReading } from '../driver.ts';
import type { DoorState, LockState } from '../lock.ts';

// The documentation writes `lock`, `unlock`, `open`, `close`; the cloud mostly answers `locked`, `unlocked`, `opened`,
// `closed`, in any case. `latchBoltLocked` is a door on its latch with the bolt drawn back: where a lock with a latch
// comes to rest after it has opened. Half locked, locking and unlocking are neither one nor the other.
const LOCK_STATES: ReadonlyMap<string, LockState> = new Map([
  ['locked', 'locked'],
  ['lock', 'locked'],
  ['unlocked', 'unlocked'],
  ['unlock', 'unlocked'],
  ['latchboltlocked', 'unlocked'],
  ['jammed', 'jammed'],
]);

const DOOR_STATES: ReadonlyMap<string, DoorState> = new Map([
  ['open', 'open'],
  ['opened', 'open'],
  // Left open for longer than the app is set to allow.
  ['timeoutnotclose', 'open'],
  ['close', 'closed'],
  ['closed', 'closed'],
]);

/** Whatever is not a known spelling is `unknown`, never `locked`. */
export function lockState(value: unknown): LockState {
  return LOCK_STATES.get(word(value)) ?? 'unknown';
}

export function doorState(value: unknown): DoorState {
  return DOOR_STATES.get(word(value)) ?? 'unknown';
}

/** Percent, 0 to 100; undefined where the value is no number. */
export function battery(value: unknown): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Math.round(Math.min(100, Math.max(0, value)));
}

/** The body of a status answer as a reading; `name` is the lock's, for sentences. */
export function reading(body: Readonly<Record<string, unknown>>, name: string): LockReading {
  const level = battery(body.battery);
  const fault = distrust(body, name);
  return {
    state: fault ? 'unknown' : lockState(body.lockState),
    ...('doorState' in body && { door: fault ? 'unknown' : doorState(body.doorState) }),
    ...(level !== undefined && { battery: level }),
    ...(fault && { fault }),
  };
}

/** Some locks say themselves that their status is worth nothing. */
function distrust(body: Readonly<Record<string, unknown>>, name: string): string | null {
  if (word(body.onlineStatus) === 'offline') {
    return `${name} is offline: what SwitchBot says of it is old. Check its battery and its hub or Wi-Fi.`;
  }
  if (body.calibrate === false) {
    return `${name} is not calibrated and cannot tell whether it is locked: calibrate it in the SwitchBot app.`;
  }
  return null;
}

function word(value: unknown): string {
  return typeof value === 'string' ? value.trim().toLowerCase() : '';
}
