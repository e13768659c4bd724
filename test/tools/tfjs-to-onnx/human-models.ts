// The six models as they lie in @vladmandic/human, and pictures to show them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Jimp } from 'jimp';
import { fromHalves, toHalves } from '../../../tools/tfjs-to-onnx/half.ts';
import type { TinyModel } from './tiny-model.ts';

const human = join(import.meta.dirname, '../../../node_modules/@vladmandic/human');

export async function humanModel(name: string): Promise<TinyModel> {
  const json = JSON.parse(await readFile(join(human, 'models', `${name}.json`), 'utf8'));
  return { json, weights: await readFile(join(human, 'models', `${name}.bin`)) };
}

/** The weight file with one float16 weight multiplied. */
export function scaleWeight({ json, weights }: TinyModel, name: string, factor: number): Uint8Array {
  const specs = json.weightsManifest[0].weights;
  const bytesOf = ({ shape, quantization }: (typeof specs)[number]): number =>
    shape.reduce((size, dim) => size * dim, quantization ? 2 : 4);
  const at = specs.findIndex((spec) => spec.name === name);
  const start = specs.slice(0, at).reduce((sum, spec) => sum + bytesOf(spec), 0);
  const end = start + specs.slice(at, at + 1).reduce((sum, spec) => sum + bytesOf(spec), 0);
  const scaled = new Uint8Array(weights);
  const halves = new Uint16Array(scaled.slice(start, end).buffer);
  scaled.set(new Uint8Array(toHalves(fromHalves(halves).map((number) => number * factor)).buffer), start);
  return scaled;
}

export interface Tile {
  x: number;
  y: number;
  w: number;
  h: number;
}

let samples: ReturnType<typeof Jimp.read> | undefined;

/** RGB, 0 to 255, of a tile of Human's sample picture, resized to a square. */
export async function pixels(tile: Tile, size: number): Promise<Float32Array> {
  samples ??= Jimp.read(join(human, 'assets/samples.jpg'));
  const { data } = (await samples).clone().crop(tile).resize({ w: size, h: size }).bitmap;
  return Float32Array.from({ length: size * size * 3 }, (_, at) => data[Math.floor(at / 3) * 4 + (at % 3)] ?? 0);
}
