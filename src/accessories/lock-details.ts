/** What a lock tells besides its state, in the Home app: its door, its battery, and that it cannot be read. */
import type { API, PlatformAccessory, Service, WithUUID } from 'homebridge';
import type { Lock, LockDetails } from '../locks/lock.ts';

/** Percent. SwitchBot's first lock knows only 10, 20, 60 and 100. */
const lowBattery = 20;

/** A ContactSensor and a Battery beside the LockMechanism, each from when the lock first tells of it. */
export class LockDetailServices {
  readonly #api: API;
  readonly #accessory: PlatformAccessory;
  readonly #unsubscribe: () => void;

  constructor(api: API, accessory: PlatformAccessory, lock: Lock) {
    this.#api = api;
    this.#accessory = accessory;
    // A lock that was exchanged may leave behind what the new one never tells of.
    if (!lock.onDetails) this.#remove(api.hap.Service.ContactSensor, api.hap.Service.Battery);
    this.#show(lock.details ?? {});
    this.#unsubscribe = lock.onDetails?.((details) => this.#show(details)) ?? (() => {});
  }

  stop(): void {
    this.#unsubscribe();
  }

  #show({ door, battery, fault }: LockDetails): void {
    if (door !== undefined) this.#showDoor(door === 'closed', fault !== undefined || door === 'unknown');
    else if (fault !== undefined) this.#showFault();
    if (battery !== undefined) this.#showBattery(battery);
  }

  /** A door that is not known to be closed is shown open, with a fault where it is not known to be that either. */
  #showDoor(closed: boolean, fault: boolean): void {
    const { ContactSensorState, StatusFault } = this.#api.hap.Characteristic;
    const { CONTACT_DETECTED, CONTACT_NOT_DETECTED } = ContactSensorState;
    this.#service(this.#api.hap.Service.ContactSensor, 'door')
      .updateCharacteristic(ContactSensorState, closed ? CONTACT_DETECTED : CONTACT_NOT_DETECTED)
      .updateCharacteristic(StatusFault, fault ? StatusFault.GENERAL_FAULT : StatusFault.NO_FAULT);
  }

  /** Before the first reading the door of the last run is still there, and says nothing about now. */
  #showFault(): void {
    const { Characteristic, Service } = this.#api.hap;
    const { StatusFault } = Characteristic;
    this.#accessory.getService(Service.ContactSensor)?.updateCharacteristic(StatusFault, StatusFault.GENERAL_FAULT);
  }

  #showBattery(percent: number): void {
    const { BatteryLevel, StatusLowBattery } = this.#api.hap.Characteristic;
    const { BATTERY_LEVEL_LOW, BATTERY_LEVEL_NORMAL } = StatusLowBattery;
    this.#service(this.#api.hap.Service.Battery, 'battery')
      .updateCharacteristic(BatteryLevel, percent)
      .updateCharacteristic(StatusLowBattery, percent <= lowBattery ? BATTERY_LEVEL_LOW : BATTERY_LEVEL_NORMAL);
  }

  #service(type: WithUUID<new (name: string) => Service>, what: string): Service {
    const known = this.#accessory.services.find(({ UUID }) => UUID === type.UUID);
    if (known) return known;
    const service = this.#accessory.addService(new type(`${this.#accessory.displayName} ${what}`));
    this.#api.updatePlatformAccessories([this.#accessory]);
    return service;
  }

  #remove(...types: WithUUID<typeof Service>[]): void {
    for (const type of types) {
      const service = this.#accessory.getService(type);
      if (service) this.#accessory.removeService(service);
    }
  }
}
