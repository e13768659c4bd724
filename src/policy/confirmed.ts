/** May it unlock because an owner said so? The owner decides; the lock must still be plainly locked. Pure. */
import type { LockState } from '../locks/lock.ts';
import type { Decision } from './decision.ts';

export interface ConfirmedInput {
  /** Who confirmed it, once and in time; for the history. */
  by: string;
  lock: LockState;
  /** The plugin is not about to stop. */
  running: boolean;
}

export function decideConfirmed({ by, lock, running }: ConfirmedInput): Decision {
  const gates = [
    { gate: 'owner', pass: by !== '', value: by, limit: 'a confirmed tap' },
    { gate: 'lock', pass: lock === 'locked', value: lock, limit: 'locked' },
    { gate: 'running', pass: running, value: running, limit: true },
  ];
  return { unlock: gates.every((gate) => gate.pass), gates };
}
