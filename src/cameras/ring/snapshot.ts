/** Ring's snapshots: a picture is only worth looking at when it was taken for this visit. */
import type { ExtendedResponse } from 'ring-client-api/rest-client';
import type { Frame } from '../camera.ts';

/** A snapshot may be this many milliseconds older than the trigger: Ring's cameras take some before it. */
const before = 5_000;

/**
 * The frame of a snapshot that arrived at `now`, or undefined where it is stale or does not say when it was taken.
 * `triggeredAt` is Ring's time, like the one it gives for the picture; `takenAt` is then told by our clock.
 */
export function snapshotFrame(
  snapshot: Uint8Array & ExtendedResponse,
  triggeredAt: number,
  now: number,
): Frame | undefined {
  const { timeMillis, responseTimestamp } = snapshot;
  const age = responseTimestamp - timeMillis;
  if (!Number.isFinite(age) || snapshot.length === 0) return undefined;
  if (timeMillis < triggeredAt - before) return undefined;
  // Ring's own time is cut to whole seconds: a picture can seem to be of the future.
  return { picture: { kind: 'encoded', bytes: snapshot }, takenAt: now - Math.max(0, age), live: false };
}
