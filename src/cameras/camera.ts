/** The interface every camera adapter speaks: it triggers visits and hands over frames. */
import type { Picture } from '../vision/analysis.ts';

export type TriggerKind = 'ding' | 'motion' | 'manual';

export interface Trigger {
  kind: TriggerKind;
  /** When it happened at the camera, milliseconds since the epoch. */
  at: number;
  /** The vendor's name for the recording of this moment, where there is one. */
  recordingId?: string;
  /** The camera's own guess that there is a person: a hint, never a proof. */
  person?: boolean;
}

/** How a camera is, for the page and for StatusFault. Times are milliseconds since the epoch; null: never in this run. */
export interface CameraHealth {
  /** What is wrong now, one sentence each; none: all is well. */
  troubles: string[];
  lastTrigger: number | null;
  lastFrame: number | null;
  /** How often its connection was built anew. */
  reconnects: number;
  /** Percent; null on mains. */
  battery: number | null;
}

export interface Frame {
  picture: Picture;
  /** When the camera took it, milliseconds since the epoch. */
  takenAt: number;
  /** Taken by a camera that is looking at the door now; false for recordings and cached snapshots, which never unlock. */
  live: boolean;
  /** Takes the newest frame that has come since, if any: for who had to wait before looking at this one. */
  newer?(): Frame | undefined;
}

/** Live video for the Home app, as ffmpeg is to read it. */
export interface LiveStream {
  /** ffmpeg's arguments up to and with `-i`. */
  input: readonly string[];
  /** For ffmpeg's standard input. */
  stdin?: string;
  /** The video is H264 that the Home app takes as it is. */
  passVideo: boolean;
  audio: boolean;
  /** Where a voice from the Home app goes; none: the camera has no speaker. */
  talk?: {
    codec: 'opus' | 'pcmu';
    /** Takes one RTP packet. */
    send(packet: Buffer): void;
  };
  /** Resolves when the camera has ended it, or the signal that it was opened with is aborted. */
  over: Promise<void>;
}

/** What a recording is asked for by. */
export interface RecordedMoment {
  recordingId: string;
  /** When it begins, milliseconds since the epoch. */
  at: number;
}

/** A recording that cannot be looked at, or not to its end: `message` is one sentence. */
export class RecordingError extends Error {
  override name = 'RecordingError';
  /** missing: the vendor has none, or not yet; unreachable: it could not be asked; unusable: asking again does not help. */
  readonly problem: 'missing' | 'unreachable' | 'unusable';

  constructor(problem: RecordingError['problem'], message: string) {
    super(message);
    this.problem = problem;
  }
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
  /** Cameras that can fail by themselves tell how they are. */
  health?(): CameraHealth;
  /** The frames of what the vendor recorded then, none of them live; throws a RecordingError. Cameras without have none. */
  recording?(moment: RecordedMoment, signal: AbortSignal): AsyncIterable<Frame>;
  /** Opens live video until `signal` aborts. Rejects with a sentence. */
  live?(signal: AbortSignal): Promise<LiveStream>;
}
