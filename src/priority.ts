/** Which of our processes comes first where several want the same core: Homebridge, which answers Apple Home. */
import { setPriority } from 'node:os';

/** As `nice` counts: enough to give way, not so much that a busy machine leaves nothing. */
const behind = 5;

/** For a process that works for Homebridge beside it, and for the programs it starts. */
export function letHomebridgeGoFirst(): void {
  try {
    setPriority(behind);
  } catch {
    // This system does not let a process choose: it does its work all the same.
  }
}
