/** A lock behind SwitchBot's cloud. */
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { DrivenLock } from '../driven-lock.ts';
import { backOff, type LockDriver, type Trouble } from '../driver.ts';
import type { FailureKind } from '../failure.ts';
import type { LockState } from '../lock.ts';
import type { SwitchBotClient } from './client.ts';
import { reading } from './state.ts';

export interface SwitchBotLockOptions {
  id: string;
  name: string;
  /** As `latchkey devices` lists it. */
  deviceId: string;
}

/** Milliseconds between readings while the lock is locked; the budget may stretch this. */
const LOCKED_MS = 30_000;
/** While it is not: Home should soon show a door that was locked by hand or has closed. */
const OPEN_MS = 5_000;
const PASSING_MOST_MS = 120_000;
/** Asking again does not mend a refused token, a missing device or a used-up day: once soon, in case it passes, then rarely. */
const LASTING_FIRST_MS = 60_000;
const LASTING_MS = 900_000;

export function switchBotLock(
  options: SwitchBotLockOptions,
  client: SwitchBotClient,
  surroundings: { clock: Clock; log: Log },
): DrivenLock {
  return new DrivenLock(options, switchBotDriver(options, client), surroundings);
}

export function switchBotDriver({ deviceId, name }: SwitchBotLockOptions, client: SwitchBotClient): LockDriver {
  const device = { id: deviceId, name };
  return {
    // 2, 5, 10 and 20 s after the command: the cloud is slow to learn what the lock did.
    readBackMs: [2_000, 3_000, 5_000, 10_000],
    send: (command, signal) => client.command(device, command, signal),
    read: async (purpose, signal) => reading(await client.status(device, purpose, signal), name),
    pace: (state, trouble) => client.bookReading(wantedMs(state, trouble)),
  };
}

/** Milliseconds until the next reading, were there no budget. */
export function wantedMs(state: LockState, trouble: Trouble | null): number {
  if (!trouble) return state === 'locked' ? LOCKED_MS : OPEN_MS;
  if (!isLasting(trouble.kind)) return backOff(OPEN_MS, trouble.times, PASSING_MOST_MS);
  return trouble.times === 1 ? LASTING_FIRST_MS : LASTING_MS;
}

function isLasting(kind: FailureKind): boolean {
  return kind === 'unauthorised' || kind === 'limit' || kind === 'no-such-lock' || kind === 'refused';
}
