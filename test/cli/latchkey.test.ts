/** The command line as its user meets it: a process, its two outputs and its exit code. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cosine } from '../../src/people/people.ts';
import { humanStory } from '../../tools/demo/scenes.ts';

const program = join(import.meta.dirname, '../../src/cli/latchkey.ts');

let root: string;
let storage: string;
let known: string;
let stranger: string;
let table: string;
const enrolled: string[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'latchkey-cli-'));
  storage = join(root, 'homebridge');
  const story = await humanStory(2);
  const write = async (name: string, picture: Buffer | undefined) => {
    const file = join(root, 'pictures', name);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, picture as Buffer);
    return file;
  };
  const scene = (expected: string | null, camera: RegExp) =>
    story.scenes.find((one) => one.expected === expected && camera.test(one.camera))?.pictures[0];
  known = await write('a/known.jpg', scene('Vladimir', /Door/));
  stranger = await write('a/stranger.jpg', scene(null, /Door/));
  table = await write('b/table.JPEG', scene('Vladimir', /Garden/));
  for (const [index, picture] of (story.enrolled[0]?.pictures ?? []).entries()) {
    enrolled.push(await write(`enrol/${index}.jpg`, picture));
  }
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

interface Outcome {
  code: number;
  out: string;
  err: string;
}

function latchkey(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args, '--storage', storage], (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

interface Analysed {
  file: string;
  error?: string;
  width: number;
  height: number;
  objects: { label: string; confidence: number; box: number[] }[];
  faces: { box: number[]; person: string | null; similarity: number | null; embedding?: number[] }[];
  ms: { total: number };
}

async function analyzeJson(...args: string[]): Promise<Analysed[]> {
  return JSON.parse((await latchkey('analyze', '--json', ...args)).out);
}

describe('latchkey analyze', () => {
  it('walks folders and prints one object a picture, boxes in pixels of the file, and nothing else on standard output', async () => {
    const found = await analyzeJson(join(root, 'pictures', 'a'), table, '--min-confidence', '0.05');
    expect(found.map(({ file }) => file)).toEqual([known, stranger, table]);
    for (const { width, height, objects, faces, ms } of found) {
      expect(objects.map(({ label }) => label)).toContain('person');
      expect(faces.length).toBeGreaterThan(0);
      expect(ms.total).toBeGreaterThan(0);
      for (const [x1, y1, x2, y2] of [...objects, ...faces].map(({ box }) => box as [number, number, number, number])) {
        expect(x1 >= 0 && y1 >= 0 && x2 > x1 && y2 > y1 && x2 <= width && y2 <= height).toBe(true);
      }
      expect(faces[0]).not.toHaveProperty('embedding');
    }
  });

  it('gives embeddings of length one when asked, and nobody a name before anyone is enrolled', async () => {
    const [found] = await analyzeJson(known, '--embeddings');
    const embedding = Float32Array.from(found?.faces[0]?.embedding ?? []);
    expect(embedding).toHaveLength(1024);
    expect(cosine(embedding, embedding)).toBeCloseTo(1, 4);
    expect(found?.faces[0]).toMatchObject({ person: null, similarity: null });
    expect(existsSync(join(storage, 'latchkey'))).toBe(false);
  });

  it('names a file that is no picture, looks at the others, and fails', async () => {
    const broken = join(root, 'broken.jpg');
    await writeFile(broken, 'no picture at all');
    const { code, out, err } = await latchkey('analyze', '--json', broken, known);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject([{ file: broken, error: expect.any(String) }, { file: known }]);
    expect(err).toContain('broken.jpg');
    expect(err).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['a path that is not there', ['analyze', '/no/such/picture.jpg'], '/no/such/picture.jpg does not exist'],
    ['a confidence that is none', ['analyze', '--min-confidence', 'high', '.'], 'must be a number from 0 to 1'],
    ['a command that is none', ['analyse'], "unknown command 'analyse'"],
  ])('says what is wrong with %s', async (_what, args, sentence) => {
    const { code, out, err } = await latchkey(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(sentence);
  });
});

describe('latchkey enrol, people and forget', () => {
  it('enrol a person, name them in other pictures, and forget them', async () => {
    const enrol = await latchkey('enrol', 'Vladimir', ...enrolled);
    expect(enrol).toMatchObject({ code: 0, out: 'Vladimir is enrolled with 5 of 5 recommended pictures.\n' });
    expect(JSON.parse((await latchkey('people', '--json')).out)).toEqual([
      { name: 'Vladimir', displayName: 'Vladimir', templates: 5 },
    ]);
    const [seen, other] = await analyzeJson(known, stranger);
    expect(seen?.faces[0]).toMatchObject({ person: 'Vladimir' });
    expect(seen?.faces[0]?.similarity).toBeGreaterThan(0.7);
    expect(other?.faces[0]?.similarity).toBeLessThan(0.62);
    expect(await latchkey('forget', 'Vladimir')).toMatchObject({ code: 0 });
    const { out, err } = await latchkey('people');
    expect([out, err]).toEqual(['', expect.stringContaining('Nobody is enrolled yet')]);
  });

  it('say which pictures cannot be enrolled and why', async () => {
    const { code, err } = await latchkey('enrol', 'Nobody', join(root, 'broken.jpg'), table);
    expect(err).toContain('broken.jpg');
    expect(code).toBe(0);
    expect(await latchkey('forget', 'Nobody')).toMatchObject({ code: 0 });
    const none = await latchkey('enrol', 'Nobody', join(root, 'broken.jpg'));
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('Nobody was not enrolled') });
  });

  it('refuse a name the Home app would not take, and to forget somebody unknown', async () => {
    const bad = await latchkey('enrol', '-', known);
    expect(bad).toMatchObject({ code: 1, err: expect.stringContaining('letter or a digit') });
    expect(await latchkey('forget', 'Ada')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Nobody is enrolled as Ada'),
    });
  });
});
