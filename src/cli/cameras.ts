/** `latchkey cameras`: the cameras of the Ring account, with the ids that the settings want. */
import { RingAccount } from '../cameras/ring/account.ts';
import { ringTokenPath, TokenFile } from '../cameras/ring/token.ts';
import { systemClock } from '../clock.ts';
import { stderrLog } from './progress.ts';
import { latchkeyFolder } from './storage.ts';
import { table } from './table.ts';

export interface RingListing {
  vendor: 'ring';
  id: string;
  name: string;
  model: string;
  online: boolean;
  /** Percent; null on mains. */
  battery: number | null;
}

export async function cameras({ storage, json }: { storage: string; json?: boolean }): Promise<void> {
  const found = await ringCameras(storage);
  if (json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else process.stdout.write(cameraTable(found));
}

export function cameraTable(found: readonly RingListing[]): string {
  return table(
    ['Vendor', 'Id', 'Name', 'Model', 'Online', 'Power'],
    found.map(({ vendor, id, name, model, online, battery }) => [
      ...[vendor === 'ring' ? 'Ring' : vendor, id, name, model, online ? 'yes' : 'no'],
      battery === null ? 'mains' : `battery, ${battery} %`,
    ]),
  );
}

async function ringCameras(storage: string): Promise<RingListing[]> {
  const account = new RingAccount({
    tokens: new TokenFile(ringTokenPath(latchkeyFolder(storage))),
    clock: systemClock,
    log: { ...stderrLog, warn: () => undefined },
  });
  try {
    await account.start();
    const { up, troubles } = account.health();
    if (!up) throw new Error(troubles.join(' '));
    return account.cameras.map((camera) => ({
      vendor: 'ring',
      id: String(camera.id),
      name: camera.name,
      model: camera.model,
      online: !camera.isOffline,
      battery: camera.operatingOnBattery ? camera.batteryLevel : null,
    }));
  } finally {
    await account.stop();
  }
}
