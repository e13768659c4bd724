/** What Homebridge knows the plugin and its platform by. */
export const pluginName = 'homebridge-latchkey';
export const platformName = 'Latchkey';
