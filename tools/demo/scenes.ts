/** The demo's visits: what cameras would have sent, made from the photographs in the npm package `@vladmandic/human`. */
import { type JimpInstance, ResizeStrategy } from 'jimp';
import { doors, type Scene, type Story, threeOf } from './story.ts';
import { cut, readAsset, readTiles } from './tiles.ts';

export const garden = 'Garden';

const person = 'Vladimir';

/** Tiles the person is enrolled from, and those of each of his visits: no picture is in both. */
const enrolledTiles = [0, 1, 3, 6, 11];
const knownVisits = [
  [2, 4, 5],
  [7, 8, 10],
  [12, 13, 15],
  [17, 2, 8],
  [5, 12, 15],
  [10, 4, 17],
];

/** Tiles of other people. */
const strangerTiles = [24, 25, 29, 30, 35, 37, 38, 39, 41, 46, 52, 56, 62, 66, 69, 77, 80, 84, 97];

/** Frames of 640 by 360, as doorbells send them. */
const frame = { width: 640, height: 360, face: 250 };

/** `visits` is how many to the doors, the first two of them somebody known and a stranger: pictures take time to make. */
export async function humanStory(visits = Number.POSITIVE_INFINITY): Promise<Story> {
  const tiles = await readTiles();
  const photographs = (indices: readonly number[]) => indices.map((index) => tiles[index] as JimpInstance);
  const scenes: Scene[] = [];
  for (const [visit, { expected, shown }] of interleaved().slice(0, visits).entries()) {
    const camera = doors[visit % doors.length] as string;
    const seen = await Promise.all(photographs(shown).map(atTheDoor));
    scenes.push({ camera, expected, pictures: threeOf(seen) });
  }
  const enrolled = await Promise.all(photographs(enrolledTiles).map((tile) => jpeg(enlarged(tile))));
  return { enrolled: [{ name: person, pictures: enrolled }], scenes: [...scenes, ...(await gardenScenes())] };
}

/** A few strangers after each visit of the enrolled person. */
function interleaved(): { expected: string | null; shown: number[] }[] {
  const each = Math.ceil(strangerTiles.length / knownVisits.length);
  return knownVisits.flatMap((shown, index) => [
    { expected: person, shown },
    ...strangerTiles
      .slice(index * each, (index + 1) * each)
      .map((tile) => ({ expected: null, shown: [tile, tile, tile] })),
  ]);
}

/** The photograph before a wall in its own colours, a little further along in each frame, as people walk up to a door. */
async function atTheDoor(photograph: JimpInstance, step: number): Promise<Buffer> {
  const wall = resized(resized(photograph, 6, 4).brightness(0.5) as JimpInstance, frame.width, frame.height);
  const size = frame.face + 10 * step;
  return jpeg(wall.composite(resized(photograph, size, size), 180 + 12 * step, 60 - 4 * step) as JimpInstance);
}

/** Real scenes: a party, and from the strip above it the enrolled person at a table, and another party. */
async function gardenScenes(): Promise<Scene[]> {
  const samples = await readAsset('samples.jpg');
  const shown = [
    { expected: null, picture: cut(samples, 0, 198, 1280, 720) },
    { expected: person, picture: cut(samples, 325, 0, 212, 158) },
    { expected: null, picture: cut(samples, 912, 0, 210, 158) },
  ];
  return Promise.all(
    shown.map(async ({ expected, picture }) => ({
      camera: garden,
      expected,
      pictures: [await jpeg(enlarged(picture))],
    })),
  );
}

/** At least 320 pixels each way. */
function enlarged(picture: JimpInstance): JimpInstance {
  const factor = Math.max(1, 320 / Math.min(picture.width, picture.height));
  return resized(picture, Math.round(picture.width * factor), Math.round(picture.height * factor));
}

function resized(picture: JimpInstance, w: number, h: number): JimpInstance {
  return picture.clone().resize({ w, h, mode: ResizeStrategy.BILINEAR }) as JimpInstance;
}

async function jpeg(picture: JimpInstance): Promise<Buffer> {
  return picture.getBuffer('image/jpeg', { quality: 92 });
}
