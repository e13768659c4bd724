/** What Homebridge loads: registers the platform. */
import type { API } from 'homebridge';
import { LatchkeyPlatform } from './platform.ts';
import { platformName, pluginName } from './plugin-name.ts';

export default function register(api: API): void {
  api.registerPlatform(pluginName, platformName, LatchkeyPlatform);
}
