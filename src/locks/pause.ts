/** Waiting that can be given up. */
import type { Clock } from '../clock.ts';

/** Resolves after `ms` milliseconds, or as soon as `signal` aborts. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = () => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(ms, finish);
    signal.addEventListener('abort', finish, { once: true });
  });
}

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
