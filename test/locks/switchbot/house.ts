/** A SwitchBot lock and the fake cloud it talks to, on one virtual clock. */
import { axiosExchange } from '../../../src/locks/exchange.ts';
import { SwitchBotClient } from '../../../src/locks/switchbot/client.ts';
import { switchBotLock } from '../../../src/locks/switchbot/lock.ts';
import { VirtualClock } from '../../fakes/clock.ts';
import { counted, drive, elapse } from '../../fakes/drive.ts';
import { FakeLog } from '../../fakes/log.ts';
import { FakeSwitchBot } from '../../fakes/switchbot.ts';
import type { DoorOptions } from '../../fakes/switchbot-door.ts';

export async function house(door: Partial<DoorOptions> = {}) {
  const clock = new VirtualClock();
  const cloud = await FakeSwitchBot.start(clock);
  const front = cloud.addDoor({ id: 'D708C25A1C21', name: 'Front door', ...door });
  const exchange = counted(axiosExchange(clock));
  const client = new SwitchBotClient(cloud.account, { clock, exchange: exchange.call });
  const log = new FakeLog();
  const lock = switchBotLock({ id: 'front', name: 'Front door', deviceId: front.id }, client, { clock, log });
  const busy = () => exchange.underWay !== cloud.held;
  return {
    clock,
    cloud,
    front,
    client,
    log,
    lock,
    busy,
    /** Time moves on until `promise` settles. */
    during: <T>(promise: Promise<T>) => drive(clock, busy, promise),
    /** So much time passes. */
    passes: (ms: number) => elapse(clock, busy, ms),
    async close() {
      await lock.stop();
      await cloud.stop();
    },
  };
}

export type House = Awaited<ReturnType<typeof house>>;

/** The error of a promise that must reject. */
export async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as Error,
  );
}
