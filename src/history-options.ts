/** What the configuration tells the history: names, the home's zone, how alike is too alike. */
import type { Config } from './config.ts';

const weekdays = { sunday: 0, monday: 1, saturday: 6 };

/** Null where there is no configuration that can be read. */
export function historyOptions(config: Config | null) {
  return {
    cameras: new Map(config?.cameras.map(({ id, name }) => [id, name])),
    timeZone: config?.home.timeZone || undefined,
    firstWeekday: config ? weekdays[config.home.firstWeekday] : undefined,
    namedAt: config?.recognition.threshold,
    alike: config ? config.unlock.threshold - config.unlock.margin : undefined,
  };
}
