/** What one frame of a visit showed of one face, as far as the policies care. */
import type { Box } from '../vision/analysis.ts';

export interface Sighting {
  /** Milliseconds since the epoch. */
  takenAt: number;
  /** False for recordings and cached snapshots. */
  live: boolean;
  box: Box;
  /** The nearest enrolled person; null where nobody is enrolled. */
  personId: number | null;
  /** Cosine similarity to that person's template, -1 to 1. */
  similarity: number;
  /** A thing that shows faces (a phone, a screen, a book) around this one; null where there is none. */
  shownBy: string | null;
  /** Faces about as large as this one in the same frame, itself included. */
  facesNear: number;
  /** Shorter side of the face, pixels. */
  size: number;
  sharpness: number;
  /** Degrees off the frontal view. */
  yaw: number;
  pitch: number;
  /** 0 (a print or a screen) to 1 (a live face). */
  antispoof: number;
}

/** What a face must be like to say anything about who it is. */
export interface Quality {
  /** Pixels. */
  minFacePixels: number;
  minSharpness: number;
  /** Degrees. */
  maxYaw: number;
  /** Degrees. */
  maxPitch: number;
}

/** Large, sharp and frontal enough to be recognised, or to be called a stranger. */
export function isUsable(face: Pick<Sighting, 'size' | 'sharpness' | 'yaw' | 'pitch'>, quality: Quality): boolean {
  return (
    face.size >= quality.minFacePixels &&
    face.sharpness >= quality.minSharpness &&
    Math.abs(face.yaw) <= quality.maxYaw &&
    Math.abs(face.pitch) <= quality.maxPitch
  );
}
