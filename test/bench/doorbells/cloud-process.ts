/** The fake Ring cloud and its cameras in a process of their own, so that they do not load what is measured. */
import { setPriority } from 'node:os';
import { FakeRing } from '../../fakes/ring/cloud.ts';
import { doorbell } from '../../fakes/ring/devices.ts';
import { push } from '../../fakes/ring/pushes.ts';
import type { FakeAddress } from '../../fakes/ring/redirect.ts';

// Real cameras do not share the machine with Homebridge: these take what it leaves.
setPriority(12);

export type Order =
  | { do: 'start'; cameras: { id: number; name: string }[]; clip: string }
  /** Somebody rings at each of these cameras, now; `ids` are Ring's names for it. */
  | { do: 'ring'; ids: { camera: number; id: string }[] }
  /** Answered once no call is open. */
  | { do: 'idle' }
  | { do: 'stop' };

export interface Report {
  address: FakeAddress;
  refreshToken: string;
}

let ring: FakeRing | undefined;

async function carryOut(order: Order): Promise<Report | null> {
  if (order.do === 'start') {
    ring = await FakeRing.start({ clip: order.clip, copy: true });
    ring.devices = order.cameras.map(({ id, name }) => doorbell({ id, description: name }));
    return { address: ring.address, refreshToken: ring.oauth.issue() };
  }
  if (order.do === 'ring') {
    const triggeredAt = Date.now();
    await Promise.all(order.ids.map(({ camera, id }) => ring?.push(push({ device: camera, id, triggeredAt }))));
  }
  if (order.do === 'idle') await ring?.live.idle();
  if (order.do === 'stop') await ring?.close();
  return null;
}

process.on('message', (order: Order) => {
  void carryOut(order).then((report) => {
    process.send?.(report ?? {});
    if (order.do === 'stop') process.disconnect();
  });
});
process.on('disconnect', () => process.exit(0));
