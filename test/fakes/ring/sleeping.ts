/** The plugin's time in the hands of a test: what waits long waits for the test's word, however busy the machine is. */
import type { Clock } from '../../../src/clock.ts';

interface Waiting {
  due: number;
  task: () => void;
}

/** Milliseconds; shorter waits end by themselves. */
const long = 5_000;

/**
 * Changes `clock` itself, and so for everybody who has it. The returned function lets so many milliseconds pass, as on a machine
 * that slept: each wait that fell due meanwhile ends once it wakes.
 */
export function sleeper(clock: Clock): (ms: number) => void {
  const { now, after } = clock;
  let waiting: Waiting[] = [];
  let slept = 0;
  clock.now = () => now() + slept;
  clock.after = (ms, task) => {
    if (ms < long) return after(ms, task);
    const one = { due: clock.now() + ms, task };
    waiting.push(one);
    return () => {
      waiting = waiting.filter((other) => other !== one);
    };
  };
  return (ms) => {
    slept += ms;
    const woken = clock.now();
    for (;;) {
      const next = waiting.filter(({ due }) => due <= woken).sort((a, b) => a.due - b.due)[0];
      if (!next) return;
      waiting = waiting.filter((other) => other !== next);
      next.task();
    }
  };
}
