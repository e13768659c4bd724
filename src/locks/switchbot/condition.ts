/** How the devices of an account are: whether SwitchBot can reach them, and their batteries. */
import { LockFailure } from '../failure.ts';
import type { SwitchBotClient } from './client.ts';
import type { FoundDevice } from './devices.ts';
import { battery } from './state.ts';

export interface DeviceCondition extends FoundDevice {
  /** Null where it was not asked: only what can be used is worth a call. */
  online: boolean | null;
  /** Percent; null where it is not known. */
  battery: number | null;
}

/** Asks one device after another. A device that does not answer is told of as such: never rejects. */
export async function conditionsOf(
  client: Pick<SwitchBotClient, 'status'>,
  devices: readonly FoundDevice[],
  signal: AbortSignal,
): Promise<DeviceCondition[]> {
  const conditions: DeviceCondition[] = [];
  for (const device of devices) {
    const unknown = { ...device, online: null, battery: null };
    conditions.push(device.usable ? await conditionOf(client, device, signal).catch(() => unknown) : unknown);
  }
  return conditions;
}

async function conditionOf(
  client: Pick<SwitchBotClient, 'status'>,
  device: FoundDevice,
  signal: AbortSignal,
): Promise<DeviceCondition> {
  try {
    const status = await client.status(device, 'confirm', signal);
    return { ...device, online: true, battery: battery(status.battery) ?? null };
  } catch (error) {
    if (error instanceof LockFailure && error.kind === 'offline') return { ...device, online: false, battery: null };
    throw error;
  }
}
