/** The interface every camera adapter speaks: it triggers visits and hands over frames. */
import type { Picture } from '../vision/analysis.ts';

export type TriggerKind = 'ding' | 'motion' | 'manual';

export interface Trigger {
  kind: TriggerKind;
  /** When it happened at the camera, milliseconds since the epoch. */
  at: number;
  /** The vendor's name for the recording of this moment, where there is one. */
  recordingId?: string;
}

export interface Frame {
  picture: Picture;
  /** When the camera took it, milliseconds since the epoch. */
  takenAt: number;
  /** Taken by a camera that is looking at the door now; false for recordings and cached snapshots, which never unlock. */
  live: boolean;
}

export interface Camera {
  /** Stable, unique, `[a-z0-9-]`. */
  readonly id: string;
  /** As the owner calls it. */
  readonly name: string;
  /** Begins to watch; resolves once triggers can arrive. Rejects with a sentence when the camera cannot be watched. */
  start(onTrigger: (trigger: Trigger) => void): Promise<void>;
  /** The frames of the visit that `trigger` began, until there are no more or `signal` aborts. Never throws. */
  frames(trigger: Trigger, signal: AbortSignal): AsyncIterable<Frame>;
  /** Releases everything; resolves when nothing runs any more. */
  stop(): Promise<void>;
}
