/** Many rows in one statement: each statement is a trip to another thread and back. */
import type { SqlValue } from './connection.ts';
import type { Queries } from './database.ts';

/** Column names, which come from our own code only, and values. */
export type Row = Record<string, SqlValue>;

/** Well under SQLite's limit of 32,766 values a statement. */
const rowsAtOnce = 500;

/** Inserts rows that all have the first one's columns. Resolves to the id of the last. */
export async function insert(queries: Queries, table: string, rows: readonly Row[]): Promise<number> {
  const columns = Object.keys(rows[0] ?? {});
  const names = columns.map((column) => `"${column}"`).join(', ');
  const marks = `(${columns.map(() => '?').join(', ')})`;
  let lastId = 0;
  for (let first = 0; first < rows.length; first += rowsAtOnce) {
    const some = rows.slice(first, first + rowsAtOnce);
    const values = some.flatMap((row) => columns.map((column) => row[column] ?? null));
    const sql = `INSERT INTO ${table} (${names}) VALUES ${some.map(() => marks).join(', ')}`;
    ({ lastId } = await queries.run(sql, values));
  }
  return lastId;
}

/** The question marks of an IN list. */
export function marks(values: readonly SqlValue[]): string {
  return values.map(() => '?').join(', ');
}
