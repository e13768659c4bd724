/** `latchkey analyze`: what the models see in pictures. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reason } from '../log.ts';
import { Gallery } from '../people/people.ts';
import { EventStore } from '../store/event-store.ts';
import type { Analysis, Face } from '../vision/analysis.ts';
import { VisionClient } from '../vision/client.ts';
import { embeddingModel } from '../vision/models.ts';
import { findPictures } from './pictures.ts';
import { Progress, stderrLog } from './progress.ts';
import { latchkeyFolder } from './storage.ts';

export interface AnalyzeOptions {
  storage: string;
  json?: boolean;
  embeddings?: boolean;
  minConfidence: number;
}

/** Sets the exit code to 1 where a picture could not be looked at; the others are looked at all the same. */
export async function analyze(paths: string[], options: AnalyzeOptions): Promise<void> {
  const files = await findPictures(paths);
  if (files.length === 0) throw new Error('There is no JPEG or PNG picture in what was named.');
  const gallery = await enrolled(options.storage);
  const vision = new VisionClient({ log: stderrLog });
  const progress = new Progress('Looking', files.length);
  const results: object[] = [];
  try {
    await vision.start();
    for (const file of files) {
      const result = await look(vision, file, gallery, options);
      if ('error' in result) {
        progress.say(`${file}: ${result.error}`);
        process.exitCode = 1;
      } else if (!options.json) progress.print(inWords(result));
      results.push(result);
      progress.step();
    }
  } finally {
    progress.end();
    await vision.stop();
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
}

/** Where nothing was ever enrolled there is no database, and looking makes none. */
async function enrolled(storage: string): Promise<Gallery> {
  const folder = latchkeyFolder(storage);
  if (!existsSync(join(folder, 'latchkey.db'))) return new Gallery([]);
  const store = await EventStore.open(folder, { readOnly: true });
  try {
    return new Gallery(await store.people(embeddingModel));
  } finally {
    await store.close();
  }
}

type Result = ReturnType<typeof toResult> | { file: string; error: string };

async function look(vision: VisionClient, file: string, gallery: Gallery, options: AnalyzeOptions): Promise<Result> {
  try {
    const picture = { kind: 'encoded', bytes: await readFile(file) } as const;
    const analysis = await vision.analyze(picture, { minConfidence: options.minConfidence });
    return toResult(file, analysis, gallery, options.embeddings ?? false);
  } catch (error) {
    return { file, error: reason(error) };
  }
}

function toResult(file: string, analysis: Analysis, gallery: Gallery, embeddings: boolean) {
  const { width, height, objects, faces, ms } = analysis;
  return { file, width, height, objects, faces: faces.map((face) => faceResult(face, gallery, embeddings)), ms };
}

function faceResult(face: Face, gallery: Gallery, embeddings: boolean) {
  const { embedding, ...rest } = face;
  const match = gallery.nearest(embedding);
  return {
    ...rest,
    person: match?.person.name ?? null,
    similarity: match?.similarity ?? null,
    ...(embeddings && { embedding: Array.from(embedding) }),
  };
}

function inWords({ file, objects, faces, ms }: ReturnType<typeof toResult>): string {
  const things = objects.map(({ label, confidence }) => `${label} ${confidence.toFixed(2)}`);
  const people = faces.map(({ size, person, similarity }) => {
    const nearest = person === null ? '' : `, nearest ${person} ${similarity?.toFixed(2)}`;
    return `face of ${Math.round(size)} pixels${nearest}`;
  });
  return `${file}: ${[...things, ...people].join('; ') || 'nothing'} (${Math.round(ms.total)} ms)`;
}
