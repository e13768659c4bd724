/** An occupancy sensor: somebody or something is at the door. */
import type { API, PlatformAccessory, Service } from 'homebridge';
import { type Identity, identify } from './identity.ts';

export class OccupancyAccessory {
  readonly #api: API;
  readonly #service: Service;

  /** `accessory` is a new one, or the one Homebridge restored. The sensor is off until it is set. */
  constructor(api: API, accessory: PlatformAccessory, identity: Identity) {
    const { Service } = api.hap;
    this.#api = api;
    identify(api, accessory, identity);
    this.#service =
      accessory.getService(Service.OccupancySensor) ??
      accessory.addService(Service.OccupancySensor, accessory.displayName);
    this.#service.updateCharacteristic(api.hap.Characteristic.Name, accessory.displayName);
    this.set(false);
  }

  set(occupied: boolean): void {
    const { OccupancyDetected } = this.#api.hap.Characteristic;
    const { OCCUPANCY_DETECTED, OCCUPANCY_NOT_DETECTED } = OccupancyDetected;
    this.#service.updateCharacteristic(OccupancyDetected, occupied ? OCCUPANCY_DETECTED : OCCUPANCY_NOT_DETECTED);
  }
}
