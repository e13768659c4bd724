/** What the vision process says of one picture. Boxes and points are in pixels of the picture as it was handed in. */

/** x1, y1, x2, y2: left, top, right, bottom. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];
export type Point = readonly [x: number, y: number];

export interface Detection {
  /** One of the 80 COCO class names. */
  label: string;
  /** 0 to 1. */
  confidence: number;
  box: Box;
}

/** Blazeface's six key points; left and right are the subject's own. */
export interface Landmarks {
  rightEye: Point;
  leftEye: Point;
  nose: Point;
  mouth: Point;
  rightEar: Point;
  leftEar: Point;
}

/**
 * Degrees; 0, 0, 0 looks straight into the camera. Positive yaw turns to the picture's right, positive pitch down, positive roll
 * tilts clockwise. A face in profile reads about 45.
 */
export interface Pose {
  yaw: number;
  pitch: number;
  roll: number;
}

/** A face less sure than this may be none at all: it is reported, but nobody is recognised, counted or enrolled by it. */
export const certainFace = 0.5;

export interface Face {
  /** From hairline to chin, with an eighth more on each side. */
  box: Box;
  landmarks: Landmarks;
  /** 0 to 1. */
  confidence: number;
  pose: Pose;
  /** The shorter side of the box in pixels. */
  size: number;
  /** Variance of the Laplacian of the face, scaled to 112 pixels, grey 0..255: under about 10 is blurred. */
  sharpness: number;
  /** 0 (a print or a screen) to 1 (a live face). */
  antispoof: number;
  /** 0 (a replay) to 1 (a live face). */
  liveness: number;
  /** 1024 numbers, L2-normalised: the dot product of two is their cosine similarity. */
  embedding: Float32Array;
}

/** Milliseconds spent on each stage of one analysis, inside the vision process. */
export interface StageTimes {
  decode: number;
  objects: number;
  faces: number;
  embeddings: number;
  /** Of all that, inside `session.run`. */
  models: number;
  total: number;
}

export interface Analysis {
  width: number;
  height: number;
  objects: Detection[];
  faces: Face[];
  ms: StageTimes;
}

/** A picture to look at: a JPEG or PNG file's bytes, or raw RGB, 3 bytes a pixel, row by row from the top left. */
export type Picture =
  | { kind: 'encoded'; bytes: Uint8Array }
  | { kind: 'rgb'; bytes: Uint8Array; width: number; height: number };

/** What to look for. */
export interface AnalyzeOptions {
  /** Objects less sure than this are left out, 0 to 1; 0.3 where absent. */
  minConfidence?: number;
  /** False looks for objects only. */
  faces?: boolean;
}
