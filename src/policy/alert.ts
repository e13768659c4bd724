/** Which alert goes to which chat, and whether it may ring. Pure. */
import { wallTime } from './home-time.ts';

/**
 * What an alert is about. `person`: somebody enrolled (or a bell rung by nobody known) and the door stayed shut;
 * `left-open`: a door or lock that stayed open.
 */
export const alertKinds = ['stranger', 'person', 'unlocked', 'jammed', 'left-open', 'health', 'digest'] as const;
export type AlertKind = (typeof alertKinds)[number];

/** An owner may lock, unlock, arm and enrol; family is told, and may ask. */
export type Role = 'owner' | 'family';

/** Wall-clock times, `HH:MM`. Where `to` is before `from`, the night lies between them. */
export interface QuietHours {
  from: string;
  to: string;
}

export interface ChatRules {
  role: Role;
  /** Empty: all that suit the role. */
  kinds: readonly AlertKind[];
  /** Ids of cameras; empty: all. */
  cameras: readonly string[];
  quietHours: QuietHours | null;
  /** Milliseconds since the epoch. */
  mutedUntil: number;
}

export interface AlertFacts {
  kind: AlertKind;
  /** Null where it belongs to no camera. */
  cameraId: string | null;
}

export type Delivery = 'ring' | 'silent' | 'none';

const kindsOfRole: Readonly<Record<Role, readonly AlertKind[]>> = {
  owner: alertKinds,
  family: ['stranger', 'person', 'unlocked', 'jammed', 'left-open', 'digest'],
};

/** A house that stands open is worth a noise at any time, and no mute keeps it back. */
const urgent: readonly AlertKind[] = ['jammed', 'left-open'];

/** Whether a chat hears of it: with a sound, without one, or not at all. `now` is milliseconds since the epoch. */
export function deliveryOf(alert: AlertFacts, chat: ChatRules, now: number, timeZone: string): Delivery {
  const kinds = chat.kinds.length > 0 ? chat.kinds : kindsOfRole[chat.role];
  if (!kinds.includes(alert.kind)) return 'none';
  if (alert.cameraId !== null && chat.cameras.length > 0 && !chat.cameras.includes(alert.cameraId)) return 'none';
  if (urgent.includes(alert.kind)) return 'ring';
  if (now < chat.mutedUntil) return 'none';
  return chat.quietHours && isQuiet(chat.quietHours, now, timeZone) ? 'silent' : 'ring';
}

/** `from` is within, `to` is not; the same time twice is the whole day. */
export function isQuiet({ from, to }: QuietHours, now: number, timeZone: string): boolean {
  const { hour, minute } = wallTime(now, timeZone);
  const [start, end, at] = [minutesOf(from), minutesOf(to), hour * 60 + minute];
  return start < end ? at >= start && at < end : at >= start || at < end;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** What is dropped first when too much waits: a smaller number. The last three are alike: the oldest of them goes first. */
const importance: Readonly<Record<AlertKind, number>> = {
  digest: 0,
  health: 1,
  person: 2,
  'left-open': 3,
  unlocked: 4,
  jammed: 4,
  stranger: 4,
};

/** Of alerts that wait, the one to be told first: the more important, then the earlier. */
export function byImportance(a: { kind: AlertKind; id: number }, b: { kind: AlertKind; id: number }): number {
  return importance[b.kind] - importance[a.kind] || a.id - b.id;
}

/** Of alerts that wait, the one to be dropped first: the less important, then the earlier. */
export function byExpendability(a: { kind: AlertKind; id: number }, b: { kind: AlertKind; id: number }): number {
  return importance[a.kind] - importance[b.kind] || a.id - b.id;
}

/** How old news is, as far as it is told. */
export type Age = 'fresh' | 'old news' | 'too old';

const oldNewsAfter = 2 * 60_000;
const tooOldAfter = 24 * 3600_000;
const digestTooOldAfter = 3 * 24 * 3600_000;

/** A clock that was set back makes no news older. */
export function ageOf(kind: AlertKind, at: number, now: number): Age {
  if (kind === 'digest') return now - at > digestTooOldAfter ? 'too old' : 'fresh';
  if (now - at > tooOldAfter) return 'too old';
  return now - at > oldNewsAfter ? 'old news' : 'fresh';
}

/** An Unlock button is offered only for a visit this young: later, nobody knows who stands there. */
const unlockOfferedFor = 60_000;

export function mayOfferUnlock(role: Role, at: number, now: number): boolean {
  return role === 'owner' && now >= at && now - at <= unlockOfferedFor;
}
