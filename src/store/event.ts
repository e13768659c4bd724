/** An event: a visit as it is stored. */
import type { TriggerKind } from '../cameras/camera.ts';
import type { Decision } from '../policy/decision.ts';
import type { Face } from '../vision/analysis.ts';
import type { Visit, VisitTimes } from '../visits/visit.ts';
import type { RecordingState } from './recording-state.ts';

/** Null stands for what an adopted history does not know, and for who has been forgotten since. */
export type StoredIdentity =
  | { kind: 'person'; personId: number | null; name: string; similarity: number | null }
  | { kind: 'stranger' }
  | { kind: 'nobody' };

export interface StoredFace {
  id: number;
  /** The embedding is null once the person it was taken for is forgotten. */
  face: Omit<Face, 'embedding'> & { embedding: Float32Array | null };
  personId: number | null;
  personName: string | null;
  similarity: number | null;
}

/** Times are milliseconds since the epoch, as in a visit. */
export interface StoredEvent extends Omit<Visit, 'trigger' | 'identity' | 'bestFrame' | 'faces' | 'ms'> {
  id: number;
  /** Null in an adopted history. */
  trigger: TriggerKind | null;
  identity: StoredIdentity;
  /** The best frame's size in pixels, which boxes are measured in. */
  frame: { width: number; height: number; takenAt: number } | null;
  /** The picture's path relative to the store's folder, with forward slashes. */
  thumbnail: string | null;
  faces: StoredFace[];
  /** What became of its recording; null: it was not looked at. */
  recording: RecordingState | null;
  /** Null in an adopted history. */
  ms: VisitTimes | null;
  /** The owner has looked at it. */
  seen: boolean;
  createdAt: number;
}

/** One of the decisions about a visit: its own, or an owner's after it. */
export interface StoredDecision extends Decision {
  decidedAt: number;
}

/** What the digest needs of a visit. */
export interface VisitFigure {
  at: number;
  identity: StoredIdentity['kind'];
  personName: string | null;
  unlocked: boolean;
}

/** Where a page of events ends; an event is its own cursor. */
export interface EventCursor {
  triggeredAt: number;
  id: number;
}

export interface EventPage {
  /** At most this many. */
  limit: number;
  /** Only events older than this one. */
  before?: EventCursor | undefined;
}
