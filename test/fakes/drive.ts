/** Moves a virtual clock on while real sockets and programs do their work. */
import type { VirtualClock } from './clock.ts';

/** Wraps something asynchronous so that it is known how many calls of it are under way. */
export function counted<A extends unknown[], R>(call: (...args: A) => Promise<R>) {
  const counter = {
    underWay: 0,
    call: async (...args: A): Promise<R> => {
      counter.underWay++;
      try {
        return await call(...args);
      } finally {
        counter.underWay--;
      }
    },
  };
  return counter;
}

/** Resolves with `promise`; time moves on, from task to task, only while nothing is `busy`. */
export async function drive<T>(clock: VirtualClock, busy: () => boolean, promise: Promise<T>): Promise<T> {
  let done = false;
  const finish = () => {
    done = true;
  };
  promise.then(finish, finish);
  await turn();
  while (!done) {
    if (busy() || clock.dueIn === Infinity) await turn();
    else await clock.advance(clock.dueIn);
  }
  return promise;
}

/** Moves time on by `ms`, waiting whenever something is `busy`. */
export async function elapse(clock: VirtualClock, busy: () => boolean, ms: number): Promise<void> {
  const idle = async () => {
    while (busy()) await turn();
  };
  let left = ms;
  await idle();
  while (left > 0) {
    const step = Math.min(left, Math.max(0, clock.dueIn));
    await clock.advance(step);
    left -= step;
    await idle();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
