/** CenterNet (MobileNetV3, 512 pixels): what is in a picture, as COCO classes and boxes. */
import type { Box, Detection } from './analysis.ts';
import { cocoLabels } from './coco.ts';
import { type Affine, applyToBox, area, clip, iou, letterbox, suppress } from './geometry.ts';
import type { Model } from './models.ts';
import { type Encoding, type Pyramid, sample } from './resample.ts';

const encoding: Encoding = { order: 'rgb', mean: [0, 0, 0], scale: 1 };
/** x1, y1, x2, y2 in pixels of the letterboxed square, score, class. */
const valuesEach = 6;
/** Of one class, boxes that overlap by more than this are one object. */
const sameObjectIou = 0.5;

/** The objects of a picture, the surest first. Boxes are in pixels of the picture and inside it. */
export async function detectObjects(centernet: Model, pyramid: Pyramid, minConfidence: number): Promise<Detection[]> {
  const map = letterbox(pyramid.width, pyramid.height, centernet.size);
  sample(pyramid, map, centernet.size, encoding, centernet.pixels);
  const output = await centernet.run();
  return decodeObjects(output('tower_0/detections'), map, pyramid.width, pyramid.height, minConfidence);
}

/** From the model's output to objects of a `width` x `height` picture; `map` goes from the model's square to the picture. */
export function decodeObjects(
  values: Float32Array,
  map: Affine,
  width: number,
  height: number,
  minConfidence: number,
): Detection[] {
  const candidates: Detection[] = [];
  for (let i = 0; i + valuesEach <= values.length; i += valuesEach) {
    const [x1, y1, x2, y2, confidence, classNumber] = values.subarray(i, i + valuesEach) as unknown as [
      ...Box,
      number,
      number,
    ];
    const label = cocoLabels[classNumber];
    if (label === undefined || !(confidence >= minConfidence)) continue;
    const box = clip(applyToBox(map, [x1, y1, x2, y2]), width, height);
    if (area(box) > 0) candidates.push({ label, confidence, box });
  }
  return suppress(candidates, (kept, one) => kept.label === one.label && iou(kept.box, one.box) > sameObjectIou);
}
