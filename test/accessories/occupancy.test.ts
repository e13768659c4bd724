/** An occupancy sensor, in Homebridge's own objects. */
import type { API } from 'homebridge';
import { beforeAll, describe, expect, it } from 'vitest';
import { newAccessory } from '../../src/accessories/identity.ts';
import { OccupancyAccessory } from '../../src/accessories/occupancy.ts';
import { homebridgeApi, phone, serviceOf, versions } from './homebridge.ts';

describe.each(versions)('an occupancy sensor in %s', (version) => {
  let api: API;
  beforeAll(async () => {
    api = await homebridgeApi(version);
  });
  const identity = {
    kind: 'occupancy' as const,
    id: 'stranger',
    name: 'Stranger',
    model: 'Occupancy',
    version: '1.0.0',
  };

  it('is off at first, and follows what it is told', async () => {
    const { Characteristic, Service } = api.hap;
    const accessory = newAccessory(api, identity, 10);
    const sensor = new OccupancyAccessory(api, accessory, identity);
    const service = serviceOf(accessory, Service.OccupancySensor);
    const seen = () => phone.read(service, Characteristic.OccupancyDetected);
    expect(await seen()).toBe(0);
    sensor.set(true);
    expect(await seen()).toBe(1);
    sensor.set(false);
    expect(await seen()).toBe(0);
  });

  it('that Homebridge restored keeps its service, is off, and takes on its new name', async () => {
    const { Characteristic, Service } = api.hap;
    const accessory = newAccessory(api, identity, 10);
    new OccupancyAccessory(api, accessory, identity).set(true);
    const services = [...accessory.services];
    const restored = new OccupancyAccessory(api, accessory, { ...identity, name: 'Unknown face' });
    restored.set(false);
    expect(accessory.services).toEqual(services);
    const service = serviceOf(accessory, Service.OccupancySensor);
    expect(await phone.read(service, Characteristic.OccupancyDetected)).toBe(0);
    expect(await phone.read(service, Characteristic.Name)).toBe('Unknown face');
  });
});
