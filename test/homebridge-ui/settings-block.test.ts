/** What the page writes into the settings: whatever it picks, the plugin can read, and nothing else is changed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withDashboardPassword, withSwitchBotLock } from '../../homebridge-ui/app/settings-block.ts';
import { parseConfig } from '../../src/config.ts';
import { hashPassword } from '../../src/dashboard/password.ts';

const account = { token: 'token', secret: 'secret' };
const device = { id: 'D708C25A1C21', name: 'Front door' };

describe('a SwitchBot lock that is picked', () => {
  it('is one more lock, with the account it was found in', () => {
    const shed = { type: 'virtual', name: 'Shed' };
    expect(
      withSwitchBotLock({ platform: 'Latchkey', locks: [shed], unlock: { mode: 'auto' } }, device, account),
    ).toEqual({
      platform: 'Latchkey',
      unlock: { mode: 'auto' },
      locks: [shed, { type: 'switchbot', name: 'Front door', deviceId: 'D708C25A1C21' }],
      switchbot: account,
    });
  });

  it('goes into a lock that waits for its device, and keeps what that is called', () => {
    const waiting = { type: 'switchbot', name: 'Hall', relockSeconds: 30 };
    expect(withSwitchBotLock({ locks: [waiting] }, device, account).locks).toEqual([
      { ...waiting, deviceId: 'D708C25A1C21' },
    ]);
  });

  it('is there once, however often it is picked', () => {
    const once = withSwitchBotLock({}, device, account);
    expect(withSwitchBotLock(once, { ...device, id: 'd708c25a1c21' }, account)).toEqual(once);
  });

  it('keeps where the cloud is, and takes the newer account', () => {
    const before = { switchbot: { token: 'old', secret: 'old', url: 'http://127.0.0.1:1' } };
    expect(withSwitchBotLock(before, device, account).switchbot).toEqual({ ...account, url: 'http://127.0.0.1:1' });
  });

  it('has a name that the plugin takes, whatever SwitchBot calls it and however many there are', () => {
    const names = fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.constant('Front door')), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(names, (all) => {
        const block = all.reduce(
          (before, name, index) => withSwitchBotLock(before, { id: `D${index}`, name }, account),
          { platform: 'Latchkey' } as Record<string, unknown>,
        );
        expect(parseConfig(block)).toMatchObject({ ok: true });
      }),
    );
  });
});

describe('a password that is set', () => {
  it('turns the dashboard on, and leaves the rest of it as it was', async () => {
    const hash = await hashPassword('open sesame');
    const block = withDashboardPassword({ dashboard: { port: 9000, token: 'for-prometheus' } }, hash);
    expect(block).toEqual({ dashboard: { port: 9000, token: 'for-prometheus', enabled: true, password: hash } });
    expect(parseConfig(block)).toMatchObject({ ok: true, warnings: [] });
  });
});
