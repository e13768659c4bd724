/** Questions on the terminal; what is secret is not shown while it is typed. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

export interface Prompt {
  /** Rejects where the input ends before the line does. */
  ask(question: string, secret?: boolean): Promise<string>;
  close(): void;
}

/** Reads from `input`, a terminal or a pipe, and asks on `output`. */
export function openPrompt(
  input: NodeJS.ReadStream = process.stdin,
  output: NodeJS.WriteStream = process.stderr,
): Prompt {
  let muted = false;
  const shown = new Writable({
    write(chunk, _encoding, done) {
      if (!muted) output.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input, output: shown, terminal: input.isTTY === true });
  const waiting: string[] = [];
  const asked: Array<(line: string | null) => void> = [];
  let over = false;
  const hear = (line: string | null) => {
    const answer = asked.shift();
    if (answer) answer(line);
    else if (line !== null) waiting.push(line);
  };
  lines.on('line', hear);
  lines.on('close', () => {
    over = true;
    hear(null);
  });
  return {
    async ask(question, secret = false) {
      output.write(question);
      muted = secret;
      const line =
        waiting.shift() ?? (over ? null : await new Promise<string | null>((resolve) => asked.push(resolve)));
      muted = false;
      if (secret) output.write('\n');
      if (line === null) throw new Error('The input ended before everything was answered.');
      return line;
    },
    close: () => lines.close(),
  };
}
