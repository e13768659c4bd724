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

/** A signal that aborts with `parent` or after `ms` milliseconds; `release` must be called when it is no longer needed. */
export function timeLimit(clock: Clock, ms: number, parent: AbortSignal) {
  const controller = new AbortController();
  const state = { signal: controller.signal, expired: false, release };
  const cancel = clock.after(ms, () => {
    state.expired = true;
    controller.abort();
  });
  const follow = () => controller.abort();
  if (parent.aborted) follow();
  else parent.addEventListener('abort', follow, { once: true });
  function release(): void {
    cancel();
    parent.removeEventListener('abort', follow);
  }
  return state;
}
