import { describe, expect, it } from 'vitest';
import type { Box, Detection, Point } from '../../src/vision/analysis.ts';
import { closerLooks, type FoundFace, headRegion, withoutRepeats } from '../../src/vision/face-search.ts';
import { type Affine, applyToBox, contains, iou } from '../../src/vision/geometry.ts';

const nowhere: Point = [0, 0];
const landmarks = {
  rightEye: nowhere,
  leftEye: nowhere,
  nose: nowhere,
  mouth: nowhere,
  rightEar: nowhere,
  leftEar: nowhere,
};
const face = (box: Box, share: number, confidence = 0.8): FoundFace => ({ box, landmarks, confidence, share });
const person = (box: Box, confidence = 0.8): Detection => ({ label: 'person', confidence, box });
const shown = (map: Affine) => applyToBox(map, [0, 0, 256, 256]);

describe('closer looks', () => {
  it('are not needed where the whole picture shows everybody plainly', () => {
    expect(closerLooks([person([100, 50, 300, 480])], [face([160, 80, 240, 160], 0.2)], 256)).toEqual([]);
  });

  it('go to a face that was small in the whole picture, and show it with room around', () => {
    const small: Box = [400, 100, 430, 130];
    const looks = closerLooks([], [face(small, 0.05)], 256);
    expect(looks.length).toBe(1);
    const [x1, y1, x2, y2] = shown(looks[0] as Affine);
    expect([x1, y1, x2, y2]).toEqual([355, 55, 475, 175]);
  });

  it('go to a person without a face, at the head', () => {
    const looks = closerLooks([person([500, 100, 600, 400])], [], 256);
    expect(looks.length).toBe(1);
    const head: Box = [530, 105, 570, 155];
    const region = shown(looks[0] as Affine);
    expect(contains(region, [head[0], head[1]]) && contains(region, [head[2], head[3]])).toBe(true);
    expect(region[3] - region[1]).toBeLessThan(200);
  });

  it('go to the second of two people who share one face between them', () => {
    const two = [person([100, 50, 300, 480]), person([150, 60, 340, 480])];
    expect(closerLooks(two, [face([190, 80, 260, 150], 0.2)], 256).length).toBe(1);
  });

  it('go to a person whose only face in the box is down at the knees', () => {
    expect(closerLooks([person([100, 0, 200, 400])], [face([130, 300, 170, 340], 0.2)], 256).length).toBe(1);
  });

  it('pass over unsure people, and things that are not people', () => {
    const objects = [person([0, 0, 100, 300], 0.1), { ...person([0, 0, 100, 300]), label: 'dog' }];
    expect(closerLooks(objects, [], 256)).toEqual([]);
  });

  it('go to the larger first', () => {
    const looks = closerLooks([person([0, 0, 50, 100]), person([200, 0, 400, 400])], [], 256);
    expect(looks.map((map) => shown(map)[0])).toEqual([headBox([200, 0, 400, 400])[0], headBox([0, 0, 50, 100])[0]]);
  });
});

const headBox = (box: Box) => shown(headRegion(box, 256));

describe('the same face found by two looks', () => {
  it('is kept once, as the closer look saw it', () => {
    const coarse = face([400, 100, 436, 136], 0.05, 0.9);
    const fine = face([403, 102, 433, 132], 0.25, 0.88);
    const kept = withoutRepeats([coarse, fine]);
    expect(kept).toEqual([fine]);
  });

  it('is kept once even where one box is much larger and lies around the other', () => {
    expect(withoutRepeats([face([0, 0, 100, 100], 0.3, 0.9), face([30, 30, 70, 70], 0.3, 0.5)]).length).toBe(1);
  });

  it('does not swallow the face beside it', () => {
    const [left, right] = [face([0, 0, 50, 50], 0.2), face([45, 0, 95, 50], 0.2)];
    expect(iou(left.box, right.box)).toBeGreaterThan(0);
    expect(withoutRepeats([left, right]).length).toBe(2);
  });

  it('leaves the surest first', () => {
    const kept = withoutRepeats([face([0, 0, 50, 50], 0.3, 0.6), face([100, 0, 150, 50], 0.1, 0.9)]);
    expect(kept.map(({ confidence }) => confidence)).toEqual([0.9, 0.6]);
  });
});
