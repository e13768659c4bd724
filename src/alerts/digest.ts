/** The week in one message: when it is due, and what it says. */
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import { nextAt, weekdays } from '../policy/home-time.ts';
import type { Alert } from './alert.ts';
import type { DigestFigures, House } from './house.ts';
import type { Pictures } from './picture.ts';
import { remembered, type State } from './state.ts';
import { plainName } from './wording.ts';

export interface DigestSettings {
  /** 0 is Monday; null is never. */
  weekday: number | null;
  /** 0 to 23, by the clock on the wall. */
  hour: number;
}

export interface DigestPorts {
  house: House;
  pictures: Pictures;
  state: State;
  clock: Clock;
  log: Log;
  timeZone: string;
  tell(alert: Alert): void;
}

const key = 'telegram.digest';
const week = 7 * 24 * 3600_000;
/** A digest that was missed because the machine was off is told this much later still. */
const stillTold = 36 * 3600_000;
/** Timers hold no more than 24 days, and a clock may be set in the meantime. */
const lookAgain = 3600_000;

export class Digest {
  readonly #settings: DigestSettings;
  readonly #ports: DigestPorts;
  #cancel = () => {};
  #due = Number.POSITIVE_INFINITY;

  constructor(settings: DigestSettings, ports: DigestPorts) {
    this.#settings = settings;
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const { weekday } = this.#settings;
    if (weekday === null) return;
    const { state, clock } = this.#ports;
    const told = await remembered(state, key);
    const now = clock.now();
    // The one that fell due while nobody was there, unless that is too long ago; otherwise the next one.
    const since = typeof told === 'number' && told <= now ? Math.max(told, now - stillTold) : now;
    this.#due = this.#after(since, weekday);
    this.#wait(weekday);
  }

  stop(): void {
    this.#cancel();
  }

  #after(at: number, weekday: number): number {
    return nextAt(weekday, this.#settings.hour, at, this.#ports.timeZone);
  }

  #wait(weekday: number): void {
    const { clock } = this.#ports;
    const wait = Math.min(lookAgain, Math.max(0, this.#due - clock.now()));
    this.#cancel = clock.after(wait, () => {
      if (clock.now() >= this.#due) {
        const due = this.#due;
        this.#due = this.#after(clock.now(), weekday);
        void this.#tell(due);
      }
      this.#wait(weekday);
    });
  }

  /** Noted as told first: after a crash in the middle a digest is missing rather than doubled. */
  async #tell(due: number): Promise<void> {
    const { house, pictures, state, log, tell } = this.#ports;
    try {
      await state.setState(key, due);
      const figures = await house.digest(due - week, due);
      const text = digestText(figures);
      const alert: Alert = { kind: 'digest', cameraId: null, at: due, text, picture: null, offers: [] };
      tell({ ...alert, picture: figures.visits > 0 ? await this.#heatmap(figures, pictures) : null });
    } catch (error) {
      log.warn(`The weekly digest could not be made: ${reason(error)}`);
    }
  }

  async #heatmap({ hours }: DigestFigures, pictures: Pictures): Promise<Alert['picture']> {
    try {
      return { jpeg: await pictures.heatmap(hours), width: 1, height: 1, boxes: [] };
    } catch (error) {
      this.#ports.log.warn(`The picture of the weekly digest is missing: ${reason(error)}`);
      return null;
    }
  }
}

const mostPeople = 10;

/** The words of the digest. */
export function digestText({ visits, strangers, unlocks, people, hours }: DigestFigures): string {
  if (visits === 0) return 'The week at the door: nobody came.';
  const lines = [
    `The week at the door: ${counted(visits, 'visit')}, ${counted(strangers, 'stranger')}, opened for a face ${times(unlocks)}.`,
  ];
  const named = [...people].sort((a, b) => b.visits - a.visits || a.name.localeCompare(b.name));
  for (const { name, visits: count } of named.slice(0, mostPeople)) lines.push(`${plainName(name)}: ${times(count)}`);
  if (named.length > mostPeople) lines.push(`and ${named.length - mostPeople} more people`);
  const busiest = busiestHour(hours);
  if (busiest) lines.push(`Most came on ${busiest.day} between ${busiest.hour}:00 and ${busiest.hour + 1}:00.`);
  return lines.join('\n');
}

function busiestHour(hours: readonly (readonly number[])[]): { day: string; hour: number } | null {
  let most = { count: 0, day: 0, hour: 0 };
  hours.forEach((row, day) => {
    row.forEach((count, hour) => {
      if (count > most.count) most = { count, day, hour };
    });
  });
  const day = weekdays[most.day];
  return most.count > 1 && day ? { day, hour: most.hour } : null;
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

function times(count: number): string {
  if (count === 0) return 'never';
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}
