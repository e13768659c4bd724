/** Which way a face looks, out of its mesh. Pure. */
import type { Point, Pose } from './analysis.ts';

/** Points of MediaPipe's mesh, right and left being the subject's own: the middle of the hairline, the chin, and the cheeks before the ears. */
const forehead = 10;
const chin = 152;
const rightCheek = 234;
const leftCheek = 454;
/** The outer corners of the eyes. */
const rightEye = 33;
const leftEye = 263;

/** The line from hairline to chin leans by this much in faces that look straight ahead: the median of 780 press pictures. */
const levelPitch = 6;

/**
 * Degrees. Positive yaw turns the face to the picture's right, positive pitch down, positive roll tilts it clockwise. Yaw and
 * pitch are those of the face before it was tilted. The mesh flattens faces in profile: a true 90 degrees reads about 45.
 */
export function poseOf(points: readonly Point[], depths: readonly number[]): Pose {
  const roll = Math.atan2(...rise(points, rightEye, leftEye));
  const across = alongside(points, depths, rightCheek, leftCheek, roll);
  const down = alongside(points, depths, forehead, chin, roll + Math.PI / 2);
  return {
    yaw: degrees(Math.atan2(across.away, across.length)),
    pitch: degrees(Math.atan2(down.away, down.length)) - levelPitch,
    roll: degrees(roll),
  };
}

function rise(points: readonly Point[], from: number, to: number): [dy: number, dx: number] {
  const [x1, y1] = points[from] as Point;
  const [x2, y2] = points[to] as Point;
  return [y2 - y1, x2 - x1];
}

/** How far one point is from another along a direction of the picture, and away from the camera. */
function alongside(points: readonly Point[], depths: readonly number[], from: number, to: number, direction: number) {
  const [dy, dx] = rise(points, from, to);
  return {
    length: dx * Math.cos(direction) + dy * Math.sin(direction),
    away: (depths[to] as number) - (depths[from] as number),
  };
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}
