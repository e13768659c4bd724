/** A lock that is moved and read by programs of the owner's own. */
import { basename } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { type Meaning, readAnswer, stateOf } from './answer.ts';
import { DrivenLock } from './driven-lock.ts';
import { backOff, type LockDriver, type LockReading } from './driver.ts';
import { LockFailure } from './failure.ts';
import { LOCAL_READ_BACK_MS, PASSING_MOST_MS } from './local.ts';
import type { ProgramResult, RunProgram } from './run-program.ts';

const MAX_BYTES = 64 * 1024;

export interface LockProgram {
  /** A path, or a name to be found on PATH. */
  program: string;
  arguments: readonly string[];
}

export interface ProgramLockOptions extends Meaning {
  id: string;
  name: string;
  lockProgram: LockProgram;
  unlockProgram: LockProgram;
  statusProgram: LockProgram;
  /** Where the state is; door and battery can only be in the output. */
  answer: 'output' | 'exit code';
  environment: readonly { name: string; value: string }[];
  timeLimitSeconds: number;
  pollSeconds: number;
}

export function programLock(
  options: ProgramLockOptions,
  /** `environment` is what the programs are given beside the variables of their own. */
  surroundings: { clock: Clock; log: Log; run: RunProgram; environment: Readonly<Record<string, string>> },
): DrivenLock {
  return new DrivenLock(options, programDriver(options, surroundings.run, surroundings.environment), surroundings);
}

export function programDriver(
  options: ProgramLockOptions,
  run: RunProgram,
  environment: Readonly<Record<string, string>>,
): LockDriver {
  const own = Object.fromEntries(options.environment.map(({ name, value }) => [name, value]));
  const limits = { timeLimitMs: options.timeLimitSeconds * 1000, maxBytes: MAX_BYTES };
  const start = (what: LockProgram, signal: AbortSignal) => {
    const { program, arguments: args } = what;
    return run({ program, arguments: args, environment: { ...environment, ...own }, ...limits }, signal);
  };
  return {
    readBackMs: LOCAL_READ_BACK_MS,
    send: async (command, signal) => {
      const what = command === 'lock' ? options.lockProgram : options.unlockProgram;
      succeeded(await start(what, signal), what.program);
    },
    read: async (_purpose, signal) => reading(await start(options.statusProgram, signal), options),
    pace: (_state, trouble) => {
      const wanted = options.pollSeconds * 1000;
      return trouble ? backOff(wanted, trouble.times, PASSING_MOST_MS) : wanted;
    },
  };
}

function reading(result: ProgramResult, options: ProgramLockOptions): LockReading {
  if (options.answer === 'output') return readAnswer(succeeded(result, options.statusProgram.program).output, options);
  return { state: stateOf(result.exitCode === null ? null : String(result.exitCode), options.state) };
}

function succeeded(result: ProgramResult, program: string): ProgramResult {
  if (result.exitCode === 0) return result;
  const how = result.exitCode === null ? 'was ended by a signal' : `ended with exit code ${result.exitCode}`;
  throw new LockFailure('unexplained', `The program ${basename(program)} ${how}; run it by hand to see why.`);
}
