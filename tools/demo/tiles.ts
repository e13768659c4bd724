/**
 * The people of the demo: the tiles of a screenshot that the npm package `@vladmandic/human` ships, a grid of 18 by 6
 * faces, sorted by likeness to one man, who fills the first row and is our enrolled person.
 */
import { join } from 'node:path';
import { Jimp, ResizeStrategy } from 'jimp';

export const humanAssets = join(import.meta.dirname, '..', '..', 'node_modules', '@vladmandic', 'human', 'assets');

const grid = { columns: 18, rows: 6, left: 0, top: 282.5, step: { x: 106.67, y: 112.4 }, size: 106 };

/** A captioned strip at the top and bottom of each tile. */
const caption = 12;

export type Image = Awaited<ReturnType<typeof Jimp.read>>;

export async function readTiles(): Promise<Image[]> {
  const sheet = await Jimp.read(join(humanAssets, 'screenshot-facematch.jpg'));
  return Array.from({ length: grid.columns * grid.rows }, (_, index) => {
    const [column, row] = [index % grid.columns, Math.floor(index / grid.columns)];
    const [x, y] = [grid.left + column * grid.step.x, grid.top + row * grid.step.y];
    return sheet.clone().crop({ x: Math.round(x), y: Math.round(y), w: grid.size, h: grid.size });
  });
}
