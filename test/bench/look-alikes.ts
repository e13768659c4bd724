/**
 * How near two templates may be before one person passes for the other: node test/bench/look-alikes.ts [FOLDER], where
 * FOLDER/NAME/*.jpg are pictures of people, 8 or more each; by default those of ../shared/data/faces.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cosine, meanEmbedding } from '../../src/people/people.ts';
import { VisionClient } from '../../src/vision/client.ts';

const folder = process.argv[2] ?? fileURLToPath(new URL('../../../shared/data/faces', import.meta.url));
const thresholds = [0.62, 0.7, 0.75];
const bins = [0.5, 0.55, 0.6, 0.65, 0.68, 0.7, 0.75, 1];
const [perPerson, enrolled, splits] = [8, 5, 40];

/** The same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The embedding of the largest face of each picture. */
async function embeddings(): Promise<Float32Array[][]> {
  const vision = new VisionClient();
  await vision.start();
  const people: Float32Array[][] = [];
  for (const name of readdirSync(folder)) {
    const files = readdirSync(`${folder}/${name}`).filter((file) => file.endsWith('.jpg'));
    if (files.length < perPerson) continue;
    const faces: Float32Array[] = [];
    for (const file of files.sort()) {
      const analysis = await vision.analyze({ kind: 'encoded', bytes: readFileSync(`${folder}/${name}/${file}`) });
      const face = analysis.faces.sort((a, b) => b.size - a.size)[0];
      if (face) faces.push(face.embedding);
    }
    if (faces.length > enrolled) people.push(faces);
    process.stderr.write(`\r${people.length} people`);
  }
  process.stderr.write('\n');
  await vision.stop();
  return people;
}

interface Trial {
  /** Of the two templates. */
  near: number;
  /** Of the second person's face at the door to the first one's template. */
  taken: number;
}

function trials(people: readonly Float32Array[][]): Trial[] {
  const random = seeded(7);
  return Array.from({ length: splits }).flatMap(() => {
    const split = people.map((faces) => {
      const shuffled = faces.map((face) => ({ face, key: random() })).sort((a, b) => a.key - b.key);
      const mean = (part: typeof shuffled) => meanEmbedding(part.map(({ face }) => face)) as Float32Array;
      return { template: mean(shuffled.slice(0, enrolled)), probe: mean(shuffled.slice(enrolled)) };
    });
    return split.flatMap((first) =>
      split
        .filter((second) => second !== first)
        .map((second) => ({
          near: cosine(first.template, second.template),
          taken: cosine(first.template, second.probe),
        })),
    );
  });
}

const all = trials(await embeddings());
process.stdout.write(`${all.length} trials; of the second person's visits, how many reach the first one's template:\n`);
process.stdout.write(`templates alike   share  ${thresholds.map((limit) => `at ${limit}`.padStart(9)).join('')}\n`);
bins.slice(1).forEach((high, index) => {
  const low = bins[index] as number;
  const some = all.filter(({ near }) => near >= low && near < high);
  if (some.length === 0) return;
  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(2)} %`.padStart(9);
  const reached = thresholds.map((limit) => percent(some.filter(({ taken }) => taken >= limit).length, some.length));
  const columns = [`${low} to ${high}`.padEnd(14), percent(some.length, all.length), '  ', ...reached];
  process.stdout.write(`${columns.join('')}\n`);
});
