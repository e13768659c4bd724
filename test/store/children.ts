/** Other processes on the same database, which can be killed at any moment. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

export interface Child {
  /** The next line it prints, or rejects with what it said on standard error where it ended. */
  next(): Promise<string>;
  /** Reads on until it prints this line. */
  line(text: string): Promise<void>;
  /** Every line printed before its end. */
  rest(): Promise<string[]>;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts a script of the folder `children`. */
export function startChild(script: string, ...args: string[]): Child {
  const path = join(import.meta.dirname, 'children', script);
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const gone = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);
  const next = async () => {
    const { value, done } = await lines.next();
    if (!done) return value;
    await gone;
    throw new Error(`${script} ended: ${errors}`);
  };
  return {
    next,
    kill,
    async line(text) {
      while ((await next()) !== text);
    },
    async rest() {
      const printed: string[] = [];
      for (let line = await lines.next(); !line.done; line = await lines.next()) printed.push(line.value);
      await gone;
      return printed;
    },
  };
}
