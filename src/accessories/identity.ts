/** What Apple Home knows an accessory by: its UUID, its name, and who made it. */
import type { API, PlatformAccessory } from 'homebridge';

export type AccessoryKind = 'doorbell' | 'lock' | 'occupancy';

export interface Identity {
  kind: AccessoryKind;
  /** Stable, unique among accessories of the kind. */
  id: string;
  /** As the owner calls it. */
  name: string;
  /** What it is, in a word or two: the Home app shows it as the model. */
  model: string;
  /** The plugin's version. */
  version: string;
}

/** The same for the same thing at every start; Homebridge finds a bridged accessory again by it. */
export function uuidOf({ hap }: Pick<API, 'hap'>, kind: AccessoryKind, id: string): string {
  return hap.uuid.generate(`latchkey:${kind}:${id}`);
}

/** An accessory that has not been restored from Homebridge's cache; `category` is one of `hap.Categories`. */
export function newAccessory(api: API, { kind, id, name }: Identity, category: number): PlatformAccessory {
  return new api.platformAccessory(homeName(name), uuidOf(api, kind, id), category);
}

/** Fills in the accessory's information; a restored one takes on the name it has now. */
export function identify({ hap }: Pick<API, 'hap'>, accessory: PlatformAccessory, identity: Identity): void {
  const { Characteristic, Service } = hap;
  const name = homeName(identity.name);
  accessory.displayName = name;
  const information =
    accessory.getService(Service.AccessoryInformation) ?? accessory.addService(Service.AccessoryInformation);
  information
    .setCharacteristic(Characteristic.Name, name)
    .setCharacteristic(Characteristic.Manufacturer, 'Latchkey')
    .setCharacteristic(Characteristic.Model, identity.model)
    .setCharacteristic(Characteristic.SerialNumber, `${identity.kind}-${identity.id}`)
    // HomeKit takes three numbers and nothing else.
    .setCharacteristic(Characteristic.FirmwareRevision, /^\d+\.\d+\.\d+/.exec(identity.version)?.[0] ?? '0.0.0');
}

/**
 * A name the Home app takes: letters, digits, spaces and some punctuation, a letter or digit at both ends, two
 * characters at least. What it doesn't take is left out.
 */
export function homeName(name: string): string {
  const allowed = name.replace(/[^\p{L}\p{N}\p{Zs}\u2019'&!._:;()/,-]/gu, ' ').replace(/\s+/gu, ' ');
  // Cut between characters, some of which are two units long.
  const short = [...allowed].slice(0, 64).join('');
  const trimmed = short.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  return [...trimmed].length >= 2 ? trimmed : `Latchkey ${trimmed}`.trim();
}
