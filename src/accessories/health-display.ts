/** How a camera is, in the Home app: a fault on its motion sensor, and the battery of those that have one. */
import type { API, PlatformAccessory, Service } from 'homebridge';
import type { CameraHealth } from '../cameras/camera.ts';
import type { Clock } from '../clock.ts';

const lookEvery = 30_000;
/** Percent; Home warns of the battery below this. */
const low = 20;

export class HealthDisplay {
  readonly #api: API;
  readonly #accessory: PlatformAccessory;
  readonly #motion: Service;
  readonly #ports: { health: () => CameraHealth; clock: Clock };
  #cancel: () => void = () => {};

  constructor(
    api: API,
    accessory: PlatformAccessory,
    motion: Service,
    ports: { health: () => CameraHealth; clock: Clock },
  ) {
    this.#api = api;
    this.#accessory = accessory;
    this.#motion = motion;
    this.#ports = ports;
    this.#look();
  }

  stop(): void {
    this.#cancel();
  }

  #look(): void {
    this.#cancel = this.#ports.clock.after(lookEvery, () => this.#look());
    const { StatusFault } = this.#api.hap.Characteristic;
    const { troubles, battery } = this.#ports.health();
    const fault = troubles.length > 0 ? StatusFault.GENERAL_FAULT : StatusFault.NO_FAULT;
    this.#motion.updateCharacteristic(StatusFault, fault);
    if (battery !== null) this.#showBattery(battery);
  }

  #showBattery(battery: number): void {
    const { Characteristic, Service } = this.#api.hap;
    const service =
      this.#accessory.getService(Service.Battery) ??
      this.#accessory.addService(Service.Battery, this.#accessory.displayName);
    service.updateCharacteristic(Characteristic.BatteryLevel, Math.round(Math.min(100, Math.max(0, battery))));
    service.updateCharacteristic(
      Characteristic.StatusLowBattery,
      battery < low
        ? Characteristic.StatusLowBattery.BATTERY_LEVEL_LOW
        : Characteristic.StatusLowBattery.BATTERY_LEVEL_NORMAL,
    );
  }
}
