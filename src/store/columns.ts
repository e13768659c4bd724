/** How times, boxes and embeddings are kept in columns. Pure. */
import type { Box } from '../vision/analysis.ts';
import type { Row } from './insert.ts';
import { StoreError } from './store-error.ts';

export interface BoxRow {
  bbox_x1: number | null;
  bbox_y1: number | null;
  bbox_x2: number | null;
  bbox_y2: number | null;
}

/** UTC ISO 8601 with milliseconds, of milliseconds since the epoch. Throws the StoreError `invalid` for what is no time. */
export function isoTime(ms: number): string {
  if (Number.isNaN(new Date(ms).getTime()))
    throw new StoreError('invalid', `A visit's time is ${ms}, which is no time.`);
  return new Date(ms).toISOString();
}

/** SQLite keeps NaN as NULL. */
export const orNaN = (value: number | null) => value ?? Number.NaN;

export function boxRow([x1, y1, x2, y2]: Box): Row {
  return { bbox_x1: x1, bbox_y1: y1, bbox_x2: x2, bbox_y2: y2 };
}

export function storedBox({ bbox_x1, bbox_y1, bbox_x2, bbox_y2 }: BoxRow): Box {
  return [orNaN(bbox_x1), orNaN(bbox_y1), orNaN(bbox_x2), orNaN(bbox_y2)];
}

/** Float32, in the machine's own order, which is little-endian on everything Homebridge runs on. */
export function embeddingBlob(embedding: Float32Array): Buffer {
  return Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
}

export function storedEmbedding(blob: Buffer): Float32Array {
  // Copied: a Float32Array cannot begin at any byte of a buffer.
  return new Float32Array(new Uint8Array(blob).buffer);
}
