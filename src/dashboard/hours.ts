/** The times behind one cell of the heatmap: an hour of one weekday, as often as a range has it. Pure but for the zone. */
import { type HomeZone, quarterMs, weekdayOf } from './zone.ts';

/** Milliseconds since the epoch; the end is exclusive. */
export interface Interval {
  fromMs: number;
  toMs: number;
}

const dayMinutes = 1440;
const dayMs = 86_400_000;

/** Newest first. An hour that the clock shows twice is one interval of two hours. */
export function hourIntervals({ fromMs, toMs }: Interval, zone: HomeZone, weekday: number, hour: number): Interval[] {
  const intervals: Interval[] = [];
  const first = Math.floor(fromMs / quarterMs);
  for (let quarter = Math.ceil(toMs / quarterMs) - 1; quarter >= first; quarter--) {
    const at = quarter * quarterMs;
    const utcDay = Math.floor(at / dayMs);
    const minutes = utcDay * dayMinutes + (quarter % 96) * 15 + zone.offset(utcDay, quarter - utcDay * 96);
    const localDay = Math.floor(minutes / dayMinutes);
    if (weekdayOf(localDay) !== weekday || Math.floor((minutes - localDay * dayMinutes) / 60) !== hour) continue;
    const last = intervals.at(-1);
    if (last && last.fromMs === at + quarterMs) last.fromMs = at;
    else intervals.push({ fromMs: at, toMs: at + quarterMs });
  }
  return intervals.map((one) => ({ fromMs: Math.max(one.fromMs, fromMs), toMs: Math.min(one.toMs, toMs) }));
}
