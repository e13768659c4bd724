/** What the demo plays: who is enrolled from what, and the visits. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface Scene {
  camera: string;
  /** The enrolled person who comes; null for strangers and scenes without one; undefined where nobody said. */
  expected: string | null | undefined;
  /** JPEGs in the order the camera sends them. */
  pictures: Buffer[];
}

export interface Story {
  /** Files or pictures of each person to enrol. */
  enrolled: { name: string; pictures: Buffer[] }[];
  scenes: Scene[];
}

export const doors = ['Front Door', 'Back Door'] as const;

/** The policy wants three that agree. */
const picturesPerVisit = 3;

/** The user's own pictures; a folder with an enrolled person's name is expected to show that person. */
export async function ownStory(folder: string, enrol: readonly { name: string; file: string }[]): Promise<Story> {
  const names = [...new Set(enrol.map(({ name }) => name))];
  const enrolled = await Promise.all(
    names.map(async (name) => {
      const files = enrol.filter((one) => one.name === name).map(({ file }) => file);
      return { name, pictures: await Promise.all(files.map((file) => readFile(file))) };
    }),
  );
  const entries = await readdir(folder, { withFileTypes: true });
  const visits = await Promise.all(
    entries
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        if (!entry.isDirectory()) return isPicture(path) ? { name: null, files: [path] } : null;
        const files = (await readdir(path)).map((file) => join(path, file)).filter(isPicture);
        return files.length > 0 ? { name: entry.name, files: files.sort() } : null;
      }),
  );
  const scenes: Scene[] = [];
  for (const { name, files } of visits.filter((visit) => visit !== null)) {
    const pictures = await Promise.all(files.map((file) => readFile(file)));
    const expected = name !== null && names.includes(name) ? name : undefined;
    scenes.push({ camera: doors[scenes.length % doors.length] as string, expected, pictures: threeOf(pictures) });
  }
  if (scenes.length === 0) throw new Error(`${folder} holds no JPEG or PNG picture.`);
  return { enrolled, scenes };
}

/** Somebody who stands still looks the same in the next picture. */
export function threeOf(pictures: readonly Buffer[]): Buffer[] {
  const last = pictures.at(-1) as Buffer;
  return [...pictures, ...Array.from({ length: Math.max(0, picturesPerVisit - pictures.length) }, () => last)];
}

function isPicture(file: string): boolean {
  return ['.jpg', '.jpeg', '.png'].includes(extname(file).toLowerCase());
}
