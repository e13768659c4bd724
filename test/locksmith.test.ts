/** The locks that a configuration names. */
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { makeLocks, makeRelocks } from '../src/locksmith.ts';
import { VirtualClock } from './fakes/clock.ts';
import { FakeHttpLock } from './fakes/http-lock.ts';
import { FakeLog } from './fakes/log.ts';
import { FakeSwitchBot } from './fakes/switchbot.ts';

const store = { state: async () => undefined, setState: async () => {} };
let close: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of close.reverse()) await one();
  close = [];
});

function config(block: Record<string, unknown>) {
  const parsed = parseConfig(block);
  if (!parsed.ok) throw new Error(parsed.problems.join(' '));
  return parsed.config;
}

describe('The locksmith', () => {
  it('makes every kind of lock from the settings, and each can be read', async () => {
    const clock = new VirtualClock();
    const cloud = await FakeSwitchBot.start(clock);
    const shed = await FakeHttpLock.start();
    close.push(
      () => cloud.stop(),
      () => shed.stop(),
    );
    cloud.addDoor({ id: 'D708C25A1C21', state: 'unlocked' });
    const turn = { program: process.execPath, arguments: ['-e', 'console.log("unlocked")'] };
    const request = { url: `${shed.url}/status` };
    const settings = config({
      switchbot: cloud.account,
      locks: [
        { type: 'virtual', name: 'Nowhere', relockSeconds: 10 },
        { type: 'switchbot', name: 'Front', deviceId: 'D708C25A1C21', relockOnceClosed: true },
        {
          type: 'http',
          name: 'Shed',
          lockRequest: request,
          unlockRequest: request,
          statusRequest: request,
          state: { path: 'lock.0.state', locked: ['locked'], unlocked: ['unlocked'] },
        },
        {
          type: 'program',
          name: 'Gate',
          lockProgram: turn,
          unlockProgram: turn,
          statusProgram: turn,
          state: { locked: ['locked'], unlocked: ['unlocked'] },
        },
      ],
    });
    const log = new FakeLog();
    const locks = makeLocks(settings, { store, clock, log });
    close.push(...locks.map((lock) => () => lock.stop()));
    await Promise.all(locks.map((lock) => lock.start()));
    expect(locks.map(({ id, name, state }) => [id, name, state])).toEqual([
      ['nowhere', 'Nowhere', 'locked'],
      ['front', 'Front', 'unlocked'],
      ['shed', 'Shed', 'locked'],
      ['gate', 'Gate', 'unlocked'],
    ]);
    expect(makeRelocks(settings.locks, locks, { clock, log })).toHaveLength(2);
    expect(log.lines).toEqual([]);
  });

  it('does without a SwitchBot account where there is no such lock', () => {
    const settings = config({ locks: [{ type: 'virtual', name: 'Nowhere' }] });
    expect(makeLocks(settings, { store, clock: new VirtualClock(), log: new FakeLog() })).toHaveLength(1);
  });
});
