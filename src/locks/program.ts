/** A lock that is moved and read by programs of the owner's own. */
import { basename } from 'node:path';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { readAnswer, stateOf } from './answer.ts';
import { DrivenLock } from './driven-lock.ts';
import { backOff, type LockDriver, type LockReading } from './driver.ts';
import { LockFailure } from './failure.ts';
import { LOCAL_READ_BACK_MS, PASSING_MOST_MS } from './local.ts';
import type { ProgramLockConfig } from './program-config.ts';
import type { ProgramResult, RunProgram } from './run-program.ts';

const MAX_BYTES = 64 * 1024;

export function programLock(
  config: ProgramLockConfig,
  /** `environment` is what the programs are given beside the config's own variables. */
  surroundings: { clock: Clock; log: Log; run: RunProgram; environment: Readonly<Record<string, string>> },
): DrivenLock {
  return new DrivenLock(config, programDriver(config, surroundings.run, surroundings.environment), surroundings);
}

export function programDriver(
  config: ProgramLockConfig,
  run: RunProgram,
  environment: Readonly<Record<string, string>>,
): LockDriver {
  const own = Object.fromEntries(config.environment.map(({ name, value }) => [name, value]));
  const limits = { timeLimitMs: config.timeLimitSeconds * 1000, maxBytes: MAX_BYTES };
  const start = (what: ProgramLockConfig['lock'], signal: AbortSignal) => {
    const { program, arguments: args } = what;
    return run({ program, arguments: args, environment: { ...environment, ...own }, ...limits }, signal);
  };
  return {
    readBackMs: LOCAL_READ_BACK_MS,
    send: async (command, signal) => {
      succeeded(await start(config[command], signal), config[command].program);
    },
    read: async (_purpose, signal) => reading(await start(config.status, signal), config.status),
    pace: (_state, trouble) => {
      const wanted = config.pollSeconds * 1000;
      return trouble ? backOff(wanted, trouble.times, PASSING_MOST_MS) : wanted;
    },
  };
}

function reading(result: ProgramResult, status: ProgramLockConfig['status']): LockReading {
  if (status.answer === 'exit code') {
    return { state: stateOf(result.exitCode === null ? null : String(result.exitCode), status) };
  }
  return readAnswer(succeeded(result, status.program).output, status);
}

function succeeded(result: ProgramResult, program: string): ProgramResult {
  if (result.exitCode === 0) return result;
  const how = result.exitCode === null ? 'was ended by a signal' : `ended with exit code ${result.exitCode}`;
  throw new LockFailure('unexplained', `The program ${basename(program)} ${how}; run it by hand to see why.`);
}
