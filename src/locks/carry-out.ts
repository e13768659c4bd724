/** Sends a command once, then reads the lock until it agrees: the one way in which any lock is moved. */
import { type Clock, pause } from '../clock.ts';
import type { Command, LockDriver, LockReading } from './driver.ts';
import { asFailure, LockFailure } from './failure.ts';
import type { LockState } from './lock.ts';

export interface Errand {
  name: string;
  driver: LockDriver;
  clock: Clock;
  signal: AbortSignal;
  /** The state before the command. */
  before: LockState;
  /** Told of each reading as it comes. */
  heard: (reading: LockReading) => void;
}

/**
 * Resolves once a reading agrees with the command. A command that failed in a way that may still have reached the lock
 * is read back as if it had been accepted, and is not sent again. Throws LockFailure.
 */
export async function carryOut(command: Command, errand: Errand): Promise<void> {
  const { name, driver, clock, signal, before, heard } = errand;
  const trouble = await send(command, errand);
  if (trouble?.notTold) throw trouble;
  const wanted = command === 'lock' ? 'locked' : 'unlocked';
  let last: LockReading | LockFailure | null = null;
  for (const wait of driver.readBackMs) {
    await pause(clock, wait, signal);
    if (signal.aborted) break;
    last = await driver.read('confirm', signal).catch((error: unknown) => asFailure(error, name));
    if (signal.aborted) break;
    if (last instanceof LockFailure) continue;
    heard(last);
    if (last.state === wanted) return;
    // A jam from before the command may be an old reading: the lock gets its time to free itself.
    if (last.state === 'jammed' && before !== 'jammed') break;
  }
  throw outcome(command, name, { trouble, last, stopped: signal.aborted });
}

async function send(command: Command, { name, driver, signal }: Errand): Promise<LockFailure | null> {
  try {
    await driver.send(command, signal);
    return null;
  } catch (error) {
    return asFailure(error, name);
  }
}

interface Evidence {
  trouble: LockFailure | null;
  last: LockReading | LockFailure | null;
  stopped: boolean;
}

function outcome(command: Command, name: string, { trouble, last, stopped }: Evidence): LockFailure {
  const told = trouble ? `may have been told to ${command}` : `was told to ${command}`;
  if (stopped) return new LockFailure('stopped', `${name} ${told}, but Latchkey stopped before it was seen to do so.`);
  const why = trouble ? ` ${trouble.message}` : '';
  if (last === null || last instanceof LockFailure) {
    const unread = last ? ` ${last.message}` : '';
    return new LockFailure('unconfirmed', `${name} ${told} and cannot be read; go and look.${why}${unread}`);
  }
  if (last.state === 'jammed') return new LockFailure('jammed', `${name} is jammed; free the bolt by hand.${why}`);
  const says = last.state === 'unknown' ? 'does not say whether it did' : `still says it is ${last.state}`;
  return new LockFailure('unconfirmed', `${name} ${told}, but ${says}; go and look.${why}`);
}
