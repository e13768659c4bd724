/** Ring's pushes can stop without a word: the history then knows of events that nobody told us of. */

export interface SilenceFacts {
  /** The newest presses and motions in Ring's history, milliseconds since the epoch. */
  events: ReadonlyArray<{ kind: 'ding' | 'motion'; at: number }>;
  /** When this camera last pushed anything, and whether it ever pushed motion; the owner may have motion alerts off. */
  lastPush: number | null;
  motionPushed: boolean;
  /** Since when pushes were listened for. */
  since: number;
  now: number;
}

/** A push may take this long, and Ring's times differ by a little. */
const grace = 60_000;

/** True where the history holds an event that should have been pushed and was not. */
export function isSilent({ events, lastPush, motionPushed, since, now }: SilenceFacts): boolean {
  return events.some(
    ({ kind, at }) =>
      (kind === 'ding' || motionPushed) &&
      at > since + grace &&
      at < now - grace &&
      (lastPush === null || lastPush < at - grace),
  );
}
