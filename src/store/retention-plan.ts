/** What of the history has to go. Pure. */

export interface RetentionLimits {
  /** Events older than this many days go. */
  days: number;
  /** The most that database and thumbnails may take together. */
  bytes: number;
}

export interface Candidate {
  id: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** 0 where it has none. */
  thumbnailBytes: number;
}

export interface Holdings {
  /** Without free pages. */
  databaseBytes: number;
  /** Of all events. */
  thumbnailBytes: number;
  /** How many there are. */
  events: number;
  /** Some or all events, the oldest first and none left out between. */
  oldest: readonly Candidate[];
  /** The same of events that have a thumbnail. */
  oldestWithThumbnail: readonly Candidate[];
}

/** Ids, the oldest first. A deleted event's thumbnail goes with it, unnamed. */
export interface RetentionPlan {
  events: number[];
  thumbnails: number[];
}

export interface Removed {
  events: number;
  /** Taken from events that stay. */
  thumbnails: number;
  /** Files that no event knew. */
  orphans: number;
}

const dayMs = 24 * 60 * 60 * 1000;

/**
 * What to delete next; to be asked again with what is left until it names nothing. Age comes first. Over the limit of
 * bytes, thumbnails go before events, as they take the most room and events without one still say who came; events
 * follow only where the database alone is too large.
 */
export function planRetention(holdings: Holdings, { days, bytes }: RetentionLimits, now: number): RetentionPlan {
  const { databaseBytes, thumbnailBytes, events, oldest, oldestWithThumbnail } = holdings;
  const expired = oldest.filter(({ at }) => at < now - days * dayMs);
  if (expired.length > 0) return { events: expired.map(({ id }) => id), thumbnails: [] };

  const excess = databaseBytes + thumbnailBytes - bytes;
  if (thumbnailBytes > 0) {
    return { events: [], thumbnails: take(oldestWithThumbnail, excess, (candidate) => candidate.thumbnailBytes) };
  }
  return { events: take(oldest, excess, () => databaseBytes / events), thumbnails: [] };
}

/** The ids of as many candidates as make up `excess` bytes. */
function take(candidates: readonly Candidate[], excess: number, bytes: (candidate: Candidate) => number): number[] {
  const ids: number[] = [];
  let left = excess;
  for (const candidate of candidates) {
    if (left <= 0) break;
    left -= bytes(candidate);
    ids.push(candidate.id);
  }
  return ids;
}

/** What was removed and why, in one sentence; null where nothing was. */
export function removedSentence(
  { events, thumbnails, orphans }: Removed,
  { days, bytes }: RetentionLimits,
): string | null {
  const parts = [
    events > 0 && counted(events, 'visit'),
    thumbnails > 0 && `the ${thumbnails === 1 ? 'picture' : 'pictures'} of ${counted(thumbnails, 'old visit')}`,
    orphans > 0 && `${counted(orphans, 'picture')} that belonged to no visit`,
  ].filter((part) => part !== false);
  if (parts.length === 0) return null;
  const megabytes = Math.round(bytes / 1024 / 1024);
  return `Removed ${new Intl.ListFormat('en').format(parts)}: the history is kept for ${days} days and within ${megabytes} MB.`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
