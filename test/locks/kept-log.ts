/** A log that keeps its lines. */
import type { Log } from '../../src/log.ts';

export class KeptLog implements Log {
  readonly lines: string[] = [];
  debug = (message: string) => void this.lines.push(`debug ${message}`);
  info = (message: string) => void this.lines.push(`info ${message}`);
  warn = (message: string) => void this.lines.push(`warn ${message}`);
  error = (message: string) => void this.lines.push(`error ${message}`);

  get text(): string {
    return this.lines.join('\n');
  }
}
