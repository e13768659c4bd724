/** A SwitchBot lock in a real Homebridge, seen by a real HAP client, behind a fake cloud. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppleHome, hap } from '../../tools/demo/apple-home.ts';
import { Homebridge } from '../../tools/demo/homebridge.ts';
import { FakeSwitchBot } from '../fakes/switchbot.ts';
import type { FakeDoor } from '../fakes/switchbot-door.ts';

const { lockCurrentState, lockTargetState, contactSensorState, batteryLevel } = hap.characteristic;
const [unlocked, locked] = [0, 1];
const [shut, open] = [0, 1];

describe('a SwitchBot lock in a real Homebridge', () => {
  let root: string;
  let cloud: FakeSwitchBot;
  let front: FakeDoor;
  let homebridge: Homebridge;
  let home: AppleHome;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'latchkey-switchbot-'));
    for (const folder of ['front', 'storage']) await mkdir(join(root, folder));
    cloud = await FakeSwitchBot.start();
    front = cloud.addDoor({ id: 'D708C25A1C21', battery: 60 });
    const platform = {
      cameras: [{ type: 'folder', name: 'Front Door', folder: join(root, 'front') }],
      locks: [{ type: 'switchbot', name: 'Front Lock', deviceId: front.id, relockOnceClosed: true }],
      switchbot: cloud.account,
    };
    homebridge = await Homebridge.start({ storage: join(root, 'storage'), platform });
    await homebridge.line(/Latchkey watches/);
    home = await AppleHome.pair(homebridge.bridge);
  });

  afterAll(async () => {
    await home?.close();
    await homebridge?.stop('SIGKILL');
    await cloud?.stop();
    if (root) await rm(root, { recursive: true, force: true });
  });

  it('shows its bolt, its door and its battery, and was told nothing at the start', async () => {
    const shown = [lockCurrentState, contactSensorState, batteryLevel].map((type) => home.read('Front Lock', type));
    expect(await Promise.all(shown)).toEqual([locked, shut, 60]);
    expect(cloud.calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('opens once for a tap in Home, and locks again once somebody has gone through', async () => {
    await home.write('Front Lock', lockTargetState, unlocked);
    await home.until('Front Lock', lockCurrentState, unlocked);
    expect([front.opened, cloud.commands('unlock').length]).toEqual([1, 1]);
    front.door = 'open';
    await home.until('Front Lock', contactSensorState, open);
    expect(cloud.commands('lock')).toEqual([]);
    front.door = 'closed';
    await home.until('Front Lock', lockCurrentState, locked);
    expect([cloud.commands('unlock').length, cloud.commands('lock').length]).toEqual([1, 1]);
  });

  it('is given up at once when Homebridge stops, though the cloud hangs, and no log line holds a secret', async () => {
    cloud.next('command', { hang: true });
    const told = cloud.seen(({ command }) => command === 'unlock');
    await home.write('Front Lock', lockTargetState, unlocked);
    await told;
    await home.close();
    expect(await homebridge.stop()).toBe(143);
    expect(cloud.commands('unlock')).toHaveLength(2);
    const log = homebridge.lines.join('\n');
    expect(log).toMatch(/Front Lock may have been told to unlock, but Latchkey stopped before it was seen to do so/);
    for (const secret of [cloud.token, cloud.secret]) expect(log).not.toContain(secret);
  });
});
