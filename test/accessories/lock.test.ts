/** A lock in the Home app, in Homebridge's own objects. */
import type { API, Service } from 'homebridge';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newAccessory } from '../../src/accessories/identity.ts';
import { LockAccessory } from '../../src/accessories/lock.ts';
import type { LockState } from '../../src/locks/lock.ts';
import { FakeLock } from '../fakes/lock.ts';
import { FakeLog } from '../fakes/log.ts';
import { homebridgeApi, phone, serviceOf, versions } from './homebridge.ts';

const identity = {
  kind: 'lock' as const,
  id: 'front-lock',
  name: 'Front lock',
  model: 'Virtual lock',
  version: '1.0.0',
};
const [unsecured, secured, jammed, unknown] = [0, 1, 2, 3];

describe.each(versions)('a lock in %s', (version) => {
  let api: API;
  let lock: FakeLock;
  let log: FakeLog;
  let accessory: LockAccessory;
  let service: Service;
  beforeAll(async () => {
    api = await homebridgeApi(version);
  });
  beforeEach(() => begin('locked'));

  function begin(state: LockState): void {
    lock = new FakeLock(state);
    log = new FakeLog();
    const platformAccessory = newAccessory(api, identity, 6);
    accessory = new LockAccessory(api, platformAccessory, identity, { lock, log });
    service = serviceOf(platformAccessory, api.hap.Service.LockMechanism);
  }

  const shown = async () => [
    await phone.read(service, api.hap.Characteristic.LockCurrentState),
    await phone.read(service, api.hap.Characteristic.LockTargetState),
  ];
  const wish = (target: number) => phone.write(service, api.hap.Characteristic.LockTargetState, target);
  /** Resolves once what was wished for has been carried out or given up. */
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

  it.each<[LockState, number[]]>([
    ['locked', [secured, secured]],
    ['unlocked', [unsecured, unsecured]],
  ])('that is %s at the start is shown so, and nothing is sent to it', async (state, values) => {
    begin(state);
    await turn();
    expect(await shown()).toEqual(values);
    expect(lock.commands).toEqual([]);
  });

  it('that is jammed or unknown is shown so, and not as moving somewhere else', async () => {
    const target = (await shown())[1];
    lock.become('jammed');
    expect(await shown()).toEqual([jammed, target]);
    lock.become('unknown');
    expect(await shown()).toEqual([unknown, target]);
  });

  it('that somebody moves by hand is shown moved', async () => {
    lock.become('unlocked');
    expect(await shown()).toEqual([unsecured, unsecured]);
    lock.become('locked');
    expect(await shown()).toEqual([secured, secured]);
    expect(lock.commands).toEqual([]);
  });

  it('is told at once, and shown unlocked only when it says so', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    lock.answer = promise;
    await wish(unsecured);
    await turn();
    expect(lock.commands).toEqual(['unlock']);
    expect(await shown()).toEqual([secured, unsecured]);
    resolve();
    await turn();
    expect(await shown()).toEqual([unsecured, unsecured]);
  });

  it('that fails is shown as it is, and the owner told why', async () => {
    lock.fault = 'The bolt is stuck.';
    await wish(unsecured);
    await turn();
    expect(await shown()).toEqual([secured, secured]);
    expect(log.lines).toEqual(['error: Front lock could not be unlocked from the Home app: The bolt is stuck.']);
    lock.become('unlocked');
    await wish(secured);
    await turn();
    expect(await shown()).toEqual([unsecured, unsecured]);
    expect(log.lines.at(-1)).toContain('could not be locked');
  });

  it('that jams on the way is shown jammed', async () => {
    lock.fault = 'The bolt is stuck.';
    lock.become('unlocked');
    await wish(secured);
    lock.become('jammed');
    await turn();
    expect((await shown())[0]).toBe(jammed);
  });

  it('is unlocked once, though it is asked again meanwhile and after', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    lock.answer = promise;
    await wish(unsecured);
    await turn();
    await wish(unsecured);
    await turn();
    resolve();
    await turn();
    await wish(unsecured);
    await turn();
    expect(lock.commands).toEqual(['unlock']);
  });

  it('that is locked already is locked again when asked: it does no harm', async () => {
    await wish(secured);
    await turn();
    expect(lock.commands).toEqual(['lock']);
  });

  it('ends as it was wished last', async () => {
    lock.become('unlocked');
    const { promise, resolve } = Promise.withResolvers<void>();
    lock.answer = promise;
    await wish(secured);
    await turn();
    await wish(unsecured);
    await turn();
    expect(lock.commands).toEqual(['lock', 'unlock']);
    resolve();
    await turn();
    expect(await shown()).toEqual([unsecured, unsecured]);
  });

  it('is not followed any more once it has stopped', async () => {
    accessory.stop();
    lock.become('unlocked');
    expect(lock.listeners).toBe(0);
    expect((await shown())[1]).toBe(secured);
  });
});
