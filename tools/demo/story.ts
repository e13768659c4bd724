/** What the demo plays: who is enrolled from what, and the visits. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

export interface Scene {
  camera: string;
  /** The enrolled person who comes; null for strangers and scenes without one; undefined where nobody said. */
  expected: string | null | undefined;
  /** JPEGs in the order the camera sends them; made when they are asked for. */
  pictures(): Promise<Buffer[]>;
}

export interface Story {
  /** Files or pictures of each person to enrol. */
  enrolled: { name: string; pictures: Buffer[] }[];
  scenes: Scene[];
}

export const doors = ['Front Door', 'Back Door'] as const;

/** A visit needs three pictures; a single one is shown three times. */
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
        if (!entry.isDirectory()) return isPicture(path) ? { name: null, files: [path, path, path] } : null;
        const files = (await readdir(path)).map((file) => join(path, file)).filter(isPicture);
        return files.length > 0 ? { name: entry.name, files: files.sort() } : null;
      }),
  );
  const scenes = visits
    .filter((visit) => visit !== null)
    .map(({ name, files }, index) => ({
      camera: doors[index % doors.length] as string,
      expected: name !== null && names.includes(name) ? name : undefined,
      pictures: () => Promise.all(atLeast(files, picturesPerVisit).map((file) => readFile(file))),
    }));
  if (scenes.length === 0) throw new Error(`${folder} holds no JPEG or PNG picture.`);
  return { enrolled, scenes };
}

function atLeast(files: readonly string[], count: number): string[] {
  const last = files.at(-1) as string;
  return [...files, ...Array.from({ length: Math.max(0, count - files.length) }, () => last)];
}

function isPicture(file: string): boolean {
  return ['.jpg', '.jpeg', '.png'].includes(extname(file).toLowerCase());
}
