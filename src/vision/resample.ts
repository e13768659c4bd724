/** Showing a model a region of a picture: bilinear sampling through an affine map into a Float32 tensor. */
import type { Affine } from './geometry.ts';
import { halve, type Rgb } from './image.ts';

/** How a model wants its pixels: each channel as (value - mean) * scale. */
export interface Encoding {
  order: 'rgb' | 'bgr';
  /** Of red, green and blue, whatever the order. */
  mean: readonly [red: number, green: number, blue: number];
  scale: number;
}

/** A picture and its halves, each made when first asked for: what is shrunk is sampled from a smaller one, so that no pixel goes unseen. */
export class Pyramid {
  readonly width: number;
  readonly height: number;
  readonly #levels: Rgb[];

  constructor(image: Rgb) {
    this.width = image.width;
    this.height = image.height;
    this.#levels = [image];
  }

  /** The picture halved until a step of `step` whole-picture pixels is less than two of its own, and how often that was. */
  level(step: number): { image: Rgb; halvings: number } {
    let image = this.#levels[0] as Rgb;
    let halvings = 0;
    while (step >= 2 ** (halvings + 1) && Math.min(image.width, image.height) > 1) {
      const half = this.#levels[halvings + 1] ?? halve(image);
      this.#levels[++halvings] = half;
      image = half;
    }
    return { image, halvings };
  }
}

/**
 * Fills `tensor` (size x size x 3, row by row) with what `map` finds in the picture, black outside it. The map goes from the
 * tensor's coordinates to the picture's; in both, the centre of the first pixel is at 0.5, 0.5.
 */
export function sample(pyramid: Pyramid, map: Affine, size: number, encoding: Encoding, tensor: Float32Array): void {
  const { image, halvings } = pyramid.level(Math.hypot(map.xx, map.yx));
  const shrink = 2 ** -halvings;
  // Here a pixel's centre is at a whole number, so that the whole part of a place is the pixel left of and above it.
  const grid: Affine = {
    xx: map.xx * shrink,
    xy: map.xy * shrink,
    x0: ((map.xx + map.xy) / 2 + map.x0) * shrink - 0.5,
    yx: map.yx * shrink,
    yy: map.yy * shrink,
    y0: ((map.yx + map.yy) / 2 + map.y0) * shrink - 0.5,
  };
  const { scale, mean } = encoding;
  const channels = [0, 1, 2].map((from) => ({
    from,
    to: encoding.order === 'rgb' ? from : 2 - from,
    add: -(mean[from] as number) * scale,
  }));
  if (grid.xy === 0 && grid.yx === 0) sampleUpright(image, grid, size, scale, channels as Channels, tensor);
  else sampleTurned(image, grid, size, scale, channels as Channels, tensor);
}

interface Channel {
  /** Its place in the picture's pixels and in the tensor's. */
  from: number;
  to: number;
  /** After scaling. */
  add: number;
}
type Channels = [Channel, Channel, Channel];

/** Rows first, then columns: half the work of sampling every pixel from its four neighbours. */
function sampleUpright(
  image: Rgb,
  grid: Affine,
  size: number,
  scale: number,
  channels: Channels,
  tensor: Float32Array,
): void {
  const { data, width, height, channels: step } = image;
  const columns = axis(grid.xx, grid.x0, size, width);
  const rows = axis(grid.yy, grid.y0, size, height);
  const line = new Float32Array(width);
  for (const { from, to, add } of channels) {
    for (let i = to; i < tensor.length; i += 3) tensor[i] = add;
    for (let row = rows.first; row < rows.end; row++) {
      const v = (rows.weight[row] as number) * scale;
      let above = (rows.lower[row] as number) * width * step + from;
      let below = (rows.upper[row] as number) * width * step + from;
      for (let x = 0; x < width; x++, above += step, below += step) {
        line[x] = (data[above] as number) * (scale - v) + (data[below] as number) * v + add;
      }
      let i = (row * size + columns.first) * 3 + to;
      for (let column = columns.first; column < columns.end; column++, i += 3) {
        const left = line[columns.lower[column] as number] as number;
        const right = line[columns.upper[column] as number] as number;
        tensor[i] = left + (right - left) * (columns.weight[column] as number);
      }
    }
  }
}

/** For each of `size` samples along one axis, the two pixels it lies between and the weight of the upper; `first` to `end` lie in the picture. */
function axis(step: number, start: number, size: number, length: number) {
  const lower = new Int32Array(size);
  const upper = new Int32Array(size);
  const weight = new Float32Array(size);
  let first = size;
  let end = 0;
  for (let i = 0; i < size; i++) {
    const place = start + i * step;
    if (place < -0.5 || place > length - 0.5) continue;
    const within = Math.min(Math.max(place, 0), length - 1);
    lower[i] = Math.floor(within);
    upper[i] = Math.ceil(within);
    weight[i] = within - Math.floor(within);
    first = Math.min(first, i);
    end = i + 1;
  }
  return { lower, upper, weight, first, end };
}

function sampleTurned(
  image: Rgb,
  grid: Affine,
  size: number,
  scale: number,
  channels: Channels,
  tensor: Float32Array,
): void {
  const { data, width, height, channels: step } = image;
  const [red, green, blue] = channels;
  const stride = width * step;
  for (let row = 0, to = 0; row < size; row++) {
    for (let column = 0; column < size; column++, to += 3) {
      const x = grid.xx * column + grid.xy * row + grid.x0;
      const y = grid.yx * column + grid.yy * row + grid.y0;
      if (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5) {
        tensor[to + red.to] = red.add;
        tensor[to + green.to] = green.add;
        tensor[to + blue.to] = blue.add;
        continue;
      }
      const left = x > 0 ? Math.min(x | 0, width - 1) : 0;
      const top = y > 0 ? Math.min(y | 0, height - 1) : 0;
      // On the outermost half pixel there is no neighbour further out: the border repeats.
      const u = x > 0 && left < width - 1 ? x - left : 0;
      const v = y > 0 && top < height - 1 ? y - top : 0;
      const a = top * stride + left * step;
      const b = u > 0 ? a + step : a;
      const c = v > 0 ? a + stride : a;
      const d = b + c - a;
      tensor[to + red.to] = blend(data, a, b, c, d, u, v) * scale + red.add;
      tensor[to + green.to] = blend(data, a + 1, b + 1, c + 1, d + 1, u, v) * scale + green.add;
      tensor[to + blue.to] = blend(data, a + 2, b + 2, c + 2, d + 2, u, v) * scale + blue.add;
    }
  }
}

function blend(data: Uint8Array, a: number, b: number, c: number, d: number, u: number, v: number): number {
  const topLeft = data[a] as number;
  const bottomLeft = data[c] as number;
  const top = topLeft + ((data[b] as number) - topLeft) * u;
  const bottom = bottomLeft + ((data[d] as number) - bottomLeft) * u;
  return top + (bottom - top) * v;
}
