/** Homebridge's own API and HAP objects, of both versions the plugin runs in, without a server. */
import type { API, Characteristic, PlatformAccessory, Service, WithUUID } from 'homebridge';

export const versions = ['homebridge', 'homebridge-1'] as const;

const modules = {
  homebridge: '../../node_modules/homebridge/dist/api.js',
  'homebridge-1': '../../node_modules/homebridge-1/lib/api.js',
};

/** Homebridge exports no API to plugins but hands them one: this is the one it hands them. */
export async function homebridgeApi(version: (typeof versions)[number]): Promise<API> {
  const { HomebridgeAPI } = (await import(new URL(modules[version], import.meta.url).href)) as {
    HomebridgeAPI: new () => API;
  };
  return new HomebridgeAPI();
}

export function serviceOf(accessory: PlatformAccessory, type: WithUUID<typeof Service>): Service {
  const service = accessory.getService(type);
  if (!service) throw new Error(`There is no ${type.name} in ${accessory.displayName}.`);
  return service;
}

/** A phone that reads and writes; `connection` is its own. */
export const phone = {
  read(service: Service, type: WithUUID<new () => Characteristic>) {
    return service.getCharacteristic(type).handleGetRequest(connection);
  },
  write(service: Service, type: WithUUID<new () => Characteristic>, value: string | number | boolean) {
    return service.getCharacteristic(type).handleSetRequest(value, connection);
  },
};

type Connection = NonNullable<Parameters<Characteristic['handleGetRequest']>[0]>;

const connection = {
  sessionID: 'phone',
  localAddress: '127.0.0.1',
  getLocalAddress: () => '127.0.0.1',
  on: () => connection,
  removeListener: () => connection,
  getMaxListeners: () => 10,
  setMaxListeners: () => connection,
} as unknown as Connection;
