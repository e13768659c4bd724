import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cocoLabels } from '../../src/vision/coco.ts';
import { decodeObjects } from '../../src/vision/detector.ts';
import { area, iou, letterbox } from '../../src/vision/geometry.ts';

/** What the model would say: its 100 rows, the rest of them empty. */
function output(rows: readonly (readonly number[])[]): Float32Array {
  const values = new Float32Array(600);
  for (const [i, row] of rows.entries()) values.set(row, i * 6);
  return values;
}

const decode = (rows: readonly (readonly number[])[], width: number, height: number, minConfidence = 0.3) =>
  decodeObjects(output(rows), letterbox(width, height, 512), width, height, minConfidence);

it('there are 80 different labels, from person to toothbrush', () => {
  expect(new Set(cocoLabels).size).toBe(80);
  expect([cocoLabels[0], cocoLabels[15], cocoLabels[79]]).toEqual(['person', 'cat', 'toothbrush']);
});

describe('objects', () => {
  it('of a letterboxed picture have their boxes where they are in the picture', () => {
    const [object] = decode([[51.2, 112 + 51.2, 256, 400, 0.9, 2]], 1280, 720);
    expect(object?.label).toBe('car');
    [128, 128, 640, 720].forEach((expected, i) => {
      expect(object?.box[i]).toBeCloseTo(expected, 3);
    });
  });

  const coordinate = fc.double({ min: -50, max: 560, noNaN: true });
  const row = fc.tuple(
    coordinate,
    coordinate,
    coordinate,
    coordinate,
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 3 }),
  );

  it('are inside the picture, sure enough, the surest first, and none is there twice', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 100 }),
        fc.constantFrom(64, 640, 1920),
        fc.constantFrom(48, 360),
        (rows, width, height) => {
          const objects = decode(rows, width, height);
          objects.forEach(({ label, confidence, box }, i) => {
            expect(Math.min(...box)).toBeGreaterThanOrEqual(0);
            expect(box[2]).toBeLessThanOrEqual(width);
            expect(box[3]).toBeLessThanOrEqual(height);
            expect(area(box)).toBeGreaterThan(0);
            expect(confidence).toBeGreaterThanOrEqual(0.3);
            for (const later of objects.slice(i + 1)) {
              expect(later.confidence).toBeLessThanOrEqual(confidence);
              if (later.label === label) expect(iou(box, later.box)).toBeLessThanOrEqual(0.5);
            }
          });
        },
      ),
    );
  });

  it('of two classes may fill the same box', () => {
    const box = [100, 100, 300, 300];
    expect(
      decode(
        [
          [...box, 0.9, 0],
          [...box, 0.8, 56],
          [...box, 0.7, 0],
        ],
        512,
        512,
      ).map(({ label }) => label),
    ).toEqual(['person', 'chair']);
  });

  it('of a class the model does not have, or of no number, are left out', () => {
    expect(
      decode(
        [
          [0, 0, 50, 50, 0.9, 80],
          [0, 0, 50, 50, 0.9, Number.NaN],
          [0, 0, 50, 50, Number.NaN, 0],
        ],
        512,
        512,
      ),
    ).toEqual([]);
  });
});
