/** Homebridge's side: its lifecycle, and an accessory for everything the house has. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { API, DynamicPlatformPlugin, Logging, PlatformAccessory, PlatformConfig } from 'homebridge';
import { ArmSwitchAccessory } from './accessories/arm-switch.ts';
import { DoorbellAccessory } from './accessories/doorbell.ts';
import { type AccessoryKind, type Identity, newAccessory, uuidOf } from './accessories/identity.ts';
import { LatestPictures } from './accessories/latest-pictures.ts';
import { LockAccessory } from './accessories/lock.ts';
import { OccupancyAccessory } from './accessories/occupancy.ts';
import { OccupancyBoard } from './accessories/occupancy-board.ts';
import type { WatchedCamera } from './camera-fitter.ts';
import type { Camera, CameraHealth, Frame, Trigger } from './cameras/camera.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Config, parseConfig } from './config.ts';
import { House } from './house.ts';
import { reason } from './log.ts';
import { platformName, pluginName } from './plugin-name.ts';
import { type SensorId, sensors } from './policy/occupancy.ts';
import type { Analysis } from './vision/analysis.ts';
import type { VisitListener } from './visits/pipeline.ts';
import type { Visit } from './visits/visit.ts';

const { version } = createRequire(import.meta.url)('../package.json') as { version: string };

/** Numbers of the HomeKit Accessory Protocol. */
const category = { doorLock: 6, switch: 8, sensor: 10 };

export class LatchkeyPlatform implements DynamicPlatformPlugin {
  readonly #log: Logging;
  readonly #api: API;
  readonly #clock: Clock = systemClock;
  /** Accessories Homebridge restored from its cache, by UUID; those still here after the start have no use any more. */
  readonly #restored = new Map<string, PlatformAccessory>();
  readonly #doorbells = new Map<string, DoorbellAccessory>();
  readonly #lockAccessories: LockAccessory[] = [];
  #armSwitch: ArmSwitchAccessory | null = null;
  readonly #sensorAccessories = new Map<SensorId, PlatformAccessory>();
  readonly #latest = new LatestPictures(systemClock);
  #board: OccupancyBoard | null = null;
  #house: House | null = null;
  #starting: Promise<void> = Promise.resolve();

  constructor(log: Logging, config: PlatformConfig, api: API) {
    this.#log = log;
    this.#api = api;
    const parsed = parseConfig(config);
    for (const warning of parsed.warnings) log.warn(warning);
    if (!parsed.ok) {
      for (const problem of parsed.problems) log.error(problem);
      log.error('Latchkey does nothing until its configuration is mended.');
    } else if (parsed.unconfigured) {
      log.info('Latchkey has no cameras yet and does nothing: add one in its settings.');
    } else {
      api.on('didFinishLaunching', () => {
        this.#starting = this.#start(parsed.config).catch((error) => {
          log.error(`Latchkey could not start: ${reason(error)}`);
        });
      });
      api.on('shutdown', () => void this.#stop());
    }
  }

  configureAccessory(accessory: PlatformAccessory): void {
    this.#restored.set(accessory.UUID, accessory);
  }

  async #start(config: Config): Promise<void> {
    const house = await House.open({
      config,
      storage: this.#api.user.storagePath(),
      version,
      clock: this.#clock,
      log: this.#log,
      listener: this.#listener(config),
    });
    this.#house = house;
    this.#board = new OccupancyBoard(this.#clock, config.occupancy.holdSeconds);
    for (const lock of house.locks) {
      const identity = this.#identity('lock', lock.id, lock.name, 'Lock');
      const accessory = this.#bridged(identity, category.doorLock);
      this.#lockAccessories.push(new LockAccessory(this.#api, accessory, identity, { lock, log: this.#log }));
    }
    this.#showArmSwitch(house);
    await this.#showSensors(config);
    for (const watched of house.cameras) this.#publishCamera(watched, config.ffmpegPath);
    this.#unregister([...this.#restored.values()]);
    this.#restored.clear();
    await house.start();
  }

  async #stop(): Promise<void> {
    await this.#starting;
    this.#board?.stop();
    for (const accessory of this.#lockAccessories) accessory.stop();
    await Promise.all([...this.#doorbells.values()].map((doorbell) => doorbell.stop()));
    this.#armSwitch?.stop();
    await this.#house?.stop();
    this.#log.debug('Latchkey has stopped.');
  }

  #listener(config: Config): VisitListener {
    return {
      triggered: (camera, trigger) => this.#onTrigger(camera, trigger),
      analysed: (camera, analysis, frame) => this.#onAnalysis(camera, analysis, frame),
      ended: (camera, visit, eventId) => {
        this.#onEnd(camera, visit, eventId);
        this.#showSensors(config).catch((error) => {
          this.#log.warn(`The sensors of people could not be brought up to date: ${reason(error)}`);
        });
      },
    };
  }

  #onTrigger(camera: Camera, trigger: Trigger): void {
    this.#log.info(`${camera.name}: ${trigger.kind}.`);
    this.#latest.expect(camera.id);
    const doorbell = this.#doorbells.get(camera.id);
    doorbell?.setMotion(true);
    if (trigger.kind === 'ding') doorbell?.ring();
  }

  #onAnalysis(camera: Camera, { objects }: Analysis, { picture }: Frame): void {
    if (picture.kind === 'encoded' && isJpeg(picture.bytes)) this.#latest.set(camera.id, picture.bytes);
    const labels = objects.map(({ label }) => label);
    this.#board?.observe({ cameraId: camera.id, labels, personIds: [], stranger: false });
  }

  #onEnd(camera: Camera, visit: Visit, eventId: number | null): void {
    const { identity, bestFrame, ignored } = visit;
    this.#doorbells.get(camera.id)?.setMotion(false);
    if (bestFrame?.thumbnail) this.#latest.set(camera.id, bestFrame.thumbnail);
    else this.#latest.arrived(camera.id);
    this.#board?.observe({
      cameraId: camera.id,
      labels: [],
      personIds: identity.kind === 'person' ? [identity.personId] : [],
      stranger: identity.kind === 'stranger' && !ignored,
    });
    const event = eventId === null ? 'not in the history' : `event ${eventId}`;
    this.#log.info(`${visit.sentence} (${event}, ${Math.round(visit.ms.decision)} ms)`);
  }

  #showArmSwitch({ faceUnlock }: House): void {
    if (!faceUnlock.canBeArmed) return;
    const identity = this.#identity('arming', 'face-unlock', 'Face Unlock', 'Switch');
    const accessory = this.#bridged(identity, category.switch);
    this.#armSwitch = new ArmSwitchAccessory(this.#api, accessory, identity, { faceUnlock, log: this.#log });
  }

  /** A sensor for each camera, enrolled person, label, and strangers; people come and go while the plugin runs. */
  async #showSensors({ occupancy, cameras }: Config): Promise<void> {
    const people = (await this.#house?.names()) ?? [];
    const wanted = sensors(occupancy, cameras, people);
    for (const { id, name } of wanted.filter((sensor) => !this.#sensorAccessories.has(sensor.id))) {
      const identity = this.#identity('occupancy', id, name, 'Occupancy sensor');
      const accessory = this.#bridged(identity, category.sensor);
      this.#sensorAccessories.set(id, accessory);
      this.#board?.add(id, new OccupancyAccessory(this.#api, accessory, identity));
    }
    const gone = [...this.#sensorAccessories].filter(([id]) => !wanted.some((sensor) => sensor.id === id));
    for (const [id] of gone) {
      this.#sensorAccessories.delete(id);
      this.#board?.remove(id);
    }
    this.#unregister(gone.map(([, accessory]) => accessory));
  }

  #publishCamera({ camera, config }: WatchedCamera, ffmpegPath: string): void {
    const identity = this.#identity('doorbell', camera.id, camera.name, config.doorbell ? 'Doorbell' : 'Camera');
    const doorbell = new DoorbellAccessory(this.#api, identity, config.doorbell, {
      snapshot: () => this.#latestPicture(camera.id),
      live: { camera, ffmpegPath },
      ...(camera.health ? { health: () => camera.health?.() as CameraHealth } : {}),
      clock: this.#clock,
      log: this.#log,
    });
    this.#doorbells.set(camera.id, doorbell);
    this.#api.publishExternalAccessories(pluginName, [doorbell.accessory]);
  }

  /** Of this run; before the first visit, the picture kept of the last one. */
  async #latestPicture(cameraId: string): Promise<Buffer | null> {
    const latest = await this.#latest.get(cameraId);
    if (latest) return Buffer.from(latest);
    const kept = await this.#house?.lastPicture(cameraId);
    return kept ? readFile(kept.file) : null;
  }

  #identity(kind: AccessoryKind, id: string, name: string, model: string): Identity {
    return { kind, id, name, model: `Latchkey ${model}`, version };
  }

  /** The accessory Homebridge restored, or a new one. */
  #bridged(identity: Identity, category: number): PlatformAccessory {
    const uuid = uuidOf(this.#api, identity.kind, identity.id);
    const restored = this.#restored.get(uuid);
    this.#restored.delete(uuid);
    if (restored) return restored;
    const accessory = newAccessory(this.#api, identity, category);
    this.#api.registerPlatformAccessories(pluginName, platformName, [accessory]);
    return accessory;
  }

  #unregister(accessories: PlatformAccessory[]): void {
    if (accessories.length > 0) this.#api.unregisterPlatformAccessories(pluginName, platformName, accessories);
  }
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8;
}
