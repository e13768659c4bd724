/** Drawing with jimp: boxes round what was seen, and the week as a heatmap. Slow: only ever called in a worker thread. */
import { Jimp, JimpMime, loadFont } from 'jimp';
import { SANS_12_BLACK, SANS_16_BLACK } from 'jimp/fonts';
import { weekdays } from '../policy/home-time.ts';
import type { BoxedPicture, LabelledBox } from './picture.ts';

type Colour = readonly [red: number, green: number, blue: number];
type Image = ReturnType<typeof blank>;
type Font = Awaited<ReturnType<typeof loadFont>>;

const quality = 85;

/** Loading a font takes longer than drawing with it. */
const fonts = new Map<string, Promise<Font>>();

function fontFrom(path: string): Promise<Font> {
  const font = fonts.get(path) ?? loadFont(path);
  fonts.set(path, font);
  return font;
}

const white: Colour = [255, 255, 255];
/** Told apart by brightness as well as by hue. */
const tones: Readonly<Record<LabelledBox['tone'], Colour>> = {
  known: [86, 214, 120],
  stranger: [255, 176, 46],
  thing: [214, 228, 240],
};

/** Larger pictures are refused before they are decoded. */
const decoderLimits = { maxResolutionInMP: 25, maxMemoryUsageInMB: 400 };

/** A JPEG of the picture with its boxes and labels. Rejects for what is no JPEG. */
export async function drawBoxes({ jpeg, width, height, boxes }: BoxedPicture): Promise<Uint8Array> {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const image = (await Jimp.fromBuffer(bytes, { [JimpMime.jpeg]: decoderLimits })) as Image;
  const font = await fontFrom(SANS_16_BLACK);
  const [scaleX, scaleY] = [image.bitmap.width / width, image.bitmap.height / height];
  for (const { box, label, tone } of boxes) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = box;
    if (![x1, y1, x2, y2].every(Number.isFinite)) continue;
    const frame = { x1: x1 * scaleX, y1: y1 * scaleY, x2: x2 * scaleX, y2: y2 * scaleY };
    outline(image, frame, tones[tone]);
    tag(image, font, frame, printable(font, label), tones[tone]);
  }
  return image.getBuffer(JimpMime.jpeg, { quality });
}

interface Frame {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

/** A coloured line between two dark ones, to be seen on any background. */
function outline(image: Image, { x1, y1, x2, y2 }: Frame, colour: Colour): void {
  const line = Math.max(2, Math.round(image.bitmap.width / 320));
  const ring = (inset: number, thickness: number, paint: Colour, opacity: number) => {
    const [left, top, right, bottom] = [x1 + inset, y1 + inset, x2 - inset, y2 - inset];
    fill(image, left, top, right - left, thickness, paint, opacity);
    fill(image, left, bottom - thickness, right - left, thickness, paint, opacity);
    fill(image, left, top + thickness, thickness, bottom - top - 2 * thickness, paint, opacity);
    fill(image, right - thickness, top + thickness, thickness, bottom - top - 2 * thickness, paint, opacity);
  };
  ring(-1, 1, [0, 0, 0], 0.5);
  ring(line, 1, [0, 0, 0], 0.5);
  ring(0, line, colour, 1);
}

/** The label on a plate above the box; inside it where there is no room above. */
function tag(image: Image, font: Font, { x1, y1 }: Frame, label: string, colour: Colour): void {
  if (label === '') return;
  const [width, height] = [textWidth(font, label) + 8, 20];
  const left = clamp(x1, 0, image.bitmap.width - width);
  const top = y1 >= height ? y1 - height : y1;
  fill(image, left, top, width, height, colour, 0.9);
  image.print({ font, x: Math.round(left) + 4, y: Math.round(top) + 1, text: label });
}

const cell = { width: 30, height: 30, gap: 2 };
const margin = { left: 100, top: 56, right: 20, bottom: 20 };

/** The darker, the more visits; hours without any are plain grey. */
const scale: readonly Colour[] = [
  [255, 237, 199],
  [253, 190, 107],
  [240, 112, 62],
  [176, 34, 66],
  [84, 12, 76],
];
const none: Colour = [238, 240, 243];

/** A JPEG of visits by weekday (rows, Monday first) and hour (24 columns), with its axes and each day's sum. */
export async function drawHeatmap(hours: readonly (readonly number[])[]): Promise<Uint8Array> {
  const sums = margin.right + 40;
  const image = blank(margin.left + 24 * cell.width + sums, margin.top + 7 * cell.height + margin.bottom);
  const [large, small] = [await fontFrom(SANS_16_BLACK), await fontFrom(SANS_12_BLACK)];
  const most = Math.max(1, ...hours.flat());
  const say = (font: Font, x: number, y: number, text: string) => image.print({ font, x, y, text });
  say(large, margin.left, 8, 'Visits by weekday and hour');
  for (let hour = 0; hour < 24; hour += 3) {
    say(small, margin.left + hour * cell.width + 2, margin.top - 18, `${String(hour).padStart(2, '0')}:00`);
  }
  weekdays.forEach((name, day) => {
    const top = margin.top + day * cell.height;
    const row = hours[day] ?? [];
    say(small, 12, top + 8, name);
    for (let hour = 0; hour < 24; hour++) {
      const count = row[hour] ?? 0;
      const left = margin.left + hour * cell.width;
      fill(image, left, top, cell.width - cell.gap, cell.height - cell.gap, shade(count, most), 1);
    }
    say(small, margin.left + 24 * cell.width + 10, top + 8, String(row.reduce((sum, count) => sum + count, 0)));
  });
  return image.getBuffer(JimpMime.jpeg, { quality });
}

function shade(count: number, most: number): Colour {
  if (count <= 0) return none;
  // A single visit gets the lightest shade and the busiest hour the darkest, however many visits that is.
  const place = most === 1 ? 0.5 : (count - 1) / (most - 1);
  const step = place * (scale.length - 1);
  const [low, high] = [scale[Math.floor(step)] ?? none, scale[Math.ceil(step)] ?? none];
  const share = step - Math.floor(step);
  const mix = (a: number, b: number) => Math.round(a + (b - a) * share);
  return [mix(low[0], high[0]), mix(low[1], high[1]), mix(low[2], high[2])];
}

function blank(width: number, height: number) {
  const image = new Jimp({ width, height });
  fill(image as Image, 0, 0, width, height, white, 1);
  return image;
}

/** Paints a rectangle, cut off at the picture's edges. */
function fill(image: Image, x: number, y: number, w: number, h: number, colour: Colour, opacity: number): void {
  const { data, width, height } = image.bitmap;
  const [left, right] = [clamp(Math.round(x), 0, width), clamp(Math.round(x + w), 0, width)];
  const [top, bottom] = [clamp(Math.round(y), 0, height), clamp(Math.round(y + h), 0, height)];
  for (let row = top; row < bottom; row++) {
    for (let at = (row * width + left) * 4; at < (row * width + right) * 4; at += 4) {
      for (let channel = 0; channel < 3; channel++) {
        const under = data[at + channel] as number;
        data[at + channel] = Math.round(under + ((colour[channel] as number) - under) * opacity);
      }
      data[at + 3] = 255;
    }
  }
}

/** What the bitmap font can write of a label, without accents where it has none; the caption has it in full. */
function printable(font: Font, label: string): string {
  const written = [...label.normalize('NFC')].map((letter) => {
    if (font.chars[letter]) return letter;
    const plain = letter.normalize('NFKD')[0] ?? '';
    return font.chars[plain] ? plain : '';
  });
  return written.join('').trim().slice(0, 24);
}

function textWidth(font: Font, text: string): number {
  let width = 0;
  for (const letter of text) width += font.chars[letter]?.xadvance ?? 0;
  return width;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}
