/** The one connection to the history: whole transactions one after another, errors as sentences, a close that waits. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Connection, type Cursor, type SqlValue } from './connection.ts';
import { closedError, StoreError, storeError } from './store-error.ts';

/** A row's type is the caller's word for the columns selected. */
export interface Reads {
  /** The first row, if there is one. */
  get<Row extends object>(sql: string, values?: readonly SqlValue[]): Promise<Row | undefined>;
  all<Row extends object>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
}

export interface Queries extends Reads {
  run(sql: string, values?: readonly SqlValue[]): Promise<{ changes: number; lastId: number }>;
}

export interface DatabaseOptions {
  readOnly?: boolean;
  /** How long to wait for another program that writes before the StoreError `busy`; 5 seconds where not given. */
  busyMs?: number;
}

/** A write-ahead log that once grew larger than this is cut back to it. */
const walLimitBytes = 16 * 1024 * 1024;

/** Where a transaction's own queries end: at its commit. */
interface Scope {
  open: boolean;
}

/** Every method rejects with a StoreError. */
export class Database implements Queries {
  readonly file: string;
  readonly readOnly: boolean;
  readonly #busyMs: number;
  readonly #connection: Connection;
  readonly #scopes = new AsyncLocalStorage<Scope>();
  readonly #streams = new Set<() => Promise<void>>();
  #last: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | null = null;

  private constructor(file: string, readOnly: boolean, busyMs: number, connection: Connection) {
    this.file = file;
    this.readOnly = readOnly;
    this.#busyMs = busyMs;
    this.#connection = connection;
  }

  /** Opens a file that exists; an empty one is an empty database. */
  static async open(file: string, { readOnly = false, busyMs = 5000 }: DatabaseOptions = {}): Promise<Database> {
    let connection: Connection | undefined;
    try {
      connection = await Connection.open(file, { readOnly, busyMs });
      await configure(connection, readOnly, busyMs);
      return new Database(file, readOnly, busyMs, connection);
    } catch (error) {
      await connection?.close().catch(() => {});
      throw storeError(error, file, readOnly);
    }
  }

  run(sql: string, values: readonly SqlValue[] = []): Promise<{ changes: number; lastId: number }> {
    return this.#alone((connection) => connection.run(sql, values));
  }

  get<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row | undefined> {
    return this.#alone((connection) => connection.get<Row>(sql, values));
  }

  all<Row extends object>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#alone((connection) => connection.all<Row>(sql, values));
  }

  /** Commits when `work` resolves, undoes everything when it rejects. Inside, only `work`'s own queries may be used. */
  transaction<Result>(work: (queries: Queries) => Promise<Result>): Promise<Result> {
    // Asking for the write lock at once: a transaction that begins by reading could find itself unable to write.
    return this.#alone((connection) => this.#within(connection, 'BEGIN IMMEDIATE', work));
  }

  /** Several reads of one moment; other programs may go on writing. */
  snapshot<Result>(work: (reads: Reads) => Promise<Result>): Promise<Result> {
    return this.#alone((connection) => this.#within(connection, 'BEGIN', work));
  }

  /**
   * Rows as they are asked for, all of one moment, however slow the asker: they come over a reading connection of their
   * own, so that nobody waits for them. Each row is a trip to another thread: pages with `all` and LIMIT are some seven times quicker.
   */
  async *each<Row extends object>(sql: string, values: readonly SqlValue[] = []): AsyncGenerator<Row, void> {
    if (this.#closing) throw closedError();
    const stream = await openStream<Row>(this.file, this.#busyMs, sql, values);
    this.#streams.add(stream.close);
    try {
      for (;;) {
        const row = await stream.next();
        if (!row) return;
        yield row;
      }
    } finally {
      this.#streams.delete(stream.close);
      await stream.close();
    }
  }

  /** Lets everything asked for so far finish; what comes later is refused. */
  close(): Promise<void> {
    this.#closing ??= this.#last.then(async () => {
      await Promise.all([...this.#streams].map((close) => close()));
      await this.#connection.close().catch((error) => {
        throw storeError(error, this.file, this.readOnly);
      });
    });
    return this.#closing;
  }

  /** One at a time, in the order asked: a statement must never slip into somebody else's transaction. */
  #alone<Result>(task: (connection: Connection) => Promise<Result>): Promise<Result> {
    if (this.#closing) return Promise.reject(closedError());
    if (this.#scopes.getStore()?.open) {
      // It would wait for the very transaction that waits for it.
      const message = 'Inside a transaction the history is reached through the transaction only.';
      return Promise.reject(new StoreError('invalid', message));
    }
    const result = this.#last.then(() => task(this.#connection));
    this.#last = result.catch(() => {});
    return result.catch((error) => {
      throw isOurs(error) ? storeError(error, this.file, this.readOnly) : error;
    });
  }

  async #within<Result>(connection: Connection, begin: string, work: (queries: Queries) => Promise<Result>) {
    await connection.run(begin, []);
    const scope: Scope = { open: true };
    try {
      const result = await this.#scopes.run(scope, () => work(scoped(connection, scope)));
      scope.open = false;
      await connection.run('COMMIT', []);
      return result;
    } catch (error) {
      scope.open = false;
      // After some errors (a full disk) SQLite has rolled back by itself, and says so here.
      await connection.run('ROLLBACK', []).catch(() => {});
      throw error;
    }
  }
}

/** What a transaction's work threw on its own account goes to the caller untouched. */
function isOurs(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_');
}

function scoped(connection: Connection, scope: Scope): Queries {
  const check = async () => {
    if (!scope.open) throw new StoreError('invalid', 'A transaction of the history was used after its end.');
  };
  return {
    run: (sql, values = []) => check().then(() => connection.run(sql, values)),
    get: (sql, values = []) => check().then(() => connection.get(sql, values)),
    all: (sql, values = []) => check().then(() => connection.all(sql, values)),
  };
}

async function configure(connection: Connection, readOnly: boolean, busyMs: number): Promise<void> {
  await connection.run('PRAGMA foreign_keys = ON', []);
  // The first look into the file: this is where one that is no database shows.
  const size = await connection.get<{ page_count: number }>('PRAGMA page_count', []);
  if (readOnly) return;
  if (size?.page_count === 0) await connection.run('PRAGMA auto_vacuum = INCREMENTAL', []);
  const journal = await writeAhead(connection, performance.now() + busyMs);
  // Where the file system has no write-ahead log (network drives), NORMAL would not survive a power cut.
  await connection.run(`PRAGMA synchronous = ${journal === 'wal' ? 'NORMAL' : 'FULL'}`, []);
  await connection.run(`PRAGMA journal_size_limit = ${walLimitBytes}`, []);
  // Faces that were deleted must not be found in the file's free pages.
  await connection.run('PRAGMA secure_delete = ON', []);
}

/**
 * The journal mode there is afterwards. For this change alone SQLite does not wait for another program that has the file, such as
 * one that makes the same change: a transaction does, and then it is tried again.
 */
async function writeAhead(connection: Connection, deadline: number): Promise<string | undefined> {
  for (;;) {
    try {
      return (await connection.get<{ journal_mode: string }>('PRAGMA journal_mode = WAL', []))?.journal_mode;
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
      await connection.run('BEGIN IMMEDIATE', []);
      await connection.run('ROLLBACK', []);
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
}

interface Stream<Row> {
  next(): Promise<Row | undefined>;
  close(): Promise<void>;
}

async function openStream<Row>(file: string, busyMs: number, sql: string, values: readonly SqlValue[]) {
  const fail = (error: unknown) => {
    throw storeError(error, file, true);
  };
  const connection = await Connection.open(file, { readOnly: true, busyMs }).catch(fail);
  let cursor: Cursor<Row>;
  try {
    cursor = await connection.cursor<Row>(sql, values);
  } catch (error) {
    await connection.close().catch(() => {});
    return fail(error);
  }
  let closing: Promise<void> | null = null;
  const close = async () => {
    await cursor.finalize();
    await connection.close().catch(() => {});
  };
  const stream: Stream<Row> = {
    next: async () => (closing ? fail(closedError()) : cursor.next().catch(fail)),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
  return stream;
}
