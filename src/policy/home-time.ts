/** The wall clock at home, daylight saving included. Pure. */

/** What the clock on the wall shows. */
export interface WallTime {
  year: number;
  /** 1 to 12. */
  month: number;
  /** 1 to 31. */
  day: number;
  /** 0 is Monday, 6 is Sunday. */
  weekday: number;
  /** 0 to 23. */
  hour: number;
  minute: number;
}

export const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** `at` is milliseconds since the epoch, `timeZone` an IANA name such as `Europe/Berlin`. Throws RangeError for a zone that doesn't exist. */
export function wallTime(at: number, timeZone: string): WallTime {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const [year, month, day] = [part('year'), part('month'), part('day')];
  const weekday = (new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 6) % 7;
  return { year, month, day, weekday, hour: part('hour'), minute: part('minute') };
}

/** Building a format takes a hundred times as long as using it. */
function formatFor(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** `08:02`. */
export function clockFace({ hour, minute }: Pick<WallTime, 'hour' | 'minute'>): string {
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

const quarterHour = 15 * 60_000;

/**
 * The first moment after `after` at which the wall clock reaches `hour` o'clock on `weekday`. Where the clock skips that
 * hour it is the moment it skips to; where it shows the hour twice, the first of them.
 */
export function nextAt(weekday: number, hour: number, after: number, timeZone: string): number {
  const reached = (at: number) => {
    const wall = wallTime(at, timeZone);
    return wall.weekday === weekday && wall.hour >= hour;
  };
  let at = Math.floor(after / quarterHour) * quarterHour;
  let before = reached(at);
  // Every zone keeps its clock a multiple of a quarter of an hour from UTC. Eight days hold any weekday and hour.
  for (let step = 0; step < 8 * 24 * 4; step++) {
    at += quarterHour;
    const now = reached(at);
    if (now && !before) return at;
    before = now;
  }
  throw new RangeError(`There is no ${hour} o'clock on weekday ${weekday}.`);
}
