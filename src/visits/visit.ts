/** A visit: what one camera saw between a trigger and its decision. */
import type { TriggerKind } from '../cameras/camera.ts';
import type { Decision } from '../policy/decision.ts';
import type { Detection, Face } from '../vision/analysis.ts';

/** Who it was: an enrolled person, a face nobody enrolled, or no face at all. */
export type Identity =
  | { kind: 'person'; personId: number; name: string; similarity: number }
  | { kind: 'stranger' }
  | { kind: 'nobody' };

/** A face of the visit's best frame, with the enrolled person it is nearest to. */
export interface VisitFace {
  face: Face;
  /** The person this face was taken for, where it came over the threshold. */
  personId: number | null;
  personName: string | null;
  /** Cosine similarity to the nearest template, -1 to 1; null where nobody is enrolled. */
  similarity: number | null;
}

/** The frame that shows the visit best. */
export interface BestFrame {
  width: number;
  height: number;
  /** Milliseconds since the epoch. */
  takenAt: number;
  /** A JPEG, at most 640 pixels wide; boxes of the visit are scaled to the whole frame, not to this. */
  thumbnail: Uint8Array | null;
}

/** Milliseconds of the visit's stages, summed over its frames; `decision` is from the trigger to the decision. */
export interface VisitTimes {
  decode: number;
  objects: number;
  faces: number;
  embeddings: number;
  decision: number;
  /** From the decision to the lock's own confirmation; null where it was not told to open. */
  unlock: number | null;
}

/** What a recording of a visit shows, looked at afterwards: it adds to what is known, and changes nothing that was decided. */
export interface Recorded
  extends Pick<Visit, 'identity' | 'frames' | 'bestFrame' | 'detections' | 'faces' | 'ignored'> {
  /** One sentence that goes after the visit's own. */
  sentence: string;
}

export interface Visit {
  cameraId: string;
  trigger: TriggerKind;
  /** Milliseconds since the epoch, as are the other times. */
  triggeredAt: number;
  decidedAt: number;
  recordingId: string | null;
  identity: Identity;
  decision: Decision;
  /** The lock confirmed that it opened. */
  unlocked: boolean;
  /** The lock this visit could open, where the camera has one. */
  lockId: string | null;
  /** Why the lock did not do as decided, in one sentence. */
  lockError: string | null;
  /** Why recognition fell short (the vision process died, no frame came), in one sentence. */
  failure: string | null;
  /** How many frames were looked at. */
  frames: number;
  bestFrame: BestFrame | null;
  /** Of the best frame, except that labels seen only in other frames are there too, once each, with their own box. */
  detections: Detection[];
  faces: VisitFace[];
  /** A stranger's visit that showed only faces the owner wants to hear nothing of. */
  ignored: boolean;
  /** One sentence for the owner: who came, whether the door opened, and why. */
  sentence: string;
  ms: VisitTimes;
}
