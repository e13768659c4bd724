/** The Apple Home app's part: a HAP client that pairs with a bridge, reads its accessories and hears of changes. */
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { HttpClient, type PairingData } from 'hap-controller';
import type { Pairable } from './homebridge.ts';

/** HAP's short UUIDs of the services and characteristics that are looked at. */
export const hap = {
  service: {
    accessoryInformation: '3E',
    lockMechanism: '45',
    occupancySensor: '86',
    motionSensor: '85',
    doorbell: '121',
    cameraRtpStreamManagement: '110',
    battery: '96',
    contactSensor: '80',
  },
  characteristic: {
    name: '23',
    lockCurrentState: '1D',
    lockTargetState: '1E',
    occupancyDetected: '71',
    motionDetected: '22',
    programmableSwitchEvent: '73',
    statusFault: '77',
    batteryLevel: '68',
    contactSensorState: '6A',
    on: '25',
  },
} as const;

export const lockStates = ['unlocked', 'locked', 'jammed', 'unknown'] as const;

interface Characteristic {
  aid: number;
  iid: number;
  type: string;
  value: unknown;
}

export interface Service {
  type: string;
  characteristics: Characteristic[];
}

export interface Accessory {
  name: string;
  services: Service[];
}

export class AppleHome {
  readonly #client: HttpClient;
  readonly #values = new Map<string, unknown>();
  readonly #waiting = new Set<() => void>();
  #accessories: Accessory[] = [];

  private constructor(client: HttpClient) {
    this.#client = client;
    client.on('event', (event: { characteristics: { aid: number; iid: number; value: unknown }[] }) => {
      for (const { aid, iid, value } of event.characteristics) this.#values.set(`${aid}.${iid}`, value);
      for (const wake of this.#waiting) wake();
    });
  }

  /**
   * Pairs, reads every accessory, and subscribes to everything that is looked at. `before` is the phone that paired with the
   * same accessory when it ran the last time: it is still paired.
   */
  static async pair({ username, port, setupCode }: Pairable, before?: AppleHome): Promise<AppleHome> {
    const pairing = before?.pairing;
    const client = new HttpClient(username, '127.0.0.1', port, pairing, {
      usePersistentConnections: true,
      subscriptionsUseSameConnection: false,
    });
    await listening(port);
    if (!pairing) await client.pairSetup(setupCode);
    const home = new AppleHome(client);
    await home.refresh();
    return home;
  }

  /** What a phone that paired knows an accessory by. */
  get pairing(): PairingData | undefined {
    return this.#client.getLongTermData() ?? undefined;
  }

  get accessories(): Accessory[] {
    return this.#accessories;
  }

  /** Reads the accessories anew, as the Home app does when the bridge says that they changed. */
  async refresh(): Promise<void> {
    const { accessories } = await this.#client.getAccessories();
    this.#accessories = accessories.map(({ aid, services }) => toAccessory(Number(aid), services as RawService[]));
    const watched: string[] = Object.values(hap.characteristic).filter((type) => type !== hap.characteristic.name);
    const wanted = this.#accessories
      .flatMap(({ services }) => services.flatMap((service) => service.characteristics))
      .filter(({ type }) => watched.includes(type));
    for (const { aid, iid, value } of wanted) this.#values.set(`${aid}.${iid}`, value);
    await this.#client.subscribeCharacteristics(wanted.map(({ aid, iid }) => `${aid}.${iid}`));
  }

  /** The accessory of that name, to which Homebridge 2 adds four digits outside the bridge, and mDNS a number beside a namesake; throws where there is none. */
  accessory(name: string): Accessory {
    const found = this.#accessories.find(
      (accessory) => accessory.name.replace(/ [0-9A-F]{4}( \(\d+\))?$/, '') === name,
    );
    const known = this.#accessories.map((accessory) => accessory.name).join(', ');
    if (!found) throw new Error(`Apple Home shows no accessory called ${name}, only ${known}`);
    return found;
  }

  /** The last value heard of a characteristic. */
  value(name: string, type: string): unknown {
    const { aid, iid } = this.#characteristic(name, type);
    return this.#values.get(`${aid}.${iid}`);
  }

  /** Asks the accessory itself. */
  async read(name: string, type: string): Promise<unknown> {
    const { aid, iid } = this.#characteristic(name, type);
    const { characteristics } = await this.#client.getCharacteristics([`${aid}.${iid}`]);
    return characteristics[0]?.value;
  }

  async write(name: string, type: string, value: unknown): Promise<void> {
    const { aid, iid } = this.#characteristic(name, type);
    await this.#client.setCharacteristics({ [`${aid}.${iid}`]: value });
  }

  /** Resolves once the characteristic has `expected` for its value, heard by event. */
  async until(name: string, type: string, expected: unknown): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (this.value(name, type) === expected) resolve();
    };
    this.#waiting.add(look);
    look();
    await promise;
    this.#waiting.delete(look);
  }

  /** Resolves at the next event of a characteristic, whatever its value. */
  async next(name: string, type: string): Promise<unknown> {
    const { aid, iid } = this.#characteristic(name, type);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const hear = (event: { characteristics: { aid: number; iid: number; value: unknown }[] }) => {
      const mine = event.characteristics.find((one) => Number(one.aid) === aid && Number(one.iid) === iid);
      if (mine) resolve(mine.value);
    };
    this.#client.on('event', hear);
    return promise.finally(() => this.#client.off('event', hear));
  }

  /** A snapshot of a camera accessory: a JPEG. */
  async snapshot(width: number, height: number): Promise<Buffer> {
    return this.#client.getImage(width, height);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  #characteristic(name: string, type: string): Characteristic {
    const all = this.accessory(name).services.flatMap((service) => service.characteristics);
    const found = all.find((characteristic) => characteristic.type === type);
    if (!found) throw new Error(`${name} has no characteristic ${type}`);
    return found;
  }
}

interface RawService {
  type: string;
  characteristics: { iid: unknown; type: string; value?: unknown }[];
}

function toAccessory(aid: number, raw: readonly RawService[]): Accessory {
  const services = raw.map(({ type, characteristics }) => ({
    type: shortUuid(type),
    characteristics: characteristics.map((one) => ({
      aid,
      iid: Number(one.iid),
      type: shortUuid(one.type),
      value: one.value,
    })),
  }));
  const information = services.find(({ type }) => type === hap.service.accessoryInformation);
  const name = information?.characteristics.find(({ type }) => type === hap.characteristic.name)?.value;
  return { name: String(name ?? ''), services };
}

/** Apple's own types come long or short; leading zeros mean nothing. */
function shortUuid(uuid: string): string {
  const apple = /^0*([0-9A-F]+)-0000-1000-8000-0026BB765291$/i.exec(uuid);
  return (apple?.[1] ?? uuid).toUpperCase().replace(/^0+(?=.)/, '');
}

const attempts = 150;
const betweenAttempts = 200;

/** A bridge says that it runs a moment before it can be reached, where the machine is busy. */
async function listening(port: number): Promise<void> {
  for (let attempt = 1; !(await accepts(port)); attempt++) {
    if (attempt === attempts) throw new Error(`Nothing listens on port ${port}, though Homebridge said so.`);
    await setTimeout(betweenAttempts);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.end();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
