/** What the unlock policy weighs: the owner's rules, and what is known of one visit. */
import type { LockState } from '../locks/lock.ts';
import type { Guard, LockoutRules } from './guard.ts';
import type { Hours } from './schedule.ts';
import type { Quality, Sighting } from './sighting.ts';

/** `confirm` never opens for a face: an owner is asked, and opens with a tap. */
export type UnlockMode = 'off' | 'confirm' | 'auto';

export interface UnlockRules extends Quality {
  mode: UnlockMode;
  /** Least cosine similarity between the mean of the agreeing frames and the person's template. */
  threshold: number;
  /** Least lead over the second-nearest person. */
  margin: number;
  /** Least similarity of a single frame to count as agreeing. */
  frameThreshold: number;
  /** Least number of agreeing frames. */
  frames: number;
  /** Least seconds between the first and the last of them. */
  spanSeconds: number;
  /** Greatest age of the newest of them. */
  maxAgeSeconds: number;
  minAntispoof: number;
  /** For one person, after that person was let in. */
  cooldownSeconds: number;
  /** For everybody, after the lock was told to open for anybody. */
  globalCooldownSeconds: number;
  /** Openings for faces on one day at home. */
  dailyCap: number;
  /** Opens only for a visit in which the bell was rung. */
  needsRing: boolean;
  /** Empty: at any time. */
  schedule: readonly Hours[];
  /** An IANA name: the zone of the home. */
  timeZone: string;
  lockout: LockoutRules;
}

/** The person most frames agree on, seen as the mean of those frames. */
export interface Candidate {
  personId: number;
  name: string;
  /** Of the mean embedding, -1 to 1. */
  similarity: number;
  margin: number;
}

export interface UnlockInput {
  /** Milliseconds since the epoch. */
  now: number;
  rules: UnlockRules;
  /** The owner has face unlock armed. */
  armed: boolean;
  guard: Guard;
  /** Null where the camera has no lock. */
  lock: LockState | null;
  /** The bell was rung in this visit. */
  rang: boolean;
  /** Null where no face was near anyone enrolled. */
  candidate: Candidate | null;
  /** Ids of people who look too like somebody else enrolled. */
  barred: ReadonlySet<number>;
  /** Of one track, oldest first. */
  sightings: readonly Sighting[];
}
