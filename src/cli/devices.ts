/** `latchkey devices`: what the accounts at Ring and SwitchBot have, with the ids that the settings want. */
import { systemClock } from '../clock.ts';
import type { Account } from '../locks/switchbot/client.ts';
import type { DeviceCondition } from '../locks/switchbot/condition.ts';
import { switchBotConditions } from '../locksmith.ts';
import { reason } from '../log.ts';
import { isBlock, platformBlock } from './homebridge-config.ts';
import { NoLoginError, withRing } from './ring.ts';
import { table } from './table.ts';

/** A device, whoever made it. */
export interface Listing {
  vendor: 'ring' | 'switchbot';
  kind: 'doorbell' | 'camera' | 'lock' | 'keypad' | 'hub' | 'other';
  id: string;
  name: string;
  /** The vendor's own word. */
  model: string;
  /** Null where the vendor does not say. */
  online: boolean | null;
  /** Percent; null on mains, or where the vendor does not say. */
  battery: number | null;
  /** Latchkey can be set up with it. */
  usable: boolean;
  /** What it is good for or what is missing, in one sentence; empty where there is nothing to say. */
  remark: string;
}

/** There is no account to ask; that alone is no failure. */
class NoAccountError extends Error {}

export async function listDevices({ storage, json }: { storage: string; json?: boolean }): Promise<void> {
  const halves = await Promise.allSettled([ringDevices(storage), switchBotDevices(storage)]);
  const found = halves.flatMap((half) => (half.status === 'fulfilled' ? half.value : []));
  const failures = halves.flatMap((half) => (half.status === 'rejected' ? [half.reason as unknown] : []));
  if (json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else if (found.length > 0) process.stdout.write(deviceTable(found));
  for (const failure of failures) process.stderr.write(`${reason(failure)}\n`);
  if (failures.length === 0 && found.length === 0) process.stderr.write('The accounts have no devices.\n');
  const missing = failures.filter((failure) => failure instanceof NoLoginError || failure instanceof NoAccountError);
  if (missing.length < failures.length || missing.length === halves.length) process.exitCode = 1;
}

export function deviceTable(found: readonly Listing[]): string {
  const vendors = { ring: 'Ring', switchbot: 'SwitchBot' };
  return table(
    ['Vendor', 'Kind', 'Id', 'Name', 'Model', 'Online', 'Battery', 'Remark'],
    found.map(({ vendor, kind, id, name, model, online, battery, remark }) => [
      ...[vendors[vendor], kind, id, name, model],
      ...[online === null ? '-' : online ? 'yes' : 'no', battery === null ? '-' : `${battery} %`, remark],
    ]),
  );
}

function ringDevices(storage: string): Promise<Listing[]> {
  return withRing(storage, async ({ cameras }) =>
    cameras.map((camera) => ({
      vendor: 'ring',
      kind: camera.isDoorbot ? 'doorbell' : 'camera',
      id: String(camera.id),
      name: camera.name,
      model: camera.model,
      online: !camera.isOffline,
      battery: camera.operatingOnBattery ? camera.batteryLevel : null,
      usable: true,
      remark: camera.operatingOnBattery ? '' : 'Runs on mains.',
    })),
  );
}

async function switchBotDevices(storage: string): Promise<Listing[]> {
  const devices = await switchBotConditions(await accountIn(storage), systemClock);
  return devices.map(({ type, usable, remark, ...device }: DeviceCondition) => ({
    vendor: 'switchbot',
    ...device,
    model: type,
    usable,
    remark: device.kind === 'lock' && !usable ? `NOT usable. ${remark}` : remark,
  }));
}

/** The account of Homebridge's own config. */
async function accountIn(storage: string): Promise<Account> {
  const { switchbot } = await platformBlock(storage);
  const { token, secret, url } = isBlock(switchbot) ? switchbot : {};
  if (typeof token !== 'string' || typeof secret !== 'string' || !token.trim() || !secret.trim()) {
    throw new NoAccountError(
      "There is no SwitchBot account in Homebridge's config.json: put its token and secret key there, as docs/locks.md shows.",
    );
  }
  return { token: token.trim(), secret: secret.trim(), ...(typeof url === 'string' && { url }) };
}
