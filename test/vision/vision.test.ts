import { Jimp } from 'jimp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cosine, meanEmbedding } from '../../src/people/people.ts';
import type { Face, Picture } from '../../src/vision/analysis.ts';
import { Vision } from '../../src/vision/vision.ts';
import { asJpeg, hasSharedData, scene, sharedPicture, tile, withoutSharedData } from './pictures.ts';

let vision: Vision;

beforeAll(async () => {
  vision = await Vision.load();
});
afterAll(() => vision.close());

async function faceIn(picture: Picture): Promise<Face> {
  const [face] = (await vision.analyze(picture)).faces.toSorted((a, b) => b.size - a.size);
  if (!face) throw new Error('No face was found.');
  return face;
}

async function turned(picture: Picture, degrees: number): Promise<Picture> {
  const image = await Jimp.fromBuffer(Buffer.from(await asJpeg(picture, 98)));
  return { kind: 'encoded', bytes: await image.rotate(degrees).getBuffer('image/png') };
}

describe('looking at a picture', () => {
  it('finds the man, his table and his one face', async () => {
    const analysis = await vision.analyze(await scene(2), { minConfidence: 0.3 });
    const labels = analysis.objects.map(({ label }) => label);
    expect(labels).toEqual(expect.arrayContaining(['person', 'dining table']));
    expect([analysis.width, analysis.height, analysis.faces.length]).toEqual([640, 640, 1]);
    const [person, face] = [analysis.objects.find(({ label }) => label === 'person'), analysis.faces[0]];
    expect(face?.box[1]).toBeGreaterThan((person?.box[1] ?? 0) - 20);
    expect(face?.box[3]).toBeLessThan(person?.box[3] ?? 0);
  });

  it('gives every face an embedding of length 1, a size, a pose and scores between 0 and 1', async () => {
    const face = await faceIn(await tile(10));
    expect(face.embedding).toBeInstanceOf(Float32Array);
    expect(face.embedding.length).toBe(1024);
    expect(cosine(face.embedding, face.embedding)).toBeCloseTo(1, 5);
    const [x1, y1, x2, y2] = face.box;
    expect(face.size).toBe(Math.min(x2 - x1, y2 - y1));
    for (const score of [face.confidence, face.antispoof, face.liveness]) {
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(1);
    }
    for (const degrees of Object.values(face.pose)) expect(Math.abs(degrees)).toBeLessThan(15);
    const { rightEye, leftEye, nose, mouth } = face.landmarks;
    expect(rightEye[0]).toBeLessThan(nose[0]);
    expect(nose[0]).toBeLessThan(leftEye[0]);
    expect(nose[1]).toBeLessThan(mouth[1]);
  });

  it('counts each face once, and no shoulder, hair or table leg with it', async () => {
    for (const index of [6, 21, 45, 65]) expect((await vision.analyze(await tile(index))).faces.length).toBe(1);
  });

  it('finds nothing in the dark', async () => {
    const dark = { kind: 'rgb', bytes: new Uint8Array(64 * 36 * 3), width: 64, height: 36 } as const;
    expect(await vision.analyze(dark)).toMatchObject({ width: 64, height: 36, objects: [], faces: [] });
  });

  it('looks for no faces where none are wanted', async () => {
    const { faces, objects } = await vision.analyze(await scene(2), { faces: false });
    expect(faces).toEqual([]);
    expect(objects.length).toBeGreaterThan(0);
  });

  it('leaves out objects less sure than asked for', async () => {
    const picture = await scene(6);
    const all = (await vision.analyze(picture, { minConfidence: 0.1, faces: false })).objects;
    const sure = (await vision.analyze(picture, { minConfidence: 0.4, faces: false })).objects;
    expect(sure.length).toBeGreaterThan(0);
    expect(sure).toEqual(all.filter(({ confidence }) => confidence >= 0.4));
  });

  it('splits its time into stages that make up the whole, most of it known to be spent in the models', async () => {
    const { ms } = await vision.analyze(await scene(2));
    expect(ms.decode + ms.objects + ms.faces + ms.embeddings).toBeCloseTo(ms.total, 6);
    expect(ms.models).toBeGreaterThan(0);
    expect(ms.models).toBeLessThan(ms.total);
  });
});

describe('the same face', () => {
  it('is the same in a JPEG and in raw pixels', async () => {
    const picture = await tile(4);
    const encoded = await faceIn({ kind: 'encoded', bytes: await asJpeg(picture, 95) });
    expect(cosine(encoded.embedding, (await faceIn(picture)).embedding)).toBeGreaterThan(0.97);
  });

  it('is the same small in a large frame as alone', async () => {
    const alone = await faceIn(await tile(10));
    const far = await faceIn(await tile(10, { w: 1280, h: 720 }));
    expect(far.size / alone.size).toBeCloseTo(1, 0);
    expect(cosine(far.embedding, alone.embedding)).toBeGreaterThan(0.9);
  });

  it('is the same tilted, and the tilt is its roll', async () => {
    const picture = await tile(11, { w: 160, h: 160 });
    const upright = await faceIn(picture);
    // Jimp turns against the clock.
    const tilted = await faceIn(await turned(picture, -25));
    expect(Math.abs(tilted.pose.roll - upright.pose.roll - 25)).toBeLessThan(5);
    expect(cosine(tilted.embedding, upright.embedding)).toBeGreaterThan(0.85);
  });

  it('turned the other way in a mirror has the other yaw', async () => {
    const picture = await tile(12, { w: 160, h: 160 });
    const image = await Jimp.fromBuffer(Buffer.from(await asJpeg(picture, 98)));
    const bytes = await image.flip({ horizontal: true }).getBuffer('image/png');
    const [seen, mirrored] = [await faceIn(picture), await faceIn({ kind: 'encoded', bytes })];
    expect(Math.abs(seen.pose.yaw)).toBeGreaterThan(10);
    expect(Math.abs(seen.pose.yaw + mirrored.pose.yaw)).toBeLessThan(6);
    expect(Math.abs(seen.pose.pitch - mirrored.pose.pitch)).toBeLessThan(6);
  });

  it('is less sharp when blurred', async () => {
    const image = await Jimp.fromBuffer(Buffer.from(await asJpeg(await tile(10, { w: 160, h: 160 }), 98)));
    const bytes = await image.blur(2).getBuffer('image/png');
    const blurred = await faceIn({ kind: 'encoded', bytes });
    expect(blurred.sharpness).toBeLessThan((await faceIn(await tile(10))).sharpness / 3);
  });
});

describe('one man enrolled from five pictures', () => {
  const enrolled = [0, 1, 2, 3, 6];
  const his = [4, 5, 7, 8, 9, 10, 11, 12, 13, 15, 17, 18];
  const others = [22, 24, 30, 38, 44, 54, 56, 60, 62, 70, 75, 80, 84, 90, 96, 99, 104, 106];

  it('is nearer to his template in every other picture of him than anybody else is', async () => {
    const likeness = async (index: number) => cosine(template, (await faceIn(await tile(index))).embedding);
    const embeddings = [];
    for (const index of enrolled) embeddings.push((await faceIn(await tile(index))).embedding);
    const template = meanEmbedding(embeddings) ?? new Float32Array(1024);
    const [own, strange] = [[] as number[], [] as number[]];
    for (const index of his) own.push(await likeness(index));
    for (const index of others) strange.push(await likeness(index));
    expect(Math.min(...own)).toBeGreaterThan(0.7);
    expect(Math.max(...strange)).toBeLessThan(0.55);
  });
});

describe('three faces of each of six people of the LFW data set', () => {
  it.skipIf(!hasSharedData)(`are nearest to other pictures of the same person${withoutSharedData}`, async () => {
    const people = ['Abdullah_Gul', 'Bill_Frist', 'Hugh_Grant', 'Jason_Kidd', 'Jennifer_Capriati', 'Joe_Lieberman'];
    const faces: { name: string; embedding: Float32Array }[] = [];
    for (const name of people) {
      for (const number of [1, 2, 3]) {
        const picture = await sharedPicture('faces', name, `${name}_000${number}.jpg`);
        faces.push({ name, embedding: (await faceIn(picture)).embedding });
      }
    }
    const right = faces.filter((face) => {
      const others = faces.filter((other) => other !== face);
      const nearest = others.toSorted(
        (a, b) => cosine(face.embedding, b.embedding) - cosine(face.embedding, a.embedding),
      )[0];
      return nearest?.name === face.name;
    });
    expect(right.length).toBe(faces.length);
  });
});
