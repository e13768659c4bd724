/** Brings a database to this program's schema, one numbered step after another, each whole or not at all. */
import type { Database, Queries, Reads } from '../database.ts';
import { StoreError } from '../store-error.ts';
import { seed } from './001-seed.ts';
import { visits } from './002-visits.ts';
import { faces } from './003-faces.ts';
import { history } from './004-history.ts';
import { recordings } from './005-recordings.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [seed, visits, faces, history, recordings];

export async function schemaVersion(reads: Reads): Promise<number> {
  const row = await reads.get<{ user_version: number }>('PRAGMA user_version');
  return row?.user_version ?? 0;
}

/** Throws the StoreError `newer`, or `older` where the database is not to be changed. */
export async function checkVersion(database: Database, list = migrations): Promise<void> {
  const found = await schemaVersion(database);
  const known = list.at(-1)?.version ?? 0;
  if (found > known) {
    throw new StoreError(
      'newer',
      `${database.file} was made by a newer Latchkey (schema ${found}, this one knows ${known}): update the plugin. Nothing was changed.`,
    );
  }
  if (database.readOnly && found < known) {
    throw new StoreError(
      'older',
      `${database.file} was made by an older Latchkey: it is brought up to date when the plugin next starts.`,
    );
  }
}

/**
 * Applies what is missing. Safe to run again after being killed anywhere, and by two programs at once. `tell` hears of
 * it beforehand where there is something to move, which can take a minute for every million events.
 */
export async function migrate(database: Database, list = migrations, tell = (_sentence: string) => {}): Promise<void> {
  await checkVersion(database, list);
  if ((await schemaVersion(database)) === list.at(-1)?.version) return;
  if (await database.get('SELECT 1 FROM sqlite_schema'))
    tell(`${database.file} is brought up to date; this can take a while.`);
  await database.run('PRAGMA foreign_keys = OFF');
  try {
    for (const migration of list) await apply(database, migration);
  } finally {
    await database.run('PRAGMA foreign_keys = ON');
  }
  await makeShrinkable(database);
}

async function apply(database: Database, { version, name, statements }: Migration): Promise<void> {
  try {
    await database.transaction(async (queries: Queries) => {
      // Asked inside the transaction: another program may have been quicker.
      if ((await schemaVersion(queries)) >= version) return;
      for (const statement of statements) await queries.run(statement);
      await queries.run(`PRAGMA user_version = ${version}`);
    });
  } catch (error) {
    if (!(error instanceof StoreError) || error.problem !== 'failed') throw error;
    const message = `The step to schema ${version} (${name}) failed and was undone. ${error.message}`;
    throw new StoreError('failed', message, error);
  }
}

/** An adopted file gets the layout that lets it shrink again, which new ones are made with. */
async function makeShrinkable(database: Database): Promise<void> {
  const row = await database.get<{ auto_vacuum: number }>('PRAGMA auto_vacuum');
  if (row?.auto_vacuum !== 0) return;
  await database.run('PRAGMA auto_vacuum = INCREMENTAL');
  // It takes twice the room for a moment; without it, the file merely stays as large as it once was.
  await database.run('VACUUM').catch(() => {});
}
