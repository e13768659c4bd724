/** Ninety days of made-up visits, each marked as such, so that the page has something to show within a minute. */
import { type JimpInstance, ResizeStrategy } from 'jimp';
import type { EventStore } from '../../src/store/event-store.ts';
import type { Visit } from '../../src/visits/visit.ts';
import { moments, visitAt } from '../../test/bench/history/household.ts';
import { type Random, seeded } from '../../test/bench/history/random.ts';
import { cut, readTiles } from './tiles.ts';

const dayMs = 86_400_000;
const days = 90;
const frame = { width: 640, height: 360 };

export interface MadeUp {
  store: EventStore;
  /** Milliseconds since the epoch: the newest visit is a little before. */
  now: number;
  /** 1100 where not given: about a dozen a day. */
  visits?: number;
  onVisit?: () => void;
}

export async function seedNinetyDays({ store, now, visits = 1100, onVisit = () => undefined }: MadeUp): Promise<void> {
  const random = seeded(2026);
  const album = await makeAlbum();
  for (const at of moments(random, visits, Math.floor(now / dayMs - days) * dayMs, now - 3_600_000)) {
    if (at > now) break;
    const visit = visitAt(random, at);
    await store.addVisit(madeUp(visit, album, random, now));
    onVisit();
  }
  await store.database.run('UPDATE events SET seen = 1 WHERE recorded_at < ?', [new Date(now - dayMs).toISOString()]);
}

interface Shot {
  jpeg: Buffer;
  /** Of the person or thing, in the frame's pixels. */
  box: readonly [number, number, number, number];
}

interface Album {
  people: Map<string, Shot[]>;
  strangers: Shot[];
  scenes: Shot[];
}

/** Which tiles stand for whom; the first row shows one man, the others are other people. */
const tilesOf: Record<string, number[]> = {
  Ben: [0, 2, 4, 7],
  Anna: [24, 38],
  Chloé: [29, 46],
  Dev: [30, 52],
  Grandma: [35, 62],
};
const strangerTiles = [25, 37, 39, 41, 56, 66, 69, 77, 80, 84, 97];

async function makeAlbum(): Promise<Album> {
  const tiles = await readTiles();
  // Without the figures that are printed on the tiles.
  const shots = (indices: readonly number[]) =>
    Promise.all(indices.map((index) => atTheDoor(cut(tiles[index] as JimpInstance, 14, 17, 78, 72), index)));
  const people = new Map<string, Shot[]>();
  for (const [name, indices] of Object.entries(tilesOf)) people.set(name, await shots(indices));
  return { people, strangers: await shots(strangerTiles), scenes: await scenes(tiles) };
}

async function atTheDoor(tile: JimpInstance, index: number): Promise<Shot> {
  const wall = resized(resized(tile, 6, 4).brightness(0.55) as JimpInstance, frame.width, frame.height);
  const size = 190 + (index % 5) * 16;
  const [x, y] = [150 + ((index * 53) % 200), 40 + ((index * 29) % 60)];
  const jpeg = await wall.composite(resized(tile, size, size), x, y).getBuffer('image/jpeg', { quality: 82 });
  return { jpeg, box: [x, y, x + size, y + size] };
}

/** What a camera sees when no face is there: blurred walls, as no photograph at hand shows a garden. */
function scenes(tiles: readonly JimpInstance[]): Promise<Shot[]> {
  return Promise.all(
    [20, 43, 58, 71, 88, 101].map(async (tile): Promise<Shot> => {
      const wall = resized(resized(tiles[tile] as JimpInstance, 5, 3), frame.width, frame.height);
      return { jpeg: await wall.getBuffer('image/jpeg', { quality: 80 }), box: [200, 150, 420, 320] };
    }),
  );
}

function resized(picture: JimpInstance, w: number, h: number): JimpInstance {
  return picture.clone().resize({ w, h, mode: ResizeStrategy.BILINEAR }) as JimpInstance;
}

function madeUp(visit: Visit, album: Album, random: Random, now: number): Visit {
  const { identity } = visit;
  const own =
    identity.kind === 'person'
      ? album.people.get(identity.name)
      : identity.kind === 'stranger'
        ? album.strangers
        : album.scenes;
  const shot = random.pick(own ?? album.strangers);
  const [x1, y1, x2, y2] = shot.box;
  const label = (index: number) => visit.detections[index]?.label ?? 'person';
  return {
    ...visit,
    sentence: `Made up: ${visit.sentence}`,
    bestFrame: { ...frame, takenAt: Math.min(now, visit.triggeredAt + 700), thumbnail: shot.jpeg },
    detections: visit.detections.map((detection, index) => ({
      ...detection,
      label: label(index),
      box:
        index === 0 ? [Math.max(0, x1 - 30), Math.max(0, y1 - 20), Math.min(640, x2 + 30), 360] : [430, 200, 600, 350],
    })),
    faces: visit.faces.map((face) => ({
      ...face,
      face: { ...face.face, box: [x1 + 35, y1 + 25, x2 - 35, y2 - 20] },
    })),
  };
}
