/** One sqlite3 connection with promises in place of callbacks, and nothing else: no order, no retries, no sentences. */
import sqlite3 from 'sqlite3';

/** NaN is stored as NULL, as SQLite has no word for it. */
export type SqlValue = string | number | null | Buffer;

export interface Change {
  /** Rows inserted, updated or deleted, without those of a cascade. */
  changes: number;
  /** The row id of the last row inserted. */
  lastId: number;
}

export interface ConnectionOptions {
  readOnly: boolean;
  /** How long a statement waits for another program's lock. */
  busyMs: number;
}

type Done = (error: Error | null) => void;

/** Every call into sqlite3 gets a callback: a failing call without one is an uncaught exception. */
function settled(call: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => call((error) => (error ? reject(error) : resolve())));
}

/** The rows of one statement, one step at a time. */
export class Cursor<Row> {
  readonly #statement: sqlite3.Statement;

  constructor(statement: sqlite3.Statement) {
    this.#statement = statement;
  }

  /** The next row; undefined after the last, and from then on. */
  next(): Promise<Row | undefined> {
    return new Promise((resolve, reject) =>
      this.#statement.get<Row>((error, row) => (error ? reject(error) : resolve(row))),
    );
  }

  finalize(): Promise<void> {
    // Finalising repeats the error of the last step, which `next` has already told.
    return new Promise((resolve) => this.#statement.finalize(() => resolve()));
  }
}

export class Connection {
  readonly #handle: sqlite3.Database;

  private constructor(handle: sqlite3.Database) {
    this.#handle = handle;
  }

  /** The file must exist. */
  static async open(file: string, { readOnly, busyMs }: ConnectionOptions): Promise<Connection> {
    const mode = (readOnly ? sqlite3.OPEN_READONLY : sqlite3.OPEN_READWRITE) | sqlite3.OPEN_FULLMUTEX;
    const handle = await new Promise<sqlite3.Database>((resolve, reject) => {
      const opening = new sqlite3.Database(file, mode, (error) => (error ? reject(error) : resolve(opening)));
    });
    handle.configure('busyTimeout', busyMs);
    return new Connection(handle);
  }

  run(sql: string, values: readonly SqlValue[]): Promise<Change> {
    return new Promise((resolve, reject) =>
      this.#handle.run(sql, values, function (error) {
        if (error) reject(error);
        else resolve({ changes: this.changes, lastId: this.lastID });
      }),
    );
  }

  get<Row>(sql: string, values: readonly SqlValue[]): Promise<Row | undefined> {
    return new Promise((resolve, reject) =>
      this.#handle.get<Row>(sql, values, (error, row) => (error ? reject(error) : resolve(row))),
    );
  }

  all<Row>(sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    return new Promise((resolve, reject) =>
      this.#handle.all<Row>(sql, values, (error, rows) => (error ? reject(error) : resolve(rows))),
    );
  }

  async cursor<Row>(sql: string, values: readonly SqlValue[]): Promise<Cursor<Row>> {
    const statement = await new Promise<sqlite3.Statement>((resolve, reject) => {
      const prepared = this.#handle.prepare(sql, values, (error: Error | null) =>
        error ? reject(error) : resolve(prepared),
      );
    });
    return new Cursor<Row>(statement);
  }

  close(): Promise<void> {
    return settled((done) => this.#handle.close(done));
  }
}
