// Real photographs: those inside @vladmandic/human, and where present those of ../shared/data.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Jimp, JimpMime } from 'jimp';
import type { Picture } from '../../src/vision/analysis.ts';

const root = join(import.meta.dirname, '../..');
const assets = join(root, 'node_modules/@vladmandic/human/assets');

export const sharedData = join(root, '../shared/data');
export const hasSharedData = existsSync(sharedData);

/** For the titles of tests that need it. */
export const withoutSharedData = hasSharedData ? '' : ' (skipped: ../shared/data is missing)';

interface Area {
  x: number;
  y: number;
  w: number;
  h: number;
}

const images = new Map<string, ReturnType<typeof Jimp.read>>();

function image(name: string) {
  const known = images.get(name) ?? Jimp.read(join(assets, name));
  images.set(name, known);
  return known;
}

/** A part of one of the pictures, `scale` times as large, in a black frame of `frame` pixels where given. */
async function cut(name: string, area: Area, scale: number, frame?: { w: number; h: number }): Promise<Picture> {
  let part = (await image(name)).clone().crop(area);
  if (scale !== 1) part = part.resize({ w: Math.round(area.w * scale), h: Math.round(area.h * scale) });
  if (frame) {
    const whole = new Jimp({ width: frame.w, height: frame.h, color: 0x000000ff });
    part = whole.composite(
      part,
      (frame.w - part.bitmap.width) >> 1,
      (frame.h - part.bitmap.height) >> 1,
    ) as typeof part;
  }
  const { data, width, height } = part.bitmap;
  return { kind: 'rgb', bytes: Uint8Array.from(data.filter((_, i) => i % 4 !== 3)), width, height };
}

const rows = [283, 396, 508, 620, 733, 845];
const columns = 18;

/** A tile of the grid of faces, 106 pixels square; the first eighteen show one man. */
export function tile(index: number, frame?: { w: number; h: number }): Promise<Picture> {
  const y = rows[Math.floor(index / columns)] ?? 0;
  const x = Math.round(((index % columns) * 1920) / columns);
  return cut('screenshot-facematch.jpg', { x, y, w: 106, h: 106 }, 1, frame);
}

/** Left and right of the scenes in the strip of samples.jpg. */
const scenes = [
  [0, 158],
  [166, 316],
  [327, 537],
  [546, 633],
  [643, 789],
  [798, 902],
  [913, 1122],
  [1132, 1272],
] as const;
export const sceneCount = scenes.length;

/** A scene of the strip, centred in a 640 x 640 square so that squashing and letterboxing are the same. */
export function scene(index: number): Promise<Picture> {
  const [left, right] = scenes[index] ?? [0, 1];
  const area = { x: left, y: 1, w: right - left, h: 155 };
  return cut('samples.jpg', area, Math.min(600 / area.w, 600 / area.h), { w: 640, h: 640 });
}

/** As a camera would send it. */
export async function asJpeg(picture: Picture, quality = 90): Promise<Uint8Array> {
  if (picture.kind === 'encoded') return picture.bytes;
  const { bytes, width, height } = picture;
  const data = Buffer.alloc(width * height * 4, 255);
  for (let i = 0; i < width * height; i++) data.set(bytes.subarray(i * 3, i * 3 + 3), i * 4);
  return new Jimp({ data, width, height }).getBuffer(JimpMime.jpeg, { quality });
}

export async function sharedPicture(...path: string[]): Promise<Picture> {
  return { kind: 'encoded', bytes: await readFile(join(sharedData, ...path)) };
}
