/** A lock moved by programs, with real processes. */
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programLock as programLockConfig } from '../../src/config/locks.ts';
import { programLock } from '../../src/locks/program.ts';
import { programRunner, smallEnvironment } from '../../src/locks/run-program.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { counted, drive } from '../fakes/drive.ts';
import { FakeLog } from '../fakes/log.ts';

let folder: string;
let stop: () => Promise<void>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-program-'));
  stop = async () => {};
  await script(
    'say.mjs',
    `import { readFileSync } from 'node:fs'; console.log(readFileSync(process.argv[2], 'utf8'));`,
  );
  await script(
    'turn.mjs',
    `import { appendFileSync, writeFileSync } from 'node:fs';
     appendFileSync(process.argv[2] + '.log', process.argv.slice(3).join('|') + '\\n');
     writeFileSync(process.argv[2], process.argv[3]);`,
  );
  await writeFile(join(folder, 'bolt'), 'locked');
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true });
});

async function script(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

const node = (...args: string[]) => ({ program: process.execPath, arguments: args });

async function setUp(more: Record<string, unknown> = {}) {
  const bolt = join(folder, 'bolt');
  const config = programLockConfig.parse({
    type: 'program',
    name: 'Gate',
    lockProgram: node(join(folder, 'turn.mjs'), bolt, 'locked'),
    unlockProgram: node(join(folder, 'turn.mjs'), bolt, 'unlocked', '$HOME; echo `id`', "it's"),
    statusProgram: node(join(folder, 'say.mjs'), bolt),
    state: { locked: ['locked'], unlocked: ['unlocked'] },
    ...more,
  });
  const clock = new VirtualClock();
  const log = new FakeLog();
  const run = counted(programRunner(clock));
  const environment = smallEnvironment(process.env);
  const lock = programLock({ id: 'gate', ...config }, { clock, log, run: run.call, environment });
  stop = () => lock.stop();
  const during = <T>(promise: Promise<T>) => drive(clock, () => run.underWay > 0, promise);
  await during(lock.start());
  return { lock, log, clock, during };
}

const runs = async () => (await readFile(join(folder, 'bolt.log'), 'utf8')).trim().split('\n');
const rejected = (promise: Promise<unknown>) =>
  promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as Error & { notTold: boolean },
  );

describe('A lock moved by programs', () => {
  it('reads, unlocks once and locks', async () => {
    const { lock, during } = await setUp();
    expect(lock.state).toBe('locked');
    await during(lock.unlock());
    expect(lock.state).toBe('unlocked');
    await during(lock.lock());
    expect(lock.state).toBe('locked');
    expect(await runs()).toHaveLength(2);
  });

  it('hands arguments over as they are, since no shell sees them', async () => {
    const { lock, during } = await setUp();
    await during(lock.unlock());
    expect(await runs()).toEqual(["unlocked|$HOME; echo `id`|it's"]);
  });

  it('gives a program little of the environment, and what the config adds', async () => {
    const show = await script('show.mjs', 'console.log(JSON.stringify(process.env));');
    const { clock } = await setUp();
    const environment = { ...smallEnvironment({ PATH: '/bin', HOME: '/home/me', NPM_TOKEN: 'x' }), MINE: '1' };
    const run = { ...node(show), environment, timeLimitMs: 5_000, maxBytes: 1_000 };
    const { output } = await programRunner(clock)(run, new AbortController().signal);
    const names = Object.keys(JSON.parse(output)).filter((name) => !name.startsWith('__'));
    expect(names.sort()).toEqual(['HOME', 'MINE', 'PATH']);
  });

  it('reads the state from the exit code', async () => {
    const code = await script('code.mjs', 'process.exit(Number(process.argv[2]));');
    const state = { locked: ['0'], unlocked: ['3'] };
    const { lock } = await setUp({ statusProgram: node(code, '3'), answer: 'exit code', state });
    expect(lock.state).toBe('unlocked');
  });

  it('finds out by reading whether a program that failed has moved the lock', async () => {
    const bolt = join(folder, 'bolt');
    const fails = await script(
      'fails.mjs',
      `import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[2], process.argv[3]); process.exit(7);`,
    );
    const { lock, during } = await setUp({
      unlockProgram: node(fails, bolt, 'unlocked'),
      lockProgram: node(fails, bolt, 'unlocked'),
    });
    await during(lock.unlock());
    const error = await during(rejected(lock.lock()));
    expect(error.message).toContain('The program node ended with exit code 7; run it by hand to see why.');
  });

  it.each([
    ['is not there', '/no/such/program', /The program program cannot be started: it is not there/],
    ['may not be run', 'plain.txt', /cannot be started: it may not be run/],
  ])('says so where a program %s', async (_name, path, words) => {
    await chmod(await script('plain.txt', 'text'), 0o600);
    const { lock, during } = await setUp({
      unlockProgram: { program: path.startsWith('/') ? path : join(folder, path) },
    });
    const error = await during(rejected(lock.unlock()));
    expect(error).toMatchObject({ notTold: true, message: expect.stringMatching(words) });
  });

  it('ends a program that prints without end, and all it started', async () => {
    const flood = await script('flood.mjs', `for (;;) process.stdout.write('x'.repeat(10_000));`);
    const { lock } = await setUp({ statusProgram: node(flood) });
    expect(lock.state).toBe('unknown');
  });
});

describe('A program that does not end', () => {
  it.each([
    ['when its time is up', 'time', 'timeout', /longer than 5 s and was ended/],
    ['when Latchkey stops', 'stop', 'stopped', /stopped while the program node ran/],
  ])('is ended %s with everything it started, even if it does not want to', async (_name, how, kind, words) => {
    const pids = join(folder, 'pids');
    const stubborn = await script(
      'stubborn.mjs',
      `import { spawn } from 'node:child_process';
       import { appendFileSync } from 'node:fs';
       process.on('SIGTERM', () => {});
       if (process.argv[2] === 'child') setInterval(() => {}, 1000);
       else {
         const child = spawn(process.execPath, [process.argv[1], 'child'], { stdio: ['ignore', 'inherit', 'ignore'] });
         child.on('spawn', () => { appendFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid); console.log('up'); });
       }`,
    );
    const clock = new VirtualClock();
    const stopping = new AbortController();
    const run = { ...node(stubborn), environment: smallEnvironment(process.env), timeLimitMs: 5_000, maxBytes: 1_000 };
    const ended = rejected(programRunner(clock)(run, stopping.signal));
    const alive = await until(
      async () => (await readFile(pids, 'utf8').catch(() => '')).split(' ').map(Number),
      (all) => all.length === 2,
    );
    if (how === 'stop') stopping.abort();
    const error = await drive(clock, () => false, ended);
    expect(error).toMatchObject({ kind, message: expect.stringMatching(words) });
    await until(
      async () => alive.filter(isRunning),
      (running) => running.length === 0,
    );
    expect(clock.waiting).toBe(0);
  });
});

async function until<T>(look: () => Promise<T>, good: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await look();
    if (good(value)) return value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // In a container nobody may collect what has ended: the dead are not running.
    const stat = existsSync('/proc/self/stat') ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}
