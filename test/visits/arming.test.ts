/** Arming: fail closed, and the last word counts. */
import { describe, expect, it } from 'vitest';
import { Arming } from '../../src/visits/arming.ts';
import { FakeLog } from '../fakes/log.ts';

async function made(load: () => Promise<boolean | undefined>, disarmed = false, save = async (_armed: boolean) => {}) {
  const log = new FakeLog();
  const arming = new Arming({ load, save }, log);
  expect(arming.armed).toBe(false);
  await arming.start({ disarmed });
  return { arming, log };
}

describe('after a start', () => {
  it.each<[string, boolean | undefined, boolean, boolean]>([
    ['the first one', undefined, false, true],
    ['one that was left armed', true, false, true],
    ['one that was left disarmed', false, false, false],
    ['one where every start begins disarmed', true, true, false],
  ])('%s', async (_what, stored, disarmed, armed) => {
    expect((await made(async () => stored, disarmed)).arming.armed).toBe(armed);
  });

  it('one where it cannot be read is disarmed, and the log says so', async () => {
    const { arming, log } = await made(() => Promise.reject(new Error('The database is busy.')));
    expect(arming.armed).toBe(false);
    expect(log.lines).toEqual(['error: Face unlock stays disarmed until it is armed again: The database is busy.']);
  });
});

describe('of two wishes the later counts', () => {
  it('though the earlier one is still being written', async () => {
    const writing = Promise.withResolvers<void>();
    const saved: boolean[] = [];
    const { arming } = await made(
      async () => false,
      false,
      async (armed) => {
        if (armed) await writing.promise;
        saved.push(armed);
      },
    );
    const armed = arming.set(true);
    const disarmed = arming.set(false);
    writing.resolve();
    await Promise.all([armed, disarmed]);
    expect(arming.armed).toBe(false);
    expect(saved).toEqual([true, false]);
  });
});
