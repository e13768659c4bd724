/** A lock is locked again after it was unlocked, by whomever, until it is. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LockState } from '../../src/locks/lock.ts';
import { AutoRelock } from '../../src/locks/relock.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { FakeLock } from '../fakes/lock.ts';
import { FakeLog } from '../fakes/log.ts';

let clock: VirtualClock;
let log: FakeLog;
let lock: FakeLock;
let relock: AutoRelock;

function begin(state: LockState = 'locked', rules: { seconds?: number; onceClosed?: boolean } = {}): void {
  clock = new VirtualClock();
  log = new FakeLog();
  lock = new FakeLock(state);
  relock = new AutoRelock(lock, { seconds: 30, ...rules, clock, log });
  relock.start();
}

beforeEach(() => begin());
afterEach(async () => {
  await relock.stop();
  expect([clock.waiting, lock.listeners]).toEqual([0, 0]);
});

describe('automatic relocking', () => {
  it('sends nothing to a lock that is locked, jammed or unknown at the start', async () => {
    for (const state of ['locked', 'jammed', 'unknown'] as const) {
      begin(state);
      await clock.advance(3_600_000);
      expect(lock.commands).toEqual([]);
      await relock.stop();
    }
  });

  it('locks when the time is up, not before, whoever unlocked', async () => {
    lock.become('unlocked');
    await clock.advance(29_999);
    expect(lock.commands).toEqual([]);
    await clock.advance(1);
    expect([lock.commands, lock.state]).toEqual([['lock'], 'locked']);
    await clock.advance(3_600_000);
    expect(lock.commands).toEqual(['lock']);
    expect(log.lines).toEqual([]);
  });

  it('locks a lock that is found unlocked, so that a restart does not leave the door open', async () => {
    begin('unlocked');
    await clock.advance(30_000);
    expect(lock.commands).toEqual(['lock']);
  });

  it('locks a lock that is first unknown and then read as unlocked', async () => {
    begin('unknown');
    lock.become('unlocked');
    await clock.advance(30_000);
    expect(lock.commands).toEqual(['lock']);
  });

  it('is cancelled by locking, and counts anew from the next unlocking', async () => {
    lock.become('unlocked');
    await clock.advance(20_000);
    lock.become('locked');
    await clock.advance(20_000);
    lock.become('unlocked');
    await clock.advance(29_999);
    expect(lock.commands).toEqual([]);
    await clock.advance(1);
    expect(lock.commands).toEqual(['lock']);
  });

  it.each(['jammed', 'unknown'] as const)('stays due while the lock is %s, and is not put off by it', async (state) => {
    lock.become('unlocked');
    await clock.advance(20_000);
    lock.become(state);
    await clock.advance(5000);
    lock.become('unlocked');
    await clock.advance(5000);
    expect(lock.commands).toEqual(['lock']);
  });

  it('says what failed and tries again, ever more slowly, until it is locked', async () => {
    lock.fault = 'The bolt is stuck.';
    lock.become('unlocked');
    await clock.advance(30_000);
    const pauses = [5, 10, 20, 40, 80, 160, 300, 300];
    for (const pause of pauses) {
      const attempts = lock.commands.length;
      expect(log.lines.at(-1)).toBe(
        `error: Front lock could not be locked again, and is tried again in ${pause} s: The bolt is stuck.`,
      );
      await clock.advance(pause * 1000 - 1);
      expect(lock.commands).toHaveLength(attempts);
      await clock.advance(1);
      expect(lock.commands).toHaveLength(attempts + 1);
    }
    lock.fault = null;
    await clock.advance(300_000);
    expect(lock.state).toBe('locked');
    expect(log.lines.at(-1)).toBe('info: Front lock is locked again.');
    lock.fault = 'The bolt is stuck.';
    lock.become('unlocked');
    await clock.advance(30_000);
    expect(log.lines.at(-1)).toContain('in 5 s');
  });

  it('is content when somebody else locks while it tries', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    lock.answer = promise;
    lock.fault = 'The bolt is stuck.';
    lock.become('unlocked');
    await clock.advance(30_000);
    lock.become('locked');
    resolve();
    await clock.advance(3_600_000);
    expect(lock.commands).toEqual(['lock']);
    expect(log.lines).toEqual([]);
  });

  it('counts anew where somebody locks and unlocks while it tries', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    lock.answer = promise;
    lock.fault = 'The hub is offline.';
    lock.become('unlocked');
    await clock.advance(30_000);
    lock.become('locked');
    lock.become('unlocked');
    resolve();
    await clock.advance(29_999);
    expect(lock.commands).toEqual(['lock']);
    lock.fault = null;
    await clock.advance(1);
    expect(lock.state).toBe('locked');
  });

  it('locks a lock that was unlocked anew, and fell due, while the last attempt was under way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    lock.lock = async () => {
      lock.commands.push('lock');
      await promise;
      if (lock.commands.length === 2) lock.become('locked');
    };
    lock.become('unlocked');
    await clock.advance(30_000);
    lock.become('locked');
    lock.become('unlocked');
    await clock.advance(30_000);
    resolve();
    await clock.advance(30_000);
    expect(lock.commands).toEqual(['lock', 'lock']);
  });

  it('waits for the attempt under way when it is stopped, and makes no other', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    lock.answer = promise;
    lock.fault = 'The bolt is stuck.';
    lock.become('unlocked');
    await clock.advance(30_000);
    const stopped = relock.stop();
    resolve();
    await stopped;
    expect(clock.waiting).toBe(0);
    expect(log.lines).toEqual([]);
  });
});

describe('relocking a lock that knows its door', () => {
  it('waits for an open door to close, however long, and for its latch', async () => {
    lock.become('unlocked');
    lock.tell({ door: 'open' });
    await clock.advance(3_600_000);
    expect(lock.commands).toEqual([]);
    lock.tell({ door: 'closed' });
    await clock.advance(1_999);
    expect(lock.commands).toEqual([]);
    await clock.advance(1);
    expect(lock.commands).toEqual(['lock']);
  });

  it('begins anew with the latch where the door bounces', async () => {
    lock.tell({ door: 'open' });
    lock.become('unlocked');
    await clock.advance(30_000);
    for (const door of ['closed', 'open', 'closed'] as const) {
      lock.tell({ door });
      await clock.advance(1_500);
    }
    expect(lock.commands).toEqual([]);
    lock.tell({ door: 'closed', battery: 50 });
    await clock.advance(500);
    expect(lock.commands).toEqual(['lock']);
  });

  it('locks once the door has been opened and closed, where that is set, and not before it was opened', async () => {
    await relock.stop();
    begin('locked', { seconds: 0, onceClosed: true });
    lock.tell({ door: 'closed' });
    lock.become('unlocked');
    await clock.advance(3_600_000);
    expect(lock.commands).toEqual([]);
    lock.tell({ door: 'open' });
    lock.tell({ door: 'closed' });
    await clock.advance(2_000);
    expect(lock.commands).toEqual(['lock']);
  });

  it('keeps to its time where the door closes before it', async () => {
    lock.become('unlocked');
    lock.tell({ door: 'open' });
    lock.tell({ door: 'closed' });
    await clock.advance(29_999);
    expect(lock.commands).toEqual([]);
    await clock.advance(1);
    expect(lock.commands).toEqual(['lock']);
  });

  it('does not try again while the door is open', async () => {
    lock.fault = 'The hub is offline.';
    lock.become('unlocked');
    await clock.advance(30_000);
    lock.tell({ door: 'open' });
    lock.fault = null;
    await clock.advance(3_600_000);
    expect(lock.commands).toEqual(['lock']);
    lock.tell({ door: 'closed' });
    await clock.advance(2_000);
    expect(lock.state).toBe('locked');
  });

  it('locks by its time where the door is not known any more', async () => {
    lock.become('unlocked');
    lock.tell({ door: 'open' });
    lock.tell({ door: 'unknown', fault: 'The sensor is silent.' });
    await clock.advance(30_000);
    expect(lock.commands).toEqual(['lock']);
  });
});
