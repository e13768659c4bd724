/** The plugin in a real Homebridge, seen by a real HAP client: real pictures, real models, real processes. */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { EventStore } from '../../src/store/event-store.ts';
import { type Accessory, AppleHome, hap } from '../../tools/demo/apple-home.ts';
import { enrolAll } from '../../tools/demo/enrol.ts';
import { Homebridge } from '../../tools/demo/homebridge.ts';
import { visitOver } from '../../tools/demo/player.ts';
import { humanStory } from '../../tools/demo/scenes.ts';
import type { Scene, Story } from '../../tools/demo/story.ts';
import { descendants, isAlive, visionProcess } from './processes.ts';

const { lockCurrentState, occupancyDetected, programmableSwitchEvent } = hap.characteristic;

const quietSeconds = 2;

function platform(root: string) {
  return {
    cameras: [
      { type: 'folder', name: 'Front Door', folder: join(root, 'front'), trigger: 'ding', quietSeconds },
      { type: 'folder', name: 'Garden', folder: join(root, 'garden'), doorbell: false, lock: 'none', quietSeconds },
    ],
    locks: [{ type: 'virtual', name: 'Front Lock', relockSeconds: 1 }],
    // Nothing is asserted on time: on a busy machine a picture may be old before it is looked at.
    unlock: { mode: 'auto', cooldownSeconds: 0, globalCooldownSeconds: 0, maxAgeSeconds: 30 },
    occupancy: { holdSeconds: 2, labels: ['cup'] },
  };
}

describe.each(['homebridge', 'homebridge-1'] as const)('in a real %s', (version) => {
  let root: string;
  let story: Story;
  let homebridge: Homebridge;
  let home: AppleHome;
  let doorbell: AppleHome;
  let store: EventStore;
  let dropped = 0;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'latchkey-e2e-'));
    for (const folder of ['front', 'garden', 'storage']) await mkdir(join(root, folder));
    const storage = join(root, 'storage');
    story = await humanStory(2);
    await enrolAll(join(storage, 'latchkey'), story.enrolled);
    homebridge = await Homebridge.start({ storage, platform: platform(root), version });
    await homebridge.line(/Latchkey watches/);
    home = await AppleHome.pair(homebridge.bridge);
    doorbell = await AppleHome.pair(await homebridge.external('Front Door'));
    store = await EventStore.open(join(storage, 'latchkey'), { readOnly: true });
  });

  afterAll(async () => {
    await Promise.all([home?.close(), doorbell?.close(), store?.close()]);
    await homebridge?.stop('SIGKILL');
    if (root) await rm(root, { recursive: true, force: true });
  });

  async function drop(folder: string, picture: Buffer): Promise<void> {
    const name = `${++dropped}.jpg`;
    await writeFile(join(root, folder, `.${name}.part`), picture);
    await rename(join(root, folder, `.${name}.part`), join(root, folder, name));
  }

  /** Drops a scene's pictures as its camera would, and returns the event the visit became. */
  async function visit(scene: Scene, folder = 'front', gapMs = 550) {
    const camera = folder === 'front' ? 'Front Door' : 'Garden';
    const from = homebridge.lines.length;
    const told = homebridge.line(new RegExp(`${camera}.*\\(event`), from);
    for (const [index, picture] of scene.pictures.entries()) {
      if (index > 0) await sleep(gapMs);
      await drop(folder, picture);
    }
    const event = await store.event(Number(/event (\d+)/.exec(await told)?.[1]));
    await homebridge.line(visitOver(camera), from);
    if (!event) throw new Error('the visit is not in the history');
    return event;
  }

  const known = () => story.scenes.find(({ expected, camera }) => expected && camera !== 'Garden') as Scene;
  const stranger = () => story.scenes.find(({ expected, camera }) => expected === null && camera !== 'Garden') as Scene;
  const table = () => story.scenes.find(({ expected, camera }) => expected && camera === 'Garden') as Scene;
  const types = ({ services }: Accessory) => services.map(({ type }) => type);

  it('Apple Home shows the lock, the sensors and a doorbell with its camera', async () => {
    const names = home.accessories.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(['Front Lock', 'Front Door Occupancy', 'Garden Occupancy', 'Vladimir', 'Stranger', 'Cup']),
    );
    expect(types(home.accessory('Front Lock'))).toContain(hap.service.lockMechanism);
    for (const name of ['Front Door Occupancy', 'Vladimir', 'Stranger', 'Cup']) {
      expect(types(home.accessory(name))).toContain(hap.service.occupancySensor);
    }
    const { doorbell: bell, motionSensor, cameraRtpStreamManagement } = hap.service;
    expect(types(doorbell.accessory('Front Door'))).toEqual(
      expect.arrayContaining([bell, motionSensor, cameraRtpStreamManagement]),
    );
    expect(await home.read('Front Lock', lockCurrentState)).toBe(1);
  });

  it('an enrolled person rings, is seen, and the door opens and locks again', async () => {
    const rang = doorbell.next('Front Door', programmableSwitchEvent);
    const seen = home.until('Vladimir', occupancyDetected, 1);
    const opened = home.until('Front Lock', lockCurrentState, 0);
    const event = await visit(known());
    expect(event).toMatchObject({ trigger: 'ding', unlocked: true, identity: { kind: 'person', name: 'Vladimir' } });
    expect(event.decision.gates.every((gate) => gate.pass)).toBe(true);
    expect(event.thumbnail).toMatch(/\.jpg$/);
    expect(await rang).toBe(0);
    await Promise.all([seen, opened]);
    await home.until('Front Lock', lockCurrentState, 1);
    await home.until('Vladimir', occupancyDetected, 0);
    const snapshot = await doorbell.snapshot(640, 360);
    expect([...snapshot.subarray(0, 2)]).toEqual([0xff, 0xd8]);
  });

  it('a stranger is seen as one, and the door stays shut', async () => {
    const seen = home.until('Stranger', occupancyDetected, 1);
    const event = await visit(stranger());
    expect(event).toMatchObject({ unlocked: false, identity: { kind: 'stranger' } });
    expect(await home.read('Front Lock', lockCurrentState)).toBe(1);
    await seen;
  });

  it('things before another camera set their own sensors, and open nothing', async () => {
    const seen = [home.until('Cup', occupancyDetected, 1), home.until('Garden Occupancy', occupancyDetected, 1)];
    const event = await visit(table(), 'garden');
    expect(event.detections.map(({ label }) => label)).toEqual(expect.arrayContaining(['person', 'cup']));
    expect(event.lockId).toBeNull();
    await Promise.all(seen);
  });

  it('the owner unlocks by hand, and the lock locks itself again', async () => {
    const opened = home.until('Front Lock', lockCurrentState, 0);
    await home.write('Front Lock', hap.characteristic.lockTargetState, 0);
    await opened;
    await home.until('Front Lock', lockCurrentState, 1);
  });

  it('a vision process killed in mid-visit costs that visit its recognition, and no more', async () => {
    const [first] = known().pictures;
    const from = homebridge.lines.length;
    const told = homebridge.line(/Front Door.*\(event/, from);
    const vision = visionProcess(homebridge.pid);
    process.kill(vision, 'SIGSTOP');
    await drop('front', first as Buffer);
    await homebridge.line(/Front Door: (ding|motion)/, homebridge.lines.length - 1);
    process.kill(vision, 'SIGKILL');
    const event = await store.event(Number(/event (\d+)/.exec(await told)?.[1]));
    expect(event).toMatchObject({ unlocked: false, failure: expect.stringContaining('vision process') });
    await homebridge.line(/vision process .*again/);
    await homebridge.line(visitOver('Front Door'), from);
    expect(await visit(known())).toMatchObject({ unlocked: true });
    await home.until('Front Lock', lockCurrentState, 1);
  });

  it('SIGTERM in mid-visit ends every process, and the history is whole', async () => {
    const family = descendants(homebridge.pid);
    expect(family.length).toBeGreaterThanOrEqual(2);
    const [first] = known().pictures;
    const rang = homebridge.line(/Front Door: ding/, homebridge.lines.length);
    await drop('front', first as Buffer);
    await rang;
    await homebridge.stop('SIGTERM');
    // Homebridge and its child bridge each end by a timer of their own, five seconds after the signal.
    await vi.waitFor(() => expect(family.filter(isAlive)).toEqual([]), 60_000);
    const last = (await store.events({ limit: 1 }))[0];
    expect(last).toMatchObject({ cameraId: 'front-door', unlocked: false });
    const check = await store.database.get<{ integrity_check: string }>('PRAGMA integrity_check');
    expect(check).toEqual({ integrity_check: 'ok' });
  });
});
