/** Many rows as one text. Each value crosses from SQLite's thread by itself, and a page of cards has some thousands. */
import type { SqlValue } from '../store/connection.ts';
import type { Reads } from '../store/database.ts';

/** The rows of a SELECT in its order; `columns` are the ones it names. Not for blobs, which JSON has no word for. */
export async function packedRows<Row extends object>(
  reads: Reads,
  columns: readonly (keyof Row & string)[],
  select: string,
  values: readonly SqlValue[],
): Promise<Row[]> {
  const members = columns.map((column) => `'${column}', ${column}`).join(', ');
  const packed = await reads.get<{ rows: string }>(
    `SELECT json_group_array(json_object(${members})) AS rows FROM (${select})`,
    values,
  );
  return JSON.parse(packed?.rows ?? '[]') as Row[];
}
