/** Times, dates and figures as the viewer writes them, in the home's zone. */
import type { DecisionKind, EventCard } from '../../src/dashboard/api-types.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = timeZone + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(undefined, { timeZone, ...options });
  formats.set(key, known);
  return known;
}

export const timeOf = (at: string, zone: string) =>
  format(zone, { hour: '2-digit', minute: '2-digit' }).format(new Date(at));

export const momentOf = (at: string, zone: string) =>
  format(zone, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));

/** As in `2026-11-22`. */
export function dateOf(at: string, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(new Date(at));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** "Today", "Yesterday", or the date in words. */
export function dayInWords(date: string, zone: string): string {
  const now = Date.now();
  if (date === dateOf(new Date(now).toISOString(), zone)) return 'Today';
  if (date === dateOf(new Date(now - 86_400_000).toISOString(), zone)) return 'Yesterday';
  return format('UTC', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(
    new Date(`${date}T12:00:00Z`),
  );
}

export const shortDate = (date: string) =>
  format('UTC', { day: 'numeric', month: 'short' }).format(new Date(`${date}T12:00:00Z`));

export const monthName = (date: string) =>
  date && format('UTC', { month: 'short' }).format(new Date(`${date}T12:00:00Z`));

/** 0 is Sunday; 2023-01-01 was one. */
export const weekdayName = (weekday: number, length: 'short' | 'long' = 'short') =>
  format('UTC', { weekday: length }).format(new Date(Date.UTC(2023, 0, 1 + weekday, 12)));

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`;
}

export function seconds(ms: number | null): string {
  if (ms === null) return 'not known';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function bytes(count: number): string {
  const [unit, size] = count >= 1e9 ? ['GB', 1e9] : count >= 1e6 ? ['MB', 1e6] : ['kB', 1e3];
  return `${(count / (size as number)).toFixed(count >= 1e9 ? 1 : 0)} ${unit}`;
}

export function percent(share: number | null): string {
  return share === null ? 'not known' : `${Math.round(share * 100)} %`;
}

export const decisionWords: Record<DecisionKind, string> = {
  opened: 'Door opened',
  failed: 'Lock failed',
  refused: 'Kept shut',
  none: 'No decision',
};

export const triggerWords: Record<string, string> = { ding: 'Rang', motion: 'Motion', manual: 'By hand' };

export function whoCame(event: Pick<EventCard, 'identity' | 'personName' | 'detections'>): string {
  if (event.identity === 'person') return event.personName ?? 'Somebody';
  if (event.identity === 'stranger') return 'Stranger';
  const labels = [...new Set(event.detections.map(({ label }) => label))];
  return labels.length > 0 ? labels.map(capital).join(', ') : 'Nobody';
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
