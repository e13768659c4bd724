/** The visits of some time, counted and in words. Pure. */
import type { DigestFigures } from './alerts/house.ts';
import { clockFace, wallTime } from './policy/home-time.ts';
import type { VisitFigure } from './store/event.ts';

export function digestFigures(visits: readonly VisitFigure[], timeZone: string): DigestFigures {
  const people = new Map<string, number>();
  const hours = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  for (const { at, personName } of visits) {
    if (personName !== null) people.set(personName, (people.get(personName) ?? 0) + 1);
    const { weekday, hour } = wallTime(at, timeZone);
    const row = hours[weekday];
    if (row) row[hour] = (row[hour] ?? 0) + 1;
  }
  return {
    visits: visits.length,
    strangers: visits.filter(isStrange).length,
    unlocks: visits.filter(({ unlocked }) => unlocked).length,
    people: [...people].map(([name, count]) => ({ name, visits: count })),
    hours,
  };
}

/** `Today: Kurt at 08:02 and 17:40; 2 strangers, last at 12:00.` */
export function todayInWords(visits: readonly VisitFigure[], timeZone: string): string {
  const face = (at: number) => clockFace(wallTime(at, timeZone));
  const names = [...new Set(visits.flatMap(({ personName }) => personName ?? []))];
  const people = names.map((name) => {
    const times = visits.filter(({ personName }) => personName === name);
    const last = face(times.at(-1)?.at ?? 0);
    return times.length === 1 ? `${name} at ${last}` : `${name} ${times.length} times, last at ${last}`;
  });
  const strangers = visits.filter(isStrange);
  const last = strangers.at(-1);
  if (last)
    people.push(`${strangers.length === 1 ? 'a stranger' : `${strangers.length} strangers, last`} at ${face(last.at)}`);
  return people.length > 0 ? `Today: ${people.join('; ')}.` : 'Today nobody was recognised.';
}

/** A stranger the owner wants to hear of. */
function isStrange({ identity, ignored }: VisitFigure): boolean {
  return identity === 'stranger' && !ignored;
}
