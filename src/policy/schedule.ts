/** When face unlock is on, by the clock at home. Pure. */
import { clockFace, type WallTime, weekdays } from './home-time.ts';

/** Hours that begin on some days. */
export interface Hours {
  /** Lower-case English names; empty: every day. */
  days: readonly string[];
  /** `HH:MM`; within. */
  from: string;
  /** `HH:MM`; not within. At or before `from`, it is the next day's. */
  to: string;
}

/** Whether any of the hours are on; with none at all there is no limit. */
export function isWithin(schedule: readonly Hours[], wall: WallTime): boolean {
  return schedule.length === 0 || schedule.some((hours) => isOn(hours, wall));
}

function isOn({ days, from, to }: Hours, { weekday, hour, minute }: WallTime): boolean {
  const [start, end, at] = [minutesOf(from), minutesOf(to), hour * 60 + minute];
  const on = (day: number) => days.length === 0 || days.includes(nameOf(day));
  // A time that cannot be read is no time at all.
  if (Number.isNaN(start) || Number.isNaN(end)) return false;
  if (start < end) return on(weekday) && at >= start && at < end;
  return (on(weekday) && at >= start) || (on((weekday + 6) % 7) && at < end);
}

function nameOf(day: number): string {
  return (weekdays[day] ?? '').toLowerCase();
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? Number.NaN) * 60 + (minutes ?? Number.NaN);
}

/** `Monday 08:02`. */
export function inWords(wall: WallTime): string {
  return `${weekdays[wall.weekday]} ${clockFace(wall)}`;
}

/** `07:00-19:00 monday, tuesday; 22:00-02:00`. */
export function scheduleInWords(schedule: readonly Hours[]): string {
  return schedule.map(({ days, from, to }) => `${from}-${to} ${days.join(', ')}`.trim()).join('; ');
}

/** `2026-11-22`: days of the home, which sort as text. */
export function homeDay({ year, month, day }: WallTime): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
