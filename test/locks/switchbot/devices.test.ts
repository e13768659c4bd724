/** Which devices can be used. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { survey } from '../../../src/locks/switchbot/devices.ts';

const HUB = 'FA7310762361';
const lock = (more: Record<string, unknown>) => ({
  deviceId: 'D708C25A1C21',
  deviceName: 'Front Door',
  deviceType: 'Smart Lock Pro',
  enableCloudService: true,
  hubDeviceId: HUB,
  ...more,
});

describe('The survey of devices', () => {
  it.each([
    ['a lock with hub and cloud service', {}, true, /Put this deviceId/],
    ['a Smart Lock', { deviceType: 'Smart Lock' }, true, /./],
    ['a Smart Lock Ultra', { deviceType: 'Smart Lock Ultra' }, true, /./],
    ['a Lock Ultra', { deviceType: 'Lock Ultra' }, true, /./],
    ['a Lock Lite', { deviceType: 'Lock Lite' }, true, /./],
    ['a lock without cloud service', { enableCloudService: false }, false, /cloud service is off/],
    ['a lock that does not say', { enableCloudService: undefined }, false, /cloud service is off/],
    ['a lock without a hub', { hubDeviceId: '' }, false, /no hub/],
    ['a lock with a hub of noughts', { hubDeviceId: '000000000000' }, false, /no hub/],
    ['a lock with Wi-Fi and no hub', { deviceType: 'Smart Lock Pro Wifi', hubDeviceId: '' }, true, /./],
    ['a Lock Vision Pro', { deviceType: 'Lock Vision Pro', hubDeviceId: '' }, true, /./],
    ['a lock of tomorrow', { deviceType: 'Smart Lock Quantum' }, false, /does not know this type/],
  ])('calls %s usable or says why not', (_name, more, usable, remark) => {
    const [found] = survey([lock(more)]);
    expect(found).toMatchObject({ kind: 'lock', usable, remark: expect.stringMatching(remark) });
  });

  it('knows keypads, hubs and the rest, locks first', () => {
    const found = survey([
      { deviceId: HUB, deviceName: 'Hub', deviceType: 'Hub Mini', hubDeviceId: '000000000000' },
      { deviceId: 'E1AA', deviceName: 'Pad', deviceType: 'Keypad Touch', lockDeviceId: 'D708C25A1C21' },
      { deviceId: 'B0', deviceName: 'Lamp', deviceType: 'Color Bulb' },
      { deviceId: 'B1', deviceName: 'Blind', deviceType: 'Block Out Blind' },
      lock({}),
    ]);
    expect(found.map(({ kind, usable }) => [kind, usable])).toEqual([
      ['lock', true],
      ['keypad', false],
      ['hub', false],
      ['other', false],
      ['other', false],
    ]);
    expect(found[1]?.remark).toBe('Opens Front Door; Latchkey has no use for it.');
  });

  it('survives any list', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (list) => {
        for (const device of survey(list)) expect(device.id).not.toBe('');
      }),
    );
  });
});
