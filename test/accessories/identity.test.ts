/** What Apple Home knows accessories by. */

import fc from 'fast-check';
import type { API } from 'homebridge';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { homeName, identify, newAccessory, uuidOf } from '../../src/accessories/identity.ts';
import { homebridgeApi, serviceOf, versions } from './homebridge.ts';

describe('a name in the Home app', () => {
  it.each([
    ['Front door', 'Front door'],
    ['Anna’s door (back)', 'Anna’s door (back'],
    ['🚪 Front door 🚪', 'Front door'],
    ['Tür – Süd', 'Tür Süd'],
    ['玄関', '玄関'],
    ['X', 'Latchkey X'],
    ['𝔷', 'Latchkey 𝔷'],
    ['!', 'Latchkey'],
    ['', 'Latchkey'],
  ])('%j is %j', (name, inHome) => {
    expect(homeName(name)).toBe(inHome);
  });
});

describe.each(versions)('an accessory in %s', (version) => {
  let api: API;
  const warn = vi.spyOn(console, 'warn');
  beforeAll(async () => {
    api = await homebridgeApi(version);
  });
  beforeEach(() => void warn.mockClear());
  afterEach(() => expect(warn).not.toHaveBeenCalled());

  const identity = {
    kind: 'lock' as const,
    id: 'front-lock',
    name: 'Front lock',
    model: 'Virtual lock',
    version: '1.2.3',
  };

  it('has the same UUID at every start, and another than every other', () => {
    expect(uuidOf(api, 'lock', 'front')).toBe(uuidOf(api, 'lock', 'front'));
    expect(uuidOf(api, 'lock', 'front')).not.toBe(uuidOf(api, 'doorbell', 'front'));
    expect(uuidOf(api, 'lock', 'front')).not.toBe(uuidOf(api, 'lock', 'back'));
  });

  it('says who made it and what it is', () => {
    const { Characteristic, Service } = api.hap;
    const accessory = newAccessory(api, identity, 6);
    identify(api, accessory, { ...identity, version: '1.2.3-beta.1' });
    const information = serviceOf(accessory, Service.AccessoryInformation);
    const { FirmwareRevision, Manufacturer, Model, Name, SerialNumber } = Characteristic;
    const values = [Name, Manufacturer, Model, SerialNumber, FirmwareRevision].map(
      (type) => information.getCharacteristic(type).value,
    );
    expect(values).toEqual(['Front lock', 'Latchkey', 'Virtual lock', 'lock-front-lock', '1.2.3']);
  });

  it('takes on a new name when it is restored', () => {
    const accessory = newAccessory(api, identity, 6);
    identify(api, accessory, { ...identity, name: 'Side lock' });
    expect(accessory.displayName).toBe('Side lock');
  });

  it('has a name Homebridge does not warn of, whatever the owner or a person is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (name) => {
        const accessory = newAccessory(api, { ...identity, name }, 6);
        identify(api, accessory, { ...identity, name });
        expect(warn).not.toHaveBeenCalled();
      }),
    );
  });
});
