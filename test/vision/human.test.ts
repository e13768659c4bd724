import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Analysis, Box, Picture } from '../../src/vision/analysis.ts';
import { iou } from '../../src/vision/geometry.ts';
import { decode } from '../../src/vision/image.ts';
import { Vision } from '../../src/vision/vision.ts';
import { Human, type Seen } from './human.ts';
import { hasSharedData, scene, sceneCount, sharedData, sharedPicture, tile, withoutSharedData } from './pictures.ts';

/** What is merely suspected: on either side, the other's sure finds must at least be among these. */
const suspected = 0.2;
const sure = 0.45;

/** Human takes a second or so for each picture on a machine with other things to do. */
const patience = 300_000;

let human: Human;
let vision: Vision;

beforeAll(async () => {
  human = await Human.load(suspected);
  vision = await Vision.load();
});
afterAll(() => vision.close());

interface Find {
  label: string;
  confidence: number;
  box: Box;
}

const facesOf = ({ faces }: Analysis | Seen): Find[] =>
  faces.map(({ confidence, box }) => ({ label: 'face', confidence, box }));
const objectsOf = ({ objects }: Analysis | Seen): Find[] => objects;

/** The sure finds of one that the other does not have. */
function missed(by: readonly Find[], of: readonly Find[], overlap = 0.5): Find[] {
  return of.filter(
    (one) => one.confidence >= sure && !by.some(({ label, box }) => label === one.label && iou(box, one.box) > overlap),
  );
}

interface Both {
  name: string;
  ours: Analysis;
  theirs: Seen;
}

/** Both of a series of square pictures, of which Human's squashing and our letterboxing make the same. */
async function lookAt(pictures: AsyncIterable<[name: string, picture: Picture]>): Promise<Both[]> {
  const seen: Both[] = [];
  for await (const [name, picture] of pictures) {
    const ours = await vision.analyze(picture, { minConfidence: suspected });
    seen.push({ name, ours, theirs: await human.look(picture) });
  }
  return seen;
}

const named = (seen: readonly Both[], misses: (both: Both) => Find[]) =>
  seen.flatMap((both) =>
    misses(both).map(
      ({ label, confidence, box }) => `${both.name}: ${label} ${confidence.toFixed(2)} at ${box.map(Math.round)}`,
    ),
  );
const count = (seen: readonly Both[], finds: (both: Both) => Find[]) =>
  seen.flatMap(finds).filter(({ confidence }) => confidence >= sure).length;

describe('in the photographs that come with Human', () => {
  let seen: Both[];

  beforeAll(async () => {
    seen = await lookAt(
      (async function* () {
        for (let i = 0; i < sceneCount; i++) yield [`scene ${i}`, await scene(i)] as const as [string, Picture];
        for (let i = 0; i < 108; i += 12) yield [`tile ${i}`, await tile(i, { w: 320, h: 320 })] as [string, Picture];
      })(),
    );
  }, patience);

  it('each object Human is sure of is found, and the other way round', () => {
    expect(count(seen, ({ theirs }) => objectsOf(theirs))).toBeGreaterThan(10);
    expect(named(seen, ({ ours, theirs }) => missed(objectsOf(ours), objectsOf(theirs)))).toEqual([]);
    expect(named(seen, ({ ours, theirs }) => missed(objectsOf(theirs), objectsOf(ours)))).toEqual([]);
  });

  it('each face Human is sure of is found, and the other way round', () => {
    expect(count(seen, ({ theirs }) => facesOf(theirs))).toBeGreaterThan(10);
    expect(named(seen, ({ ours, theirs }) => missed(facesOf(ours), facesOf(theirs)))).toEqual([]);
    expect(named(seen, ({ ours, theirs }) => missed(facesOf(theirs), facesOf(ours)))).toEqual([]);
  });
});

/** A picture in the middle of a black square. */
async function squared(picture: Picture): Promise<Picture> {
  const { data, width, height, channels } = await decode(picture);
  const side = Math.max(width, height);
  const bytes = new Uint8Array(side * side * 3);
  const [left, top] = [(side - width) >> 1, (side - height) >> 1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels;
      bytes.set(data.subarray(from, from + 3), ((y + top) * side + x + left) * 3);
    }
  }
  return { kind: 'rgb', bytes, width: side, height: side };
}

describe.skipIf(!hasSharedData)(`in pictures of COCO and LFW${withoutSharedData}`, () => {
  let seen: Both[];

  beforeAll(async () => {
    const coco = (await readdir(join(sharedData, 'detection/images'))).toSorted().filter((_, i) => i % 10 === 0);
    const people = (await readdir(join(sharedData, 'faces'))).toSorted().filter((_, i) => i % 120 === 0);
    seen = await lookAt(
      (async function* () {
        for (const file of coco)
          yield [file, await squared(await sharedPicture('detection/images', file))] as [string, Picture];
        for (const name of people)
          yield [name, await sharedPicture('faces', name, `${name}_0001.jpg`)] as [string, Picture];
      })(),
    );
  }, patience);

  it('each object Human is sure of is found, and the other way round', () => {
    expect(count(seen, ({ theirs }) => objectsOf(theirs))).toBeGreaterThan(8);
    expect(named(seen, ({ ours, theirs }) => missed(objectsOf(ours), objectsOf(theirs)))).toEqual([]);
    expect(named(seen, ({ ours, theirs }) => missed(objectsOf(theirs), objectsOf(ours)))).toEqual([]);
  });

  it('each face Human is sure of is found, nearly all where Human sees them', () => {
    const sureFaces = count(seen, ({ theirs }) => facesOf(theirs));
    expect(sureFaces).toBeGreaterThan(10);
    // Human looks no closer at small faces, and draws some boxes half as wide again as the head.
    expect(named(seen, ({ ours, theirs }) => missed(facesOf(ours), facesOf(theirs), 0.4))).toEqual([]);
    const astray = named(seen, ({ ours, theirs }) => missed(facesOf(ours), facesOf(theirs)));
    expect(astray.length / sureFaces).toBeLessThan(0.15);
  });
});
