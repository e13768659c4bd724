/** The switch in the Home app that arms face unlock. */
import type { API, CharacteristicValue, PlatformAccessory, Service } from 'homebridge';
import { type Log, reason } from '../log.ts';
import { type Identity, identify } from './identity.ts';

/** What the switch stands for. */
export interface Armed {
  readonly armed: boolean;
  /** Rejects where it cannot be written. */
  arm(armed: boolean): Promise<void>;
  /** Calls `listener` at every change; the returned function ends that. */
  onArmed(listener: (armed: boolean) => void): () => void;
}

/** A number of the HomeKit Accessory Protocol. */
const communicationFailure = -70402;

export class ArmSwitchAccessory {
  readonly #api: API;
  readonly #service: Service;
  readonly #ports: { faceUnlock: Armed; log: Log };
  readonly #unsubscribe: () => void;

  /** `accessory` is a new one, or the one Homebridge restored. */
  constructor(api: API, accessory: PlatformAccessory, identity: Identity, ports: { faceUnlock: Armed; log: Log }) {
    const { Characteristic, Service } = api.hap;
    this.#api = api;
    this.#ports = ports;
    identify(api, accessory, identity);
    this.#service = accessory.getService(Service.Switch) ?? accessory.addService(Service.Switch, accessory.displayName);
    this.#service.updateCharacteristic(Characteristic.Name, accessory.displayName);
    this.#service
      .getCharacteristic(Characteristic.On)
      .onGet(() => ports.faceUnlock.armed)
      .onSet((on) => this.#arm(on));
    this.#show();
    this.#unsubscribe = ports.faceUnlock.onArmed(() => this.#show());
  }

  /** Stops following face unlock. */
  stop(): void {
    this.#unsubscribe();
  }

  /** The Home app is told of a failure, and shows the switch as it was. */
  async #arm(on: CharacteristicValue): Promise<void> {
    const { faceUnlock, log } = this.#ports;
    const armed = on === true;
    try {
      await faceUnlock.arm(armed);
      log.info(`Face unlock was ${armed ? 'armed' : 'disarmed'} in the Home app.`);
    } catch (error) {
      log.error(`Face unlock could not be ${armed ? 'armed' : 'disarmed'} from the Home app: ${reason(error)}`);
      throw new this.#api.hap.HapStatusError(communicationFailure);
    }
  }

  #show(): void {
    this.#service.updateCharacteristic(this.#api.hap.Characteristic.On, this.#ports.faceUnlock.armed);
  }
}
