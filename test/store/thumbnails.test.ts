/** The pictures beside the database: written whole, swept when nobody knows them, never followed out of their folder. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Thumbnails } from '../../src/store/thumbnails.ts';
import { freshFolder } from './folders.ts';
import { evening, jpeg } from './visits.ts';

const day = 'thumbnails/2026/11/22';
const nothingKnown = async () => new Set<string>();

/** A file that was last changed at the epoch. */
function oldFile(file: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, 'old');
  utimesSync(file, 0, 0);
  return file;
}

describe('writing', () => {
  it('leaves the whole picture and nothing half done', async () => {
    const folder = freshFolder();
    const thumbnails = new Thumbnails(folder);
    const paths = await Promise.all(Array.from({ length: 20 }, () => thumbnails.write(evening, 'Front Door/..', jpeg)));
    expect(new Set(paths).size).toBe(20);
    for (const path of paths) {
      expect(path).toMatch(/^thumbnails\/2026\/11\/22\/183000250-front-door----[0-9a-f]{8}\.jpg$/);
      expect(new Uint8Array(readFileSync(join(folder, path)))).toEqual(jpeg);
    }
    expect(readdirSync(join(folder, day)).length).toBe(20);
  });

  it('goes on while empty folders are swept away under it', async () => {
    const thumbnails = new Thumbnails(freshFolder());
    for (let round = 0; round < 50; round++) {
      const [path] = await Promise.all([
        thumbnails.write(evening, 'front', jpeg),
        thumbnails.sweep(0, nothingKnown),
        thumbnails.sweep(0, nothingKnown),
      ]);
      expect(await thumbnails.remove(path)).toBe(true);
    }
  });
});

describe('removing', () => {
  it('deletes one picture, once', async () => {
    const folder = freshFolder();
    const thumbnails = new Thumbnails(folder);
    const path = await thumbnails.write(evening, 'front', jpeg);
    expect(await thumbnails.remove(path)).toBe(true);
    expect(await thumbnails.remove(path)).toBe(false);
    expect(readdirSync(join(folder, day))).toEqual([]);
  });

  it.each(['../precious.jpg', 'thumbnails/../precious.jpg', 'thumbnails/2026/../../precious.jpg', 'precious.jpg'])(
    'does not touch %j',
    async (path) => {
      const folder = freshFolder();
      const files = [join(folder, 'precious.jpg'), join(dirname(folder), 'precious.jpg')];
      writeFileSync(files[0] ?? '', 'precious');
      mkdirSync(join(folder, 'thumbnails/2026'), { recursive: true });
      expect(await new Thumbnails(folder).remove(path)).toBe(false);
      expect(existsSync(files[0] ?? '')).toBe(true);
    },
  );

  it('does not follow a link out of the folder, but does where the folder itself is one', async () => {
    const folder = freshFolder();
    const elsewhere = freshFolder();
    const thumbnails = new Thumbnails(folder);
    const path = await thumbnails.write(evening, 'front', jpeg);
    renameSync(join(folder, day), join(elsewhere, 'day'));
    symlinkSync(join(elsewhere, 'day'), join(folder, day));
    expect(await thumbnails.remove(path)).toBe(false);
    expect(readdirSync(join(elsewhere, 'day')).length).toBe(1);

    rmSync(join(folder, day));
    renameSync(join(elsewhere, 'day'), join(folder, day));
    renameSync(join(folder, 'thumbnails'), join(elsewhere, 'large disk'));
    symlinkSync(join(elsewhere, 'large disk'), join(folder, 'thumbnails'));
    expect(await thumbnails.remove(path)).toBe(true);
  });

  it('deletes a link in the place of a picture, not what it leads to', async () => {
    const folder = freshFolder();
    const precious = oldFile(join(freshFolder(), 'precious.jpg'));
    mkdirSync(join(folder, day), { recursive: true });
    symlinkSync(precious, join(folder, day, 'a.jpg'));
    expect(await new Thumbnails(folder).remove(`${day}/a.jpg`)).toBe(true);
    expect(existsSync(precious)).toBe(true);
  });
});

describe('sweeping', () => {
  it('deletes old pictures that nobody knows, half-written ones, and folders left empty', async () => {
    const folder = freshFolder();
    const thumbnails = new Thumbnails(folder);
    const kept = await thumbnails.write(evening, 'front', jpeg);
    const young = await thumbnails.write(evening, 'front', jpeg);
    utimesSync(join(folder, kept), 0, 0);
    oldFile(join(folder, day, '183000250-front-0a1b2c3d.jpg'));
    oldFile(join(folder, day, '183000250-front-0a1b2c3d.jpg.part'));
    oldFile(join(folder, 'thumbnails/2024/01/02/083000250-yard-0a1b2c3d.jpg'));
    mkdirSync(join(folder, 'thumbnails/2023/05/06'), { recursive: true });
    const asked: string[][] = [];
    const removed = await thumbnails.sweep(1000, async (from, to) => {
      asked.push([new Date(from).toISOString(), new Date(to).toISOString()]);
      return new Set([kept]);
    });
    expect(removed).toBe(3);
    expect(asked.toSorted()).toEqual([
      ['2024-01-02T00:00:00.000Z', '2024-01-02T23:59:59.999Z'],
      ['2026-11-22T00:00:00.000Z', '2026-11-22T23:59:59.999Z'],
    ]);
    expect(readdirSync(join(folder, day)).map((name) => `${day}/${name}`)).toEqual([kept, young].toSorted());
    expect(readdirSync(join(folder, 'thumbnails'))).toEqual(['2026']);
  });

  it('leaves alone whatever is not its own, and does not follow links', async () => {
    const folder = freshFolder();
    const elsewhere = freshFolder();
    const names = [
      'latchkey.db',
      'thumbnails/notes.jpg',
      'thumbnails/2024/01/02/holiday.jpg',
      'thumbnails/holidays/183000250-front-0a1b2c3d.jpg',
      'thumbnails/2024/01/183000250-front-0a1b2c3d.jpg',
    ];
    for (const name of names) oldFile(join(folder, name));
    const outside = oldFile(join(elsewhere, '01/02/183000250-front-0a1b2c3d.jpg'));
    mkdirSync(join(elsewhere, '03/04'), { recursive: true });
    symlinkSync(elsewhere, join(folder, 'thumbnails/2025'));
    symlinkSync(join(elsewhere, '01/02'), join(folder, 'thumbnails/2024/01/03'));
    expect(await new Thumbnails(folder).sweep(Date.now(), nothingKnown)).toBe(0);
    expect(readdirSync(join(elsewhere, '03'))).toEqual(['04']);
    expect([...names.map((name) => join(folder, name)), outside].filter((file) => !existsSync(file))).toEqual([]);
  });

  it('has nothing to do where there are no pictures', async () => {
    expect(await new Thumbnails(freshFolder()).sweep(Date.now(), nothingKnown)).toBe(0);
  });
});
