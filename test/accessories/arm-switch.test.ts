/** The switch that arms face unlock, in Homebridge's own objects. */
import type { API, Service } from 'homebridge';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ArmSwitchAccessory } from '../../src/accessories/arm-switch.ts';
import { newAccessory } from '../../src/accessories/identity.ts';
import { Arming } from '../../src/visits/arming.ts';
import { FakeLog } from '../fakes/log.ts';
import { homebridgeApi, phone, serviceOf, versions } from './homebridge.ts';

const identity = {
  kind: 'arming' as const,
  id: 'face-unlock',
  name: 'Face Unlock',
  model: 'Latchkey Switch',
  version: '1.0.0',
};

describe.each(versions)('the arm switch in %s', (version) => {
  let api: API;
  let arming: Arming;
  let accessory: ArmSwitchAccessory;
  let service: Service;
  let broken: boolean;

  beforeAll(async () => {
    api = await homebridgeApi(version);
  });

  beforeEach(async () => {
    broken = false;
    const save = async () => {
      if (broken) throw new Error('The disk is full.');
    };
    const log = new FakeLog();
    arming = new Arming({ load: async () => true, save }, log);
    await arming.start({ disarmed: false });
    const faceUnlock = {
      get armed() {
        return arming.armed;
      },
      arm: (armed: boolean) => arming.set(armed),
      onArmed: (listener: (armed: boolean) => void) => arming.onChange(listener),
    };
    const platformAccessory = newAccessory(api, identity, 8);
    accessory = new ArmSwitchAccessory(api, platformAccessory, identity, { faceUnlock, log });
    service = serviceOf(platformAccessory, api.hap.Service.Switch);
  });

  const on = () => phone.read(service, api.hap.Characteristic.On);
  const turn = (value: boolean) => phone.write(service, api.hap.Characteristic.On, value);

  it('shows whether face unlock is armed, and arms and disarms it', async () => {
    expect(await on()).toBe(true);
    await turn(false);
    expect([arming.armed, await on()]).toEqual([false, false]);
    await turn(true);
    expect([arming.armed, await on()]).toEqual([true, true]);
  });

  it('follows what disarms it elsewhere, until it is stopped', async () => {
    await arming.set(false);
    expect(service.getCharacteristic(api.hap.Characteristic.On).value).toBe(false);
    accessory.stop();
    await arming.set(true);
    expect(service.getCharacteristic(api.hap.Characteristic.On).value).toBe(false);
  });

  it('tells the Home app where arming cannot be written, and stays off', async () => {
    await turn(false);
    broken = true;
    await expect(turn(true)).rejects.toBe(-70402);
    expect(await on()).toBe(false);
  });

  it('disarms at once even where that cannot be written', async () => {
    broken = true;
    await expect(turn(false)).rejects.toBe(-70402);
    expect(await on()).toBe(false);
  });
});
