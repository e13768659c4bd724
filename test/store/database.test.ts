/** The promise layer: order, errors as sentences, streams and the end. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Database, type DatabaseOptions, type Queries } from '../../src/store/database.ts';
import { freshFile } from './folders.ts';

async function opened(file = freshFile(), options: DatabaseOptions = {}): Promise<Database> {
  const database = await Database.open(file, options);
  onTestFinished(() => database.close());
  return database;
}

async function withNumbers(count: number, file = freshFile()): Promise<Database> {
  const database = await opened(file);
  await database.run('CREATE TABLE numbers (n INTEGER PRIMARY KEY, text TEXT)');
  await database.run(
    `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${count}) INSERT INTO numbers (n) SELECT n FROM c`,
  );
  return database;
}

const count = async (database: Database) => (await database.get<{ n: number }>('SELECT count(*) AS n FROM numbers'))?.n;

/** A promise and its resolve. */
const gate = () => Promise.withResolvers<void>();

describe('opening', () => {
  it('sets up the write-ahead log, foreign keys, a file that can shrink, and wiping of what is deleted', async () => {
    const database = await opened();
    const pragma = async (name: string) => Object.values((await database.get(`PRAGMA ${name}`)) ?? {})[0];
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('foreign_keys')).toBe(1);
    expect(await pragma('synchronous')).toBe(1);
    expect(await pragma('auto_vacuum')).toBe(2);
    expect(await pragma('secure_delete')).toBe(1);
    expect(await pragma('busy_timeout')).toBe(5000);
  });

  it('waits for another program that has the file before it is given a write-ahead log', async () => {
    const file = freshFile();
    const holder = await opened(file);
    await holder.run('PRAGMA journal_mode = DELETE');
    const { opening } = await holder.transaction(async (queries) => {
      await queries.run('CREATE TABLE numbers (n INTEGER PRIMARY KEY)');
      const opening = Database.open(file, { busyMs: 60_000 });
      opening.catch(() => {});
      // Time enough for it to find the file in use.
      for (let turn = 0; turn < 100; turn++) await queries.get('SELECT 1');
      return { opening };
    });
    const database = await opening;
    onTestFinished(() => database.close());
    expect(await database.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' });
    expect(await count(database)).toBe(0);
  });

  it('says that a file is not a database, and leaves it as it was', async () => {
    const file = freshFile();
    const text = 'a shopping list\n'.repeat(500);
    writeFileSync(file, text);
    await expect(Database.open(file)).rejects.toMatchObject({
      name: 'StoreError',
      problem: 'not-a-database',
      message: `${file} is not a database: move it out of the way and restart to begin a new history; the file was not changed.`,
    });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('says that a database is damaged', async () => {
    const file = freshFile();
    const database = await withNumbers(20_000, file);
    await database.close();
    const bytes = readFileSync(file);
    bytes.fill(0xa5, 4096, bytes.length);
    writeFileSync(file, bytes);
    const damaged = await opened(file);
    await expect(damaged.all('SELECT * FROM numbers')).rejects.toMatchObject({ problem: 'damaged' });
  });
});

describe('transactions', () => {
  it('run one after another, however many are asked for at once', async () => {
    const database = await withNumbers(1);
    const addOne = (queries: Queries) =>
      queries
        .get<{ n: number }>('SELECT max(n) AS n FROM numbers')
        .then((row) => queries.run('INSERT INTO numbers (n) VALUES (?)', [(row?.n ?? 0) + 1]));
    await Promise.all(Array.from({ length: 50 }, () => database.transaction(addOne)));
    expect(await count(database)).toBe(51);
  });

  it('are undone as a whole when their work fails, with the error it failed with', async () => {
    const database = await withNumbers(3);
    const failure = new Error('no more numbers');
    const work = async (queries: Queries) => {
      await queries.run('DELETE FROM numbers');
      throw failure;
    };
    await expect(database.transaction(work)).rejects.toBe(failure);
    expect(await count(database)).toBe(3);
    await database.transaction((queries) => queries.run('DELETE FROM numbers WHERE n = 1'));
    expect(await count(database)).toBe(2);
  });

  it('take nothing of others with them when they are undone', async () => {
    const database = await withNumbers(1);
    const begun = gate();
    const end = gate();
    const failing = database.transaction(async (queries) => {
      await queries.run('INSERT INTO numbers (n) VALUES (100)');
      begun.resolve();
      await end.promise;
      throw new Error('undone');
    });
    await begun.promise;
    const inserting = database.run('INSERT INTO numbers (n) VALUES (200)');
    const counting = count(database);
    end.resolve();
    await expect(failing).rejects.toThrow('undone');
    await inserting;
    expect(await counting).toBe(2);
  });

  it('refuse to wait for themselves', async () => {
    const database = await withNumbers(1);
    const nested = database.transaction(() => database.transaction(async () => 1));
    await expect(nested).rejects.toMatchObject({ problem: 'invalid' });
    const stray = database.transaction(() => database.run('DELETE FROM numbers'));
    await expect(stray).rejects.toThrow('through the transaction only');
    expect(await count(database)).toBe(1);
  });

  it('let what they began in passing reach the database once they are over', async () => {
    const database = await withNumbers(1);
    const over = gate();
    let later: Promise<unknown> = Promise.resolve();
    await database.transaction(async () => {
      later = over.promise.then(() => database.run('INSERT INTO numbers (n) VALUES (2)'));
    });
    over.resolve();
    await later;
    expect(await count(database)).toBe(2);
  });

  it('cannot be used after their end', async () => {
    const database = await withNumbers(1);
    const kept = await database.transaction(async (queries) => queries);
    await expect(kept.run('DELETE FROM numbers')).rejects.toMatchObject({ problem: 'invalid' });
    expect(await count(database)).toBe(1);
  });

  it('leave a full disk as it was, say so, and work again once there is room', async () => {
    const database = await withNumbers(10);
    const pages = await database.get<{ page_count: number }>('PRAGMA page_count');
    await database.all(`PRAGMA max_page_count = ${pages?.page_count}`);
    const fill = () =>
      database.transaction(async (queries) => {
        await queries.run('INSERT INTO numbers (n) VALUES (1000)');
        await queries.run('UPDATE numbers SET text = ? WHERE n = 1', ['x'.repeat(100_000)]);
      });
    await expect(fill()).rejects.toMatchObject({ problem: 'full', message: expect.stringContaining('make room') });
    expect(await count(database)).toBe(10);
    await database.all('PRAGMA max_page_count = 10000');
    await fill();
    expect(await count(database)).toBe(11);
  });

  it('say that another program is writing, and succeed once it has finished', async () => {
    const file = freshFile();
    const database = await withNumbers(1, file);
    const other = await opened(file, { busyMs: 1 });
    const insert = (queries: Queries) => queries.run('INSERT INTO numbers (n) VALUES (2)');
    await database.transaction(async () => {
      await expect(other.transaction(insert)).rejects.toMatchObject({ problem: 'busy' });
    });
    await other.transaction(insert);
    expect(await count(database)).toBe(2);
  });

  it('see one moment in a snapshot, while another program writes', async () => {
    const file = freshFile();
    const database = await withNumbers(5, file);
    const other = await opened(file);
    const counts = await database.snapshot(async (reads) => {
      const before = await reads.all('SELECT n FROM numbers');
      await other.run('DELETE FROM numbers');
      return [before.length, (await reads.all('SELECT n FROM numbers')).length];
    });
    expect(counts).toEqual([5, 5]);
    expect(await count(database)).toBe(0);
  });
});

describe('a failing statement', () => {
  it('rejects with a sentence that names the file, and nothing else breaks', async () => {
    const database = await withNumbers(1);
    await expect(database.run('INSERT INTO nowhere VALUES (1)')).rejects.toMatchObject({
      problem: 'failed',
      message: expect.stringContaining(database.file),
    });
    await expect(database.get('SELEKT 1')).rejects.toMatchObject({ problem: 'failed' });
    await expect(database.all('SELECT * FROM numbers WHERE n = ?', [1, 2])).rejects.toMatchObject({
      problem: 'failed',
    });
    expect(await count(database)).toBe(1);
  });

  it('may not write where the file was opened for reading', async () => {
    const database = await withNumbers(1);
    const reader = await opened(database.file, { readOnly: true });
    await expect(reader.run('DELETE FROM numbers')).rejects.toMatchObject({ problem: 'read-only' });
    expect(await count(reader)).toBe(1);
  });
});

describe('a stream of rows', () => {
  it('gives every row of one moment, while others write', async () => {
    const database = await withNumbers(500);
    const seen: number[] = [];
    for await (const { n } of database.each<{ n: number }>('SELECT n FROM numbers ORDER BY n')) {
      if (n === 10) await database.run('DELETE FROM numbers');
      seen.push(n);
    }
    expect(seen).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
    expect(await count(database)).toBe(0);
  });

  it('takes values, may be left early, and rejects with a sentence', async () => {
    const database = await withNumbers(500);
    for await (const { n } of database.each<{ n: number }>('SELECT n FROM numbers WHERE n > ?', [100])) {
      expect(n).toBe(101);
      break;
    }
    await expect(database.each('SELECT * FROM nowhere').next()).rejects.toMatchObject({ problem: 'failed' });
  });

  it('ends with a clear word when the database is closed under it', async () => {
    const database = await withNumbers(500);
    const stream = database.each('SELECT n FROM numbers');
    await stream.next();
    await database.close();
    await expect(stream.next()).rejects.toMatchObject({ problem: 'closed' });
    await expect(database.each('SELECT 1').next()).rejects.toMatchObject({ problem: 'closed' });
  });
});

describe('closing', () => {
  it('waits for what was asked before, and refuses what comes after', async () => {
    const file = freshFile();
    const database = await withNumbers(1, file);
    const writes = Array.from({ length: 20 }, (_, i) => database.run('INSERT INTO numbers (n) VALUES (?)', [i + 10]));
    const closing = database.close();
    await expect(database.run('DELETE FROM numbers')).rejects.toMatchObject({ problem: 'closed' });
    await Promise.all([...writes, closing, database.close()]);
    expect(await count(await opened(file))).toBe(21);
  });
});
