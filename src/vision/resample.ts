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
  if (grid.xy === 0 && grid.yx === 0) sampleUpright(image, grid, size, tensor);
  else sampleTurned(image, grid, size, tensor);
  encode(tensor, encoding);
}

/** Most pictures are shown upright: then the neighbours and weights of a column are the same in every row. */
function sampleUpright(image: Rgb, grid: Affine, size: number, tensor: Float32Array): void {
  const { data, width, height, channels } = image;
  const columns = axis(grid.xx, grid.x0, size, width, channels);
  const rows = axis(grid.yy, grid.y0, size, height, width * channels);
  tensor.fill(0);
  for (let row = rows.first; row < rows.end; row++) {
    const above = rows.lower[row] as number;
    const below = rows.upper[row] as number;
    const v = rows.weight[row] as number;
    let to = (row * size + columns.first) * 3;
    for (let column = columns.first; column < columns.end; column++, to += 3) {
      const left = columns.lower[column] as number;
      const right = columns.upper[column] as number;
      blend(
        data,
        above + left,
        above + right,
        below + left,
        below + right,
        columns.weight[column] as number,
        v,
        tensor,
        to,
      );
    }
  }
}

/**
 * For each of `size` samples along one axis, where the two pixels it lies between begin, `stride` bytes each, and the weight of
 * the upper one. The samples from `first` to before `end` lie in the picture.
 */
function axis(step: number, start: number, size: number, length: number, stride: number) {
  const lower = new Int32Array(size);
  const upper = new Int32Array(size);
  const weight = new Float64Array(size);
  let first = size;
  let end = 0;
  for (let i = 0; i < size; i++) {
    const place = start + i * step;
    if (place < -0.5 || place > length - 0.5) continue;
    const within = Math.min(Math.max(place, 0), length - 1);
    lower[i] = Math.floor(within) * stride;
    upper[i] = Math.ceil(within) * stride;
    weight[i] = within - Math.floor(within);
    first = Math.min(first, i);
    end = i + 1;
  }
  return { lower, upper, weight, first, end };
}

function sampleTurned(image: Rgb, grid: Affine, size: number, tensor: Float32Array): void {
  const { data, width, height, channels } = image;
  const stride = width * channels;
  tensor.fill(0);
  for (let row = 0, to = 0; row < size; row++) {
    for (let column = 0; column < size; column++, to += 3) {
      const x = grid.xx * column + grid.xy * row + grid.x0;
      const y = grid.yx * column + grid.yy * row + grid.y0;
      if (x < -0.5 || y < -0.5 || x > width - 0.5 || y > height - 0.5) continue;
      const left = x > 0 ? Math.min(x | 0, width - 1) : 0;
      const top = y > 0 ? Math.min(y | 0, height - 1) : 0;
      // On the outermost half pixel there is no neighbour further out: the border repeats.
      const u = x > 0 && left < width - 1 ? x - left : 0;
      const v = y > 0 && top < height - 1 ? y - top : 0;
      const a = top * stride + left * channels;
      const b = u > 0 ? a + channels : a;
      const c = v > 0 ? a + stride : a;
      blend(data, a, b, c, b + c - a, u, v, tensor, to);
    }
  }
}

/** Writes the mix of four pixels, which begin at a (top left), b, c and d, by their weights to the right and down. */
function blend(
  data: Uint8Array,
  a: number,
  b: number,
  c: number,
  d: number,
  u: number,
  v: number,
  tensor: Float32Array,
  to: number,
): void {
  for (let channel = 0; channel < 3; channel++) {
    const topLeft = data[a + channel] as number;
    const bottomLeft = data[c + channel] as number;
    const top = topLeft + ((data[b + channel] as number) - topLeft) * u;
    const bottom = bottomLeft + ((data[d + channel] as number) - bottomLeft) * u;
    tensor[to + channel] = top + (bottom - top) * v;
  }
}

/** From red, green, blue, 0 to 255, to what the model wants. */
function encode(tensor: Float32Array, { order, mean, scale }: Encoding): void {
  const [meanRed, meanGreen, meanBlue] = mean;
  if (order === 'rgb' && scale === 1 && meanRed === 0 && meanGreen === 0 && meanBlue === 0) return;
  const toRed = order === 'rgb' ? 0 : 2;
  const toBlue = 2 - toRed;
  for (let i = 0; i < tensor.length; i += 3) {
    const red = tensor[i] as number;
    const green = tensor[i + 1] as number;
    const blue = tensor[i + 2] as number;
    tensor[i + toRed] = (red - meanRed) * scale;
    tensor[i + 1] = (green - meanGreen) * scale;
    tensor[i + toBlue] = (blue - meanBlue) * scale;
  }
}
