/** Starting the vision process for real: the adapter between the client and Node's `fork`. */
import { fork } from 'node:child_process';
import { extname } from 'node:path';
import type { Request, Response } from './messages.ts';

/** A vision process, as its client sees it. */
export interface VisionProcess {
  send(request: Request): void;
  /** Ends it at once, whatever it is doing. */
  kill(): void;
}

export interface ProcessListener {
  onMessage(response: Response): void;
  /** Called once, when it is gone; `why` is half a sentence. */
  onExit(why: string): void;
}

export type StartProcess = (listener: ProcessListener) => VisionProcess;

/** The tail of what a dying process wrote, enough for a native library's last words. */
const longestLastWords = 200;

export const forkVisionProcess: StartProcess = ({ onMessage, onExit }) => {
  const file = new URL(`./process${extname(import.meta.filename)}`, import.meta.url);
  // Node's own flags (inspectors, test loaders) are the parent's, not this process's.
  const child = fork(file, [], { serialization: 'advanced', execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let lastWords = '';
  let gone = false;
  const exit = (why: string) => {
    if (gone) return;
    gone = true;
    onExit(why);
  };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-longestLastWords);
  });
  child.on('message', (response) => onMessage(response as Response));
  child.on('error', (error) => exit(`could not be started: ${error.message}`));
  child.on('exit', (code, signal) => exit(describeExit(code, signal, lastWords)));
  return {
    // A process that ends while it is written to says so by its exit.
    send: (request) => void child.send(request, () => undefined),
    kill: () => void child.kill('SIGKILL'),
  };
};

function describeExit(code: number | null, signal: NodeJS.Signals | null, lastWords: string): string {
  const end = signal === null ? `ended with code ${code}` : `was ended by ${signal}`;
  const words = lastWords.trim().split('\n').at(-1)?.trim();
  return words ? `${end} (${words})` : end;
}
