/** The virtual lock: its state survives a restart, and nothing but a command changes it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LockError, type LockState } from '../../src/locks/lock.ts';
import { VirtualLock } from '../../src/locks/virtual.ts';

/** A memory that lasts over restarts, and fails when it is told to. */
class Memory {
  readonly saved: LockState[] = [];
  broken = false;

  load = async (): Promise<unknown> => {
    if (this.broken) throw new Error('The disk is gone.');
    return this.saved.at(-1);
  };

  save = async (state: LockState): Promise<void> => {
    if (this.broken) throw new Error('The disk is gone.');
    this.saved.push(state);
  };
}

async function started(memory: Pick<Memory, 'load' | 'save'>) {
  const lock = new VirtualLock({ id: 'front-lock', name: 'Front lock' }, memory);
  const states: LockState[] = [];
  lock.onState((state) => states.push(state));
  await lock.start();
  return { lock, states };
}

describe('a virtual lock', () => {
  it('is unknown before it starts, and locked where it was never moved; starting saves nothing', async () => {
    const memory = new Memory();
    expect(new VirtualLock({ id: 'a', name: 'A' }, memory).state).toBe('unknown');
    const { lock, states } = await started(memory);
    expect([lock.state, states, memory.saved]).toEqual(['locked', ['locked'], []]);
  });

  it('is after a restart as it was before', async () => {
    const memory = new Memory();
    const { lock } = await started(memory);
    await lock.unlock();
    expect((await started(memory)).lock.state).toBe('unlocked');
    await lock.lock();
    expect((await started(memory)).lock.state).toBe('locked');
  });

  it('tells every change once', async () => {
    const { lock, states } = await started(new Memory());
    await lock.unlock();
    await lock.unlock();
    await lock.lock();
    expect(states).toEqual(['locked', 'unlocked', 'locked']);
  });

  it('is not locked where what was saved is no state of it', async () => {
    for (const saved of ['open', 'jammed', null, 1]) {
      const { lock } = await started({ load: async () => saved, save: async () => undefined });
      expect(lock.state).toBe('unknown');
    }
  });

  it('is unknown where its state cannot be read, and says so', async () => {
    const memory = new Memory();
    memory.broken = true;
    const lock = new VirtualLock({ id: 'a', name: 'A' }, memory);
    await expect(lock.start()).rejects.toThrow(new LockError('Its state could not be read: The disk is gone.'));
    expect(lock.state).toBe('unknown');
  });

  it('does not move where its state cannot be saved, and says so', async () => {
    const memory = new Memory();
    const { lock } = await started(memory);
    memory.broken = true;
    await expect(lock.unlock()).rejects.toThrow(new LockError('Its state could not be saved: The disk is gone.'));
    expect(lock.state).toBe('locked');
    memory.broken = false;
    await lock.unlock();
    expect(lock.state).toBe('unlocked');
  });

  it('tells nobody who has stopped listening', async () => {
    const { lock } = await started(new Memory());
    const states: LockState[] = [];
    lock.onState((state) => states.push(state))();
    await lock.unlock();
    await lock.stop();
    expect(states).toEqual([]);
  });

  it('ends as it was told last, and saved so, however many commands come at once', async () => {
    const commands = fc.array(fc.constantFrom<'lock' | 'unlock'>('lock', 'unlock'), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(commands, fc.scheduler(), async (told, scheduler) => {
        const memory = new Memory();
        const save = scheduler.scheduleFunction(memory.save);
        const { lock } = await started({ load: memory.load, save });
        const done = Promise.all(told.map((command) => lock[command]()));
        await scheduler.waitFor(done);
        const last = told.at(-1) === 'lock' ? 'locked' : 'unlocked';
        expect([lock.state, memory.saved.at(-1)]).toEqual([last, last]);
      }),
    );
  });
});
