/** The words of messages: lengths Telegram allows, names that cannot disguise themselves, and why a tap did nothing. Pure. */
import { clockFace, wallTime, weekdays } from '../policy/home-time.ts';
import type { Confirmation, Refusal } from './confirmation.ts';

const longestCaption = 1024;
const longestText = 4096;
const longestToast = 200;
const longestAlert = 700;
const longestName = 64;

/** What Telegram takes under a picture. */
export const asCaption = (text: string) => shortened(text, longestCaption);
/** What it takes as a message of its own. */
export const asText = (text: string) => shortened(text, longestText);
/** What an alert may say: what becomes of it, and what was dropped before it, must fit under the picture too. */
export const asAlert = (text: string) => shortened(text, longestAlert);
/** What it takes as the answer to a tap. */
export const asToast = (text: string) => shortened(text, longestToast);

/** Telegram counts UTF-16 units; half a surrogate pair would be refused. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * A name somebody else chose, on one line and without the letters that turn the text round or hide. Messages have no
 * markup, so nothing else in it can do harm.
 */
export function plainName(name: string | undefined): string {
  const line = (name ?? '').normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, ' ');
  const short = [...line.replace(/\s+/g, ' ').trim()].slice(0, longestName).join('');
  return short || 'somebody';
}

/** `Monday 08:02`. */
export function whenAtHome(at: number, timeZone: string): string {
  const wall = wallTime(at, timeZone);
  return `${weekdays[wall.weekday]} ${clockFace(wall)}`;
}

/** `3 hours`, `1 minute`, `30 seconds`. */
export function duration(ms: number): string {
  const units = [
    [24 * 3600_000, 'day'],
    [3600_000, 'hour'],
    [60_000, 'minute'],
  ] as const;
  const [size, unit] = units.find(([size]) => ms >= size) ?? [1000, 'second'];
  const count = Math.round(ms / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** In front of a message that could not be sent when it was news. */
export function oldNews(at: number, now: number, timeZone: string): string {
  return `Old news from ${whenAtHome(at, timeZone)}, ${duration(now - at)} ago: `;
}

/** After a message, where others before it were lost. */
export function droppedNote(dropped: number): string {
  if (dropped === 0) return '';
  const were = dropped === 1 ? '1 message was' : `${dropped} messages were`;
  return `\n\n${were} left out before this one: Telegram could not be reached for too long.`;
}

/** Why a tap did nothing, for the person who tapped. */
export function refusalSentence(
  refusal: Refusal,
  confirmation: Confirmation | undefined,
  tap: { action: Confirmation['action']; userId: number },
  now: number,
  timeZone: string,
): string {
  const { action } = tap;
  const opened = action === 'unlock' ? 'nothing was opened' : 'nothing was done';
  const again = action === 'unlock' ? ' Send /unlock to be asked again.' : '';
  switch (refusal) {
    case 'not-allowed':
      return `You are not among the people who may do this here, so ${opened}. Your user id is ${tap.userId}.`;
    case 'unknown':
      return `I do not know this button any more, so ${opened}.${again}`;
    case 'restarted':
      return `I was restarted after this button was sent, so ${opened}.${again}`;
    case 'closed': {
      const { how, by, at } = confirmation?.closed ?? { how: 'used', by: 'somebody', at: now };
      const who = [...by].slice(0, 40).join('');
      const verb = how === 'ignored' ? 'set this visit aside' : 'used this button';
      return `${who} ${verb} already, ${whenAtHome(at, timeZone)}: ${opened} again.`;
    }
    case 'expired': {
      const sent = confirmation ? now - confirmation.sentAt : 0;
      const ago = sent > 0 ? `was sent ${duration(sent)} ago` : 'is older than that';
      const life = duration(confirmation?.lifeMs ?? 0);
      return `This button counts for ${life} and ${ago}, so ${opened}.${again}`;
    }
  }
}
