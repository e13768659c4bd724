/** A lock's door and battery in the Home app, in Homebridge's own objects. */
import type { API, PlatformAccessory } from 'homebridge';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newAccessory } from '../../src/accessories/identity.ts';
import { LockDetailServices } from '../../src/accessories/lock-details.ts';
import type { Lock, LockDetails } from '../../src/locks/lock.ts';
import { FakeLock } from '../fakes/lock.ts';
import { homebridgeApi, serviceOf, versions } from './homebridge.ts';

const identity = { kind: 'lock' as const, id: 'front', name: 'Front lock', model: 'SwitchBot lock', version: '1.0.0' };
const [contact, noContact] = [0, 1];

describe.each(versions)('the details of a lock in %s', (version) => {
  let api: API;
  let accessory: PlatformAccessory;
  let lock: FakeLock;
  beforeAll(async () => {
    api = await homebridgeApi(version);
  });
  beforeEach(() => {
    lock = new FakeLock();
    accessory = newAccessory(api, identity, 6);
    new LockDetailServices(api, accessory, lock);
  });

  const door = () => {
    const { ContactSensorState, StatusFault } = api.hap.Characteristic;
    const service = serviceOf(accessory, api.hap.Service.ContactSensor);
    return [ContactSensorState, StatusFault].map((type) => service.getCharacteristic(type).value);
  };

  it('are not there before the lock tells of them', () => {
    expect(accessory.getService(api.hap.Service.ContactSensor)).toBeUndefined();
    expect(accessory.getService(api.hap.Service.Battery)).toBeUndefined();
    lock.tell({ fault: 'Front lock is offline.' });
    expect(accessory.getService(api.hap.Service.ContactSensor)).toBeUndefined();
  });

  it.each<[LockDetails, (number | undefined)[]]>([
    [{ door: 'closed' }, [contact, 0]],
    [{ door: 'open' }, [noContact, 0]],
    [{ door: 'unknown' }, [noContact, 1]],
    [{ door: 'closed', fault: 'It is offline.' }, [contact, 1]],
  ])('%j are shown as %j', (details, values) => {
    lock.tell(details);
    expect(door()).toEqual(values);
  });

  it('say that the door of the last run is not known where the lock cannot be read', () => {
    lock.tell({ door: 'closed' });
    const restarted = new FakeLock('unknown');
    new LockDetailServices(api, accessory, restarted);
    restarted.tell({ fault: 'It is offline.' });
    expect(door()).toEqual([contact, 1]);
  });

  it.each([
    [100, 0],
    [21, 0],
    [20, 1],
    [0, 1],
  ])('a battery of %i percent is low: %i', (battery, low) => {
    lock.tell({ battery });
    const { BatteryLevel, StatusLowBattery } = api.hap.Characteristic;
    const service = serviceOf(accessory, api.hap.Service.Battery);
    expect([BatteryLevel, StatusLowBattery].map((type) => service.getCharacteristic(type).value)).toEqual([
      battery,
      low,
    ]);
  });

  it('leave nothing behind where the lock is exchanged for one that knows none', () => {
    lock.tell({ door: 'closed', battery: 50 });
    const plain: Lock = {
      ...lock,
      id: 'front',
      name: 'Front lock',
      state: 'locked',
      onState: () => () => {},
      start: async () => {},
      stop: async () => {},
      lock: async () => {},
      unlock: async () => {},
    };
    new LockDetailServices(api, accessory, plain);
    expect(accessory.services.map((service) => service.UUID)).not.toContain(api.hap.Service.ContactSensor.UUID);
    expect(accessory.getService(api.hap.Service.Battery)).toBeUndefined();
  });

  it('are followed no more once it is stopped', () => {
    const services = new LockDetailServices(api, accessory, lock);
    services.stop();
    expect(lock.listeners).toBe(1);
  });
});
