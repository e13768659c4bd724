/** A limit of time for what a lock is asked. */
import type { Clock } from '../clock.ts';

export interface TimeLimit {
  /** Aborts with the parent, or when the time is up. */
  readonly signal: AbortSignal;
  readonly isOver: boolean;
  /** Must be called when the limit is no longer needed. */
  release(): void;
}

export function timeLimit(clock: Clock, ms: number, parent: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const abort = () => controller.abort();
  let isOver = false;
  const cancel = clock.after(ms, () => {
    isOver = true;
    abort();
  });
  if (parent.aborted) abort();
  else parent.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    release() {
      cancel();
      parent.removeEventListener('abort', abort);
    },
  };
}
