import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../../src/vision/analysis.ts';
import { poseOf } from '../../src/vision/pose.ts';

type Vector = readonly [x: number, y: number, z: number];

/** The points of the mesh that say which way a head looks: x to the picture's right, y down, z away from the camera. */
const head: Readonly<Record<number, Vector>> = {
  // A face that looks straight ahead slopes back from chin to hairline by six degrees.
  10: [0, -90 * Math.cos(Math.PI / 30), -90 * Math.sin(Math.PI / 30)],
  152: [0, 90 * Math.cos(Math.PI / 30), 90 * Math.sin(Math.PI / 30)],
  234: [-70, 0, 60],
  454: [70, 0, 60],
  33: [-45, -30, 10],
  263: [45, -30, 10],
};

const radians = (degrees: number) => (degrees * Math.PI) / 180;

function turn([x, y, z]: Vector, yaw: number, pitch: number, roll: number): Vector {
  // Nodding first, then turning the head, then tilting what the camera sees.
  const [sinP, cosP] = [Math.sin(radians(pitch)), Math.cos(radians(pitch))];
  const [y1, z1] = [y * cosP - z * sinP, y * sinP + z * cosP];
  const [sinY, cosY] = [Math.sin(radians(yaw)), Math.cos(radians(yaw))];
  const [x2, z2] = [x * cosY - z1 * sinY, x * sinY + z1 * cosY];
  const [sinR, cosR] = [Math.sin(radians(roll)), Math.cos(radians(roll))];
  return [x2 * cosR - y1 * sinR, x2 * sinR + y1 * cosR, z2];
}

function posed(yaw: number, pitch: number, roll: number, scale = 1, centre: Point = [300, 200]) {
  const points: Point[] = Array.from({ length: 468 }, () => centre);
  const depths: number[] = Array.from({ length: 468 }, () => 0);
  for (const [index, vector] of Object.entries(head)) {
    const [x, y, z] = turn(vector, yaw, pitch, roll);
    points[Number(index)] = [centre[0] + x * scale, centre[1] + y * scale];
    depths[Number(index)] = z * scale;
  }
  return poseOf(points, depths);
}

const angle = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });

describe('the pose of a face', () => {
  it('is nought all round when it looks straight into the camera, wherever it is and however large', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 9, noNaN: true }), fc.tuple(angle(900), angle(900)), (scale, centre) => {
        const { yaw, pitch, roll } = posed(0, 0, 0, scale, centre);
        for (const value of [yaw, pitch, roll]) expect(value).toBeCloseTo(0, 6);
      }),
    );
  });

  it('has a positive yaw when it turns to the right of the picture', () => {
    // Turned that way, the cheek on the picture's right is the further one.
    expect(posed(30, 0, 0).yaw).toBeCloseTo(30, 6);
    expect(posed(-30, 0, 0).yaw).toBeCloseTo(-30, 6);
  });

  it('has a positive pitch when it looks down', () => {
    expect(posed(0, 20, 0).pitch).toBeCloseTo(20, 6);
    expect(posed(0, -20, 0).pitch).toBeCloseTo(-20, 6);
  });

  it('has a positive roll when it tilts clockwise', () => {
    expect(posed(0, 0, 25).roll).toBeCloseTo(25, 6);
  });

  it('turned and tilted at once reads the same yaw as upright', () => {
    fc.assert(
      fc.property(angle(60), angle(80), (yaw, roll) => {
        const pose = posed(yaw, 0, roll);
        expect(pose.yaw).toBeCloseTo(yaw, 6);
        expect(pose.roll).toBeCloseTo(roll, 6);
      }),
    );
  });

  it('nodding and tilted at once reads the same pitch as upright', () => {
    fc.assert(
      fc.property(angle(40), angle(80), (pitch, roll) => {
        const pose = posed(0, pitch, roll);
        expect(pose.pitch).toBeCloseTo(pitch, 6);
        expect(pose.roll).toBeCloseTo(roll, 6);
      }),
    );
  });
});
