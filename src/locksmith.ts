/** Makes the locks that the configuration names. */
import type { Clock } from './clock.ts';
import type { Config, LockConfig } from './config.ts';
import { axiosExchange } from './locks/exchange.ts';
import { httpLock } from './locks/http.ts';
import type { Lock, LockState } from './locks/lock.ts';
import { programLock } from './locks/program.ts';
import { AutoRelock } from './locks/relock.ts';
import { programRunner, smallEnvironment } from './locks/run-program.ts';
import { type Account, SwitchBotClient } from './locks/switchbot/client.ts';
import { conditionsOf, type DeviceCondition } from './locks/switchbot/condition.ts';
import { type FoundDevice, survey } from './locks/switchbot/devices.ts';
import { switchBotLock } from './locks/switchbot/lock.ts';
import { VirtualLock } from './locks/virtual.ts';
import type { Log } from './log.ts';

/** What of the history a lock may use. */
export interface StateStore {
  state<T>(key: string): Promise<T | undefined>;
  setState(key: string, value: unknown): Promise<void>;
}

interface Workshop {
  store: StateStore;
  clock: Clock;
  log: Log;
}

/** In the configuration's order. */
export function makeLocks({ locks, switchbot }: Pick<Config, 'locks' | 'switchbot'>, workshop: Workshop): Lock[] {
  const { clock, log, store } = workshop;
  const exchange = axiosExchange(clock);
  // All locks of an account share its calls of the day.
  const client = new SwitchBotClient(switchbot, { clock, exchange });
  const run = programRunner(clock);
  const environment = smallEnvironment(process.env);
  const make = (lock: LockConfig): Lock => {
    switch (lock.type) {
      case 'virtual':
        return virtualLock(lock, store);
      case 'switchbot':
        return switchBotLock(lock, client, { clock, log });
      case 'http':
        return httpLock(lock, { clock, log, exchange });
      case 'program':
        return programLock(lock, { clock, log, run, environment });
    }
  };
  return locks.map(make);
}

/** What an account at SwitchBot has, as far as Latchkey can use it. Rejects with a LockFailure. */
export async function switchBotDevices(account: Account, clock: Clock): Promise<FoundDevice[]> {
  const client = new SwitchBotClient(account, { clock, exchange: axiosExchange(clock) });
  return survey(await client.devices(new AbortController().signal));
}

/** The same, with what each device that can be used says of itself: one call for each. Rejects with a LockFailure. */
export async function switchBotConditions(account: Account, clock: Clock): Promise<DeviceCondition[]> {
  const client = new SwitchBotClient(account, { clock, exchange: axiosExchange(clock) });
  const { signal } = new AbortController();
  return conditionsOf(client, survey(await client.devices(signal)), signal);
}

function virtualLock(lock: LockConfig, store: StateStore): Lock {
  const key = `lock:${lock.id}`;
  return new VirtualLock(lock, {
    load: () => store.state<LockState>(key),
    save: (state) => store.setState(key, state),
  });
}

/** For each of `locks`, made from `configs`, that is to be locked again by itself. */
export function makeRelocks(
  configs: readonly LockConfig[],
  locks: readonly Lock[],
  surroundings: { clock: Clock; log: Log },
): AutoRelock[] {
  return configs.flatMap((config, index) => {
    const onceClosed = 'relockOnceClosed' in config && config.relockOnceClosed;
    if (config.relockSeconds === 0 && !onceClosed) return [];
    return [new AutoRelock(locks[index] as Lock, { seconds: config.relockSeconds, onceClosed, ...surroundings })];
  });
}
