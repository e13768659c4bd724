/**
 * The people of the demo: the tiles of a screenshot that the npm package `@vladmandic/human` ships, a grid of 18 by 6
 * faces, sorted by likeness to one man, who fills the first row and is our enrolled person.
 */
import { join } from 'node:path';
import { Jimp, type JimpInstance } from 'jimp';

export const humanAssets = join(import.meta.dirname, '..', '..', 'node_modules', '@vladmandic', 'human', 'assets');

const grid = { columns: 18, rows: 6, top: 282.5, step: { x: 106.67, y: 112.4 }, size: 106 };

export async function readAsset(name: string): Promise<JimpInstance> {
  return (await Jimp.read(join(humanAssets, name))) as JimpInstance;
}

/** A rectangle of a picture, in pixels, as a picture of its own. */
export function cut(picture: JimpInstance, x: number, y: number, w: number, h: number): JimpInstance {
  return picture.clone().crop({ x, y, w, h }) as JimpInstance;
}

/** Row by row from the top left. */
export async function readTiles(): Promise<JimpInstance[]> {
  const sheet = await readAsset('screenshot-facematch.jpg');
  return Array.from({ length: grid.columns * grid.rows }, (_, index) => {
    const [column, row] = [index % grid.columns, Math.floor(index / grid.columns)];
    return cut(sheet, Math.round(column * grid.step.x), Math.round(grid.top + row * grid.step.y), grid.size, grid.size);
  });
}
