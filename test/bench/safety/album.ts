/** People and their pictures, each picture looked at once by the real models. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Progress, stderrLog } from '../../../src/cli/progress.ts';
import { reason } from '../../../src/log.ts';
import { enrolmentFace } from '../../../src/people/enrolment.ts';
import type { Analysis, Face } from '../../../src/vision/analysis.ts';
import { VisionClient } from '../../../src/vision/client.ts';

export interface Subject {
  name: string;
  pictures: readonly Analysis[];
  /** The pictures `latchkey enrol` takes when it is given all of them, as indexes, and the face in each. */
  enrollable: readonly { picture: number; face: Face }[];
}

const pictureTypes = new Set(['.jpg', '.jpeg', '.png']);

/** Folders NAME with pictures in them. Pictures that cannot be read are named on standard error and left out. */
export async function readAlbum(dir: string, threads: number): Promise<Subject[]> {
  const files = await list(dir);
  const progress = new Progress('Looking', files.flatMap(({ paths }) => paths).length);
  const vision = new VisionClient({ log: stderrLog, threads });
  try {
    await vision.start();
    const album: Subject[] = [];
    for (const { name, paths } of files) {
      const pictures: Analysis[] = [];
      for (const path of paths) {
        try {
          pictures.push(await vision.analyze({ kind: 'encoded', bytes: await readFile(path) }));
        } catch (error) {
          progress.say(`${path}: ${reason(error)}`);
        }
        progress.step();
      }
      if (pictures.length > 0) album.push(subject(name, pictures));
    }
    return album;
  } finally {
    progress.end();
    await vision.stop();
  }
}

async function list(dir: string): Promise<{ name: string; paths: string[] }[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error) => {
    throw new Error(`The folder of faces cannot be read (${reason(error)}): name another with --dir.`);
  });
  const folders = entries.filter((entry) => entry.isDirectory());
  const listed = folders.map(async ({ name }) => {
    const files = (await readdir(join(dir, name))).filter((file) => pictureTypes.has(extname(file).toLowerCase()));
    return { name, paths: files.sort().map((file) => join(dir, name, file)) };
  });
  return (await Promise.all(listed)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Enrols the pictures in order, as `latchkey enrol NAME FOLDER` does. */
export function subject(name: string, pictures: readonly Analysis[]): Subject {
  const enrollable: { picture: number; face: Face }[] = [];
  pictures.forEach((analysis, picture) => {
    const found = enrolmentFace(
      analysis,
      enrollable.map(({ face }) => face.embedding),
    );
    if (found.ok) enrollable.push({ picture, face: found.face });
  });
  return { name, pictures, enrollable };
}
