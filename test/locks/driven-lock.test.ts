/** How any lock is moved and watched, with a driver that fails as it is told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrivenLock } from '../../src/locks/driven-lock.ts';
import { backOff, type Command, type LockDriver, type LockReading } from '../../src/locks/driver.ts';
import { LockFailure } from '../../src/locks/failure.ts';
import type { LockState } from '../../src/locks/lock.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { FakeLog } from '../fakes/log.ts';

type Answer<T> = T | LockFailure | Error;

class ScriptedDriver implements LockDriver {
  readonly readBackMs = [2_000, 3_000];
  readonly sent: Command[] = [];
  sends: Answer<null>[] = [];
  readings: Answer<LockReading>[] = [];
  otherwise: LockReading = { state: 'locked' };

  async send(command: Command): Promise<void> {
    this.sent.push(command);
    const answer = this.sends.shift();
    if (answer) throw answer;
  }

  async read(): Promise<LockReading> {
    const answer = this.readings.shift() ?? this.otherwise;
    if (answer instanceof Error) throw answer;
    return answer;
  }

  pace = () => 30_000;
}

function setUp() {
  const clock = new VirtualClock();
  const log = new FakeLog();
  const driver = new ScriptedDriver();
  const lock = new DrivenLock({ id: 'front', name: 'Front door' }, driver, { clock, log });
  return { clock, log, driver, lock };
}

const kinds = ['unauthorised', 'limit', 'offline', 'unreachable', 'timeout', 'unexplained', 'refused'] as const;
const trouble = fc
  .record({ kind: fc.constantFrom(...kinds), notTold: fc.boolean() })
  .map(({ kind, notTold }) => new LockFailure(kind, 'Something is wrong.', notTold));
const state = fc.constantFrom<LockState[]>('locked', 'unlocked', 'jammed', 'unknown');
const sends = fc.array(fc.oneof(fc.constant(null), trouble, fc.constant(new TypeError('a bug'))), { maxLength: 6 });
const readings = fc.array(
  fc.oneof(
    state.map((one) => ({ state: one })),
    trouble,
  ),
  { maxLength: 20 },
);

describe('A driven lock', () => {
  it('sends each unlock once at most, and calls it done only after reading unlocked, over any faults', async () => {
    await fc.assert(
      fc.asyncProperty(sends, readings, fc.integer({ min: 1, max: 3 }), async (sent, read, times) => {
        const { clock, driver, lock } = setUp();
        driver.sends = [...sent];
        driver.readings = [...read];
        await lock.start();
        const results: boolean[] = [];
        for (let i = 0; i < times; i++) {
          lock.unlock().then(
            () => results.push(lock.state === 'unlocked'),
            (error: unknown) => results.push(error instanceof LockFailure),
          );
        }
        await clock.advance(60_000);
        expect(results).toEqual(Array.from({ length: times }, () => true));
        expect(driver.sent.length).toBeLessThanOrEqual(times);
        await lock.stop();
        expect(clock.waiting).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('is locked only where the last reading said so', async () => {
    await fc.assert(
      fc.asyncProperty(readings, async (read) => {
        const { clock, driver, lock } = setUp();
        driver.readings = [...read];
        await lock.start();
        for (const reading of read.slice(1)) {
          await clock.advance(30_000);
          if (!(reading instanceof LockFailure)) expect(lock.state).toBe(reading.state);
          else if (!['unreachable', 'timeout', 'unexplained'].includes(reading.kind))
            expect(lock.state).toBe('unknown');
        }
        await lock.stop();
      }),
      { numRuns: 100 },
    );
  });

  it('keeps the sentence of an unforeseen error to itself', async () => {
    const { clock, driver, lock } = setUp();
    driver.sends = [new TypeError('the secret is 1234')];
    const told = lock.unlock().catch((error: unknown) => error);
    await clock.advance(10_000);
    expect(String(await told)).toContain('Front door: an unforeseen error in Latchkey; please report it.');
    expect(String(await told)).not.toContain('1234');
  });

  it('goes on where a listener throws', async () => {
    const { clock, driver, lock, log } = setUp();
    const heard: string[] = [];
    lock.onState(() => {
      throw new Error('a listener of ill will');
    });
    const end = lock.onState((one) => heard.push(one));
    await lock.start();
    expect(heard).toEqual(['locked']);
    expect(log.lines).toEqual(['error: Front door: a listener of ill will']);
    end();
    driver.otherwise = { state: 'unlocked' };
    await clock.advance(30_000);
    expect(lock.state).toBe('unlocked');
    expect(heard).toEqual(['locked']);
    await lock.stop();
  });

  it('tells of a change of door, battery or fault once', async () => {
    const { clock, driver, lock } = setUp();
    driver.otherwise = { state: 'locked', door: 'closed', battery: 50 };
    const heard: unknown[] = [];
    lock.onDetails((details) => heard.push(details));
    await lock.start();
    await clock.advance(60_000);
    driver.otherwise = { state: 'locked', door: 'open', battery: 50 };
    await clock.advance(60_000);
    expect(heard).toEqual([
      { door: 'closed', battery: 50 },
      { door: 'open', battery: 50 },
    ]);
    await lock.stop();
  });

  it.each([
    [1, 10_000],
    [2, 20_000],
    [5, 120_000],
    [5_000, 120_000],
  ])('is asked less often after %i failures in a row', (times, ms) => {
    expect(backOff(5_000, times, 120_000)).toBe(ms);
  });

  it('is never asked more often because it fails', () => {
    expect(backOff(300_000, 1, 60_000)).toBe(300_000);
  });
});
