/** A lock in the Home app: what it shows follows the lock, never a wish. */
import type { API, CharacteristicValue, PlatformAccessory, Service } from 'homebridge';
import type { Lock, LockState } from '../locks/lock.ts';
import { type Log, reason } from '../log.ts';
import { type Identity, identify } from './identity.ts';
import { LockDetailServices } from './lock-details.ts';

type Command = 'lock' | 'unlock';

/**
 * A LockMechanism. There is no LockManagement beside it: its control point reads logs and sets clocks of a bolt, which
 * no lock here offers, and the Home app shows nothing of it.
 */
export class LockAccessory {
  readonly #api: API;
  readonly #lock: Lock;
  readonly #log: Log;
  readonly #service: Service;
  /** The command under way that was given last. */
  #command: Command | null = null;
  readonly #details: LockDetailServices;
  readonly #unsubscribe: () => void;

  /** `accessory` is a new one, or the one Homebridge restored. */
  constructor(api: API, accessory: PlatformAccessory, identity: Identity, { lock, log }: { lock: Lock; log: Log }) {
    const { Characteristic, Service } = api.hap;
    this.#api = api;
    this.#lock = lock;
    this.#log = log;
    identify(api, accessory, identity);
    this.#service =
      accessory.getService(Service.LockMechanism) ?? accessory.addService(Service.LockMechanism, accessory.displayName);
    this.#service.updateCharacteristic(Characteristic.Name, accessory.displayName);
    this.#service.getCharacteristic(Characteristic.LockCurrentState).onGet(() => this.#current(lock.state));
    this.#service
      .getCharacteristic(Characteristic.LockTargetState)
      // Answered at once, as a lock may take many seconds and Homebridge gives a handler nine; moved after that, because
      // Homebridge writes the wish down when it is answered, over whatever a lock that failed already has put there.
      .onSet((target) => void setImmediate(() => this.#move(target)));
    this.#details = new LockDetailServices(api, accessory, lock);
    this.#show(lock.state);
    this.#unsubscribe = lock.onState((state) => this.#show(state));
  }

  /** Stops following the lock. */
  stop(): void {
    this.#unsubscribe();
    this.#details.stop();
  }

  async #move(target: CharacteristicValue): Promise<void> {
    const { LockTargetState } = this.#api.hap.Characteristic;
    const command: Command = target === LockTargetState.UNSECURED ? 'unlock' : 'lock';
    if (command === (this.#command ?? this.#settled())) return;
    this.#command = command;
    try {
      await this.#lock[command]();
    } catch (error) {
      this.#log.error(`${this.#lock.name} could not be ${command}ed from the Home app: ${reason(error)}`);
    }
    if (this.#command !== command) return;
    this.#command = null;
    this.#show(this.#lock.state);
  }

  /** Home hubs repeat themselves. Unlocking twice would spring some doors open; locking twice does no harm. */
  #settled(): Command | null {
    return this.#lock.state === 'unlocked' ? 'unlock' : null;
  }

  /** The target follows the state too, save while a command is under way; else Home would show it as moving for ever. */
  #show(state: LockState): void {
    const { LockCurrentState, LockTargetState } = this.#api.hap.Characteristic;
    this.#service.updateCharacteristic(LockCurrentState, this.#current(state));
    if (this.#command) return;
    const { SECURED, UNSECURED } = LockTargetState;
    if (state === 'locked') this.#service.updateCharacteristic(LockTargetState, SECURED);
    else if (state === 'unlocked') this.#service.updateCharacteristic(LockTargetState, UNSECURED);
  }

  #current(state: LockState): number {
    const { JAMMED, SECURED, UNKNOWN, UNSECURED } = this.#api.hap.Characteristic.LockCurrentState;
    return { locked: SECURED, unlocked: UNSECURED, jammed: JAMMED, unknown: UNKNOWN }[state];
  }
}
