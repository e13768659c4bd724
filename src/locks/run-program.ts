/** Runs one program to its end: no shell, little environment, limits on time and output. */
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import type { Clock } from '../clock.ts';
import { LockFailure } from './failure.ts';
import { timeLimit } from './time-limit.ts';

export interface ProgramRun {
  program: string;
  arguments: readonly string[];
  environment: Readonly<Record<string, string>>;
  timeLimitMs: number;
  /** More output than this ends the program. */
  maxBytes: number;
}

export interface ProgramResult {
  /** Null where a signal ended it. */
  exitCode: number | null;
  output: string;
}

/** Throws LockFailure. */
export type RunProgram = (run: ProgramRun, signal: AbortSignal) => Promise<ProgramResult>;

/** From asking a program to end until it is made to. */
const KILL_MS = 2_000;
/** What a program leaves running may hold its output open: it is not waited for longer than this. */
const DRAIN_MS = 500;

export function programRunner(clock: Clock): RunProgram {
  return async (run, signal) => {
    const limit = timeLimit(clock, run.timeLimitMs, signal);
    const name = basename(run.program);
    try {
      const { exitCode, output, overflow, ended } = await runToEnd(run, clock, limit.signal);
      if (overflow) throw new LockFailure('unexplained', `The program ${name} printed over ${run.maxBytes / 1024} kB.`);
      if (!ended) return { exitCode, output };
    } finally {
      limit.release();
    }
    if (signal.aborted) throw new LockFailure('stopped', `Latchkey stopped while the program ${name} ran.`);
    throw new LockFailure('timeout', `The program ${name} took longer than ${run.timeLimitMs / 1000} s and was ended.`);
  };
}

type Outcome = ProgramResult & { overflow: boolean; ended: boolean };

function runToEnd(run: ProgramRun, clock: Clock, signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return resolve({ exitCode: null, output: '', overflow: false, ended: true });
    const child = start(run);
    const chunks: Buffer[] = [];
    const outcome = { overflow: false, ended: false };
    let bytes = 0;
    let cancelKill = () => {};
    const end = () => {
      killAll(child.pid, 'SIGTERM');
      cancelKill = clock.after(KILL_MS, () => killAll(child.pid, 'SIGKILL'));
    };
    const onAbort = () => {
      outcome.ended = true;
      end();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const finish = () => {
      signal.removeEventListener('abort', onAbort);
      cancelKill();
    };
    child.stdout.on('data', (chunk: Buffer) => {
      if (outcome.overflow) return;
      bytes += chunk.length;
      if (bytes <= run.maxBytes) return void chunks.push(chunk);
      outcome.overflow = true;
      end();
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      finish();
      reject(cannotStart(run, error));
    });
    child.once('exit', (exitCode) => {
      finish();
      // What it started goes with it, even where that takes no heed of a polite word.
      if (outcome.ended || outcome.overflow) killAll(child.pid, 'SIGKILL');
      const cancelDrain = clock.after(DRAIN_MS, () => child.stdout.destroy());
      child.once('close', () => {
        cancelDrain();
        resolve({ exitCode, output: Buffer.concat(chunks).toString('utf8'), ...outcome });
      });
    });
  });
}

function start(run: ProgramRun) {
  try {
    return spawn(run.program, [...run.arguments], {
      shell: false,
      // A process group of its own, so that whatever the program starts can be ended with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
      env: { ...run.environment },
      // What it prints on its standard error may hold secrets, and nobody would read it.
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    throw cannotStart(run, error as NodeJS.ErrnoException);
  }
}

function cannotStart(run: ProgramRun, error: NodeJS.ErrnoException): LockFailure {
  const why =
    error.code === 'ENOENT'
      ? 'it is not there; check its path'
      : error.code === 'EACCES'
        ? "it may not be run by Homebridge's user; check its permissions"
        : String(error.code ?? 'unknown');
  return new LockFailure('unreachable', `The program ${basename(run.program)} cannot be started: ${why}.`, true);
}

function killAll(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // It has ended by itself.
  }
}

const KEPT = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR'];

/** What a program needs of the surrounding environment; the rest may hold secrets of others. */
export function smallEnvironment(from: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(KEPT.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}
