/** A doorbell with its camera and motion sensor, in Homebridge's own objects. */
import type { API, CameraController, PlatformAccessory } from 'homebridge';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DoorbellAccessory, type DoorbellPorts } from '../../src/accessories/doorbell.ts';
import { placeholderJpeg } from '../../src/accessories/placeholder.ts';
import type { Camera } from '../../src/cameras/camera.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { FakeLog } from '../fakes/log.ts';
import { homebridgeApi, phone, serviceOf, versions } from './homebridge.ts';

const identity = {
  kind: 'doorbell' as const,
  id: 'front-door',
  name: 'Front door',
  model: 'Folder camera',
  version: '1.0.0',
};

interface Inside {
  _associatedHAPAccessory: { activeCameraController: CameraController; category: number };
}

function inside(accessory: PlatformAccessory) {
  return (accessory as unknown as Inside)._associatedHAPAccessory;
}

describe.each(versions)('a doorbell in %s', (version) => {
  let api: API;
  let log: FakeLog;
  let picture: Buffer | null;
  beforeAll(async () => {
    api = await homebridgeApi(version);
  });
  beforeEach(() => {
    log = new FakeLog();
    picture = null;
  });

  function make(bell = true, more: Partial<DoorbellPorts> = {}) {
    const ports = { snapshot: async () => picture, clock: new VirtualClock(), log, ...more };
    return new DoorbellAccessory(api, identity, bell, ports);
  }

  it('shows a fault while something is wrong with the camera, and the charge of one on battery', async () => {
    const clock = new VirtualClock();
    const health = { troubles: ['offline'], lastTrigger: null, lastFrame: null, reconnects: 0, battery: 12 };
    const camera = make(true, { clock, health: () => health });
    const { Characteristic, Service } = api.hap;
    const fault = () =>
      serviceOf(camera.accessory, Service.MotionSensor).getCharacteristic(Characteristic.StatusFault).value;
    const battery = (of: typeof Characteristic.BatteryLevel) =>
      serviceOf(camera.accessory, Service.Battery).getCharacteristic(of).value;
    expect([fault(), battery(Characteristic.BatteryLevel), battery(Characteristic.StatusLowBattery)]).toEqual([
      1, 12, 1,
    ]);
    health.troubles = [];
    health.battery = 80;
    await clock.advance(30_000);
    expect([fault(), battery(Characteristic.BatteryLevel), battery(Characteristic.StatusLowBattery)]).toEqual([
      0, 80, 0,
    ]);
    await camera.stop();
    expect(clock.waiting).toBe(0);
  });

  it('offers live video with sound and a way back where the camera has it', () => {
    const live = { camera: { live: () => Promise.reject(new Error()) } as unknown as Camera, ffmpegPath: 'ffmpeg' };
    const { Service } = api.hap;
    serviceOf(make(true, { live }).accessory, Service.Microphone);
    serviceOf(make(true, { live }).accessory, Service.Speaker);
    expect(make().accessory.getService(Service.Speaker)).toBeUndefined();
  });

  const snapshot = ({ accessory }: DoorbellAccessory) =>
    inside(accessory).activeCameraController.handleSnapshotRequest(360, 640, 'Front door');

  it('has a bell, a camera with two streams, and a motion sensor, and no name Homebridge warns of', () => {
    const warn = vi.spyOn(console, 'warn');
    const { accessory } = make();
    const { Service } = api.hap;
    serviceOf(accessory, Service.Doorbell);
    serviceOf(accessory, Service.MotionSensor);
    const streams = accessory.services.filter(({ UUID }) => UUID === Service.CameraRTPStreamManagement.UUID);
    expect(streams).toHaveLength(2);
    expect(inside(accessory).category).toBe(18);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('is a camera alone where it has no bell, and a ring changes nothing', () => {
    const camera = make(false);
    const { Service } = api.hap;
    expect(camera.accessory.getService(Service.Doorbell)).toBeUndefined();
    serviceOf(camera.accessory, Service.MotionSensor);
    expect(inside(camera.accessory).category).toBe(17);
    camera.ring();
  });

  it('has numbers for the protocol that are Homebridge’s own', () => {
    const { hap } = api as unknown as { hap: Record<string, Record<string, unknown>> };
    expect([hap.Categories?.IP_CAMERA, hap.Categories?.VIDEO_DOORBELL]).toEqual([17, 18]);
    expect(hap.SRTPCryptoSuites?.AES_CM_128_HMAC_SHA1_80).toBe(0);
    expect(['BASELINE', 'MAIN', 'HIGH'].map((profile) => hap.H264Profile?.[profile])).toEqual([0, 1, 2]);
    expect(['LEVEL3_1', 'LEVEL3_2', 'LEVEL4_0'].map((level) => hap.H264Level?.[level])).toEqual([0, 1, 2]);
    expect(hap.HAPStatus?.NOT_ALLOWED_IN_CURRENT_STATE).toBe(-70412);
    expect(hap.StreamRequestTypes?.STOP).toBe('stop');
  });

  it('rings every time it is pressed', () => {
    const doorbell = make();
    const { Characteristic, Service } = api.hap;
    const pressed = serviceOf(doorbell.accessory, Service.Doorbell).getCharacteristic(
      Characteristic.ProgrammableSwitchEvent,
    );
    const rings: unknown[] = [];
    pressed.on('change' as never, ({ newValue }: { newValue: unknown }) => rings.push(newValue));
    doorbell.ring();
    doorbell.ring();
    expect(rings).toEqual([0, 0]);
  });

  it('shows motion while there is any', async () => {
    const doorbell = make();
    const service = serviceOf(doorbell.accessory, api.hap.Service.MotionSensor);
    const moving = () => phone.read(service, api.hap.Characteristic.MotionDetected);
    expect(await moving()).toBe(false);
    doorbell.setMotion(true);
    expect(await moving()).toBe(true);
    doorbell.setMotion(false);
    expect(await moving()).toBe(false);
  });

  it('shows a plain picture before it has seen anything, then the latest, and a new one when somebody rings', async () => {
    const doorbell = make();
    expect((await snapshot(doorbell)).equals(placeholderJpeg())).toBe(true);
    picture = Buffer.from('first');
    expect(await snapshot(doorbell)).toBe(picture);
    picture = Buffer.from('second');
    expect((await snapshot(doorbell)).toString()).toBe('first');
    doorbell.ring();
    expect(await snapshot(doorbell)).toBe(picture);
  });

  it('refuses live video with one sentence, and is free for the next who asks', async () => {
    const { accessory } = make();
    const { CameraRTPStreamManagement } = api.hap.Service;
    const stream = accessory.services.find(({ UUID }) => UUID === CameraRTPStreamManagement.UUID);
    if (!stream) throw new Error('There is no stream.');
    const { SetupEndpoints, StreamingStatus } = api.hap.Characteristic;
    const free = stream.getCharacteristic(StreamingStatus).value;
    for (const _ of [1, 2]) {
      await expect(phone.write(stream, SetupEndpoints, setupEndpoints(api))).rejects.toBe(-70412);
      expect(stream.getCharacteristic(StreamingStatus).value).toBe(free);
    }
    expect(log.lines).toEqual([
      'info: Live video of Front door is not offered: the Home app shows its latest picture.',
    ]);
  });
});

/** What a phone writes to begin a stream: its session, its address, and two keys. */
function setupEndpoints({ hap }: API): string {
  const { encode } = hap as unknown as { encode(...pairs: unknown[]): Buffer };
  const port = Buffer.from([0x10, 0x27]);
  const address = encode(1, 0, 2, '127.0.0.1', 3, port, 4, port);
  const keys = encode(1, 0, 2, Buffer.alloc(16, 1), 3, Buffer.alloc(14, 2));
  return encode(1, Buffer.alloc(16, 7), 3, address, 4, keys, 5, keys).toString('base64');
}
