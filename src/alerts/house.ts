/** What a chat may ask of the house. Every rejection is an Error whose message is one sentence for the person who asked. */

export interface Named {
  /** Stable, `[a-z0-9-]`. */
  id: string;
  /** As the owner calls it. */
  name: string;
}

/** Who asks. */
export interface Actor {
  /** Telegram's user id. */
  userId: number;
  /** As they call themselves; one line, safe to show. */
  name: string;
}

/** A confirmed wish to open one lock. It was confirmed once, in time, by somebody who may. */
export interface UnlockOrder {
  lockId: string;
  /** The visit whose message carried the button; null where it was asked for with a command. */
  eventId: number | null;
  by: Actor;
}

/** What happened at the doors between two moments. */
export interface DigestFigures {
  visits: number;
  strangers: number;
  /** How often a lock opened for a face. */
  unlocks: number;
  /** Of each person seen: visits. */
  people: { name: string; visits: number }[];
  /** Visits by weekday (Monday first) and hour (0 to 23) of the wall clock at home: 7 rows of 24. */
  hours: number[][];
}

export interface Snapshot {
  jpeg: Uint8Array;
  /** Milliseconds since the epoch. */
  takenAt: number;
}

export interface House {
  readonly cameras: readonly Named[];
  readonly locks: readonly Named[];
  /** How things stand: locks, cameras, whether face unlock is armed, what is broken. A few lines. */
  status(): Promise<string>;
  /** Who is at the doors now, and who was there today. A few lines. */
  who(): Promise<string>;
  /** The latest picture of a camera. */
  snapshot(cameraId: string): Promise<Snapshot>;
  /** Resolves to one sentence once the lock says it is locked. */
  lock(lockId: string, by: Actor): Promise<string>;
  /**
   * Opens the lock at most once, and only where it is plainly locked at that moment. Resolves to one sentence once the lock
   * says it is unlocked.
   */
  unlock(order: UnlockOrder): Promise<string>;
  /** Arms face unlock, or disarms it; one sentence. */
  arm(armed: boolean, by: Actor): Promise<string>;
  /** Enrols the face of a visit under a name; one sentence. */
  enrol(eventId: number, name: string, by: Actor): Promise<string>;
  /** Both in milliseconds since the epoch; `to` is not included. */
  digest(from: number, to: number): Promise<DigestFigures>;
}
