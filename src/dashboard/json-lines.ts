/** One JSON value a line over a socket, within a size. */
import type { Socket } from 'node:net';

export interface LineHandlers {
  onValue(value: unknown): void;
  /** The line was too long or no JSON; nothing more is read. */
  onGarbage(sentence: string): void;
}

export function readJsonLines(socket: Socket, mostBytes: number, { onValue, onGarbage }: LineHandlers): void {
  let pieces: Buffer[] = [];
  let length = 0;
  let done = false;
  const refuse = (sentence: string) => {
    done = true;
    pieces = [];
    onGarbage(sentence);
  };
  socket.on('data', (data: Buffer) => {
    let from = 0;
    for (let end = data.indexOf(10); end >= 0 && !done; end = data.indexOf(10, from)) {
      pieces.push(data.subarray(from, end));
      const bytes = Buffer.concat(pieces);
      pieces = [];
      length = 0;
      from = end + 1;
      if (bytes.length > mostBytes) return refuse('The message is too large.');
      const line = bytes.toString('utf8');
      if (line.trim() === '') continue;
      try {
        onValue(JSON.parse(line));
      } catch {
        return refuse('The message is not JSON.');
      }
    }
    if (done) return;
    const rest = data.subarray(from);
    length += rest.length;
    if (length > mostBytes) return refuse('The message is too large.');
    if (rest.length > 0) pieces.push(rest);
  });
}

export function writeJsonLine(socket: Socket, value: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(value)}\n`);
}
