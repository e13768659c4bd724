/** The doorkeeper: an owner's confirmed tap beside faces, the guard over restarts, and stopping. */
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../src/policy/decision.ts';
import type { Guard } from '../../src/policy/guard.ts';
import { Doorkeeper } from '../../src/visits/doorkeeper.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { FakeLock } from '../fakes/lock.ts';

const recorded = async () => undefined;

async function made(stored?: Partial<Guard>) {
  const clock = new VirtualClock();
  const lock = new FakeLock();
  const disk: { guard: Partial<Guard> | undefined; full: boolean } = { guard: stored, full: false };
  const store = {
    load: async () => disk.guard,
    save: async (guard: Guard) => {
      if (disk.full) throw new Error('The disk is full.');
      disk.guard = guard;
    },
  };
  const arming = { armed: true, disarm: () => undefined };
  const doorkeeper = new Doorkeeper({ lock, store, clock, arming });
  await doorkeeper.start();
  return { doorkeeper, lock, disk, clock };
}

describe('a confirmed tap', () => {
  it('opens a lock that is plainly locked, once, after it was written down', async () => {
    const { doorkeeper, lock } = await made();
    const written: [Decision, number][] = [];
    const { decision, opening } = doorkeeper.confirmed('Anna', async (made) => {
      written.push([made, lock.commands.length]);
    });
    expect(await opening).toMatchObject({ unlocked: true, error: null });
    expect(lock.commands).toEqual(['unlock']);
    expect(written).toEqual([[decision, 0]]);
    expect(decision.gates).toContainEqual({ gate: 'owner', pass: true, value: 'Anna', limit: 'a confirmed tap' });
  });

  it.each(['unlocked', 'jammed', 'unknown'] as const)('opens nothing while the lock is %s', async (state) => {
    const { doorkeeper, lock } = await made();
    lock.become(state);
    const { decision, opening } = doorkeeper.confirmed('Anna', recorded);
    expect([decision.unlock, opening]).toEqual([false, null]);
    expect(lock.commands).toEqual([]);
  });

  it('while another opening is on its way opens nothing', async () => {
    const { doorkeeper, lock } = await made();
    const answer = Promise.withResolvers<void>();
    lock.answer = answer.promise;
    const first = doorkeeper.confirmed('Anna', recorded);
    const second = doorkeeper.confirmed('Ben', recorded);
    expect(second.opening).toBeNull();
    answer.resolve();
    expect((await first.opening)?.unlocked).toBe(true);
    expect(lock.commands).toEqual(['unlock']);
  });

  it('opens nothing once the doorkeeper is stopped', async () => {
    const { doorkeeper, lock } = await made();
    doorkeeper.stop();
    const { decision } = doorkeeper.confirmed('Anna', recorded);
    expect(decision.gates.find(({ gate }) => gate === 'running')?.pass).toBe(false);
    expect(lock.commands).toEqual([]);
  });

  it('that cannot be written down opens nothing, and says why', async () => {
    const { doorkeeper, lock } = await made();
    const { opening } = doorkeeper.confirmed('Anna', () => Promise.reject(new Error('The database is busy.')));
    expect(await opening).toMatchObject({ unlocked: false, error: 'The database is busy.' });
    expect(lock.commands).toEqual([]);
  });

  it('opens nothing where its pause cannot be kept', async () => {
    const { doorkeeper, lock, disk } = await made();
    disk.full = true;
    expect(await doorkeeper.confirmed('Anna', recorded).opening).toMatchObject({ error: 'The disk is full.' });
    expect(lock.commands).toEqual([]);
  });

  it('leaves misses as they are, and begins the pause for faces', async () => {
    const { doorkeeper, disk, clock } = await made({ misses: 4, missedAt: 5, unlockedAt: { 1: 6 } });
    await doorkeeper.confirmed('Anna', recorded).opening;
    expect(disk.guard).toMatchObject({ misses: 4, missedAt: 5, unlockedAt: { 1: 6 }, openedAt: clock.now() });
  });
});

it('a guard kept by an earlier version is taken over', async () => {
  const { doorkeeper, disk } = await made({ misses: 4, missedAt: 5, unlockedAt: {} });
  await doorkeeper.rearm();
  expect(disk.guard).toEqual({
    misses: 0,
    missedAt: 5,
    unlockedAt: {},
    openedAt: 0,
    today: { day: '', openings: 0 },
  });
});
