/** Where in a camera's picture things were: every box laid over a grid. */
import type { Reads } from '../store/database.ts';
import type { PictureHeatmap } from './api-types.ts';
import { countedRange, type Range } from './range.ts';

/** The grid of the database's `event_boxes`. */
const columns = 32;
const rows = 18;

export interface Pictured {
  range: Range;
  camera: string;
  label?: string | undefined;
}

export async function pictureHeatmap(reads: Reads, { range, camera, label }: Pictured): Promise<PictureHeatmap> {
  const found = await reads.get<{ boxes: string | null; removed: string | null }>(
    `SELECT group_concat(boxes, '') AS boxes, group_concat(removed, '') AS removed FROM picture_days
      WHERE camera_id = ? ${label === undefined ? '' : 'AND label = ?'} AND day BETWEEN ? AND ?`,
    [camera, ...(label === undefined ? [] : [label]), range.firstUtcDay, range.lastUtcDay],
  );
  const edges = new Int32Array((columns + 1) * (rows + 1));
  const boxes = addBoxes(edges, found?.boxes ?? '', 1) - addBoxes(edges, found?.removed ?? '', -1);
  const latest = await reads.get<{ event: number; thumbnail: string }>(
    `SELECT id AS event, thumbnail_path AS thumbnail FROM events
      WHERE camera_id = ? AND thumbnail_path IS NOT NULL ORDER BY recorded_at DESC, id DESC LIMIT 1`,
    [camera],
  );
  return {
    ...countedRange(range),
    camera,
    label: label ?? null,
    columns,
    rows,
    cells: covered(edges),
    boxes,
    latest: latest ?? null,
  };
}

/** Each box as four changes at its corners; what lies over a cell is the sum of all changes above and left of it. */
function addBoxes(edges: Int32Array, boxes: string, sign: number): number {
  const digit = (at: number) => {
    const code = boxes.charCodeAt(at);
    return code < 58 ? code - 48 : code - 87;
  };
  const change = (row: number, column: number, by: number) => {
    const at = row * (columns + 1) + column;
    edges[at] = (edges[at] as number) + by;
  };
  for (let at = 0; at < boxes.length; at += 4) {
    const [left, top, right, bottom] = [digit(at), digit(at + 1), digit(at + 2) + 1, digit(at + 3) + 1];
    change(top, left, sign);
    change(top, right, -sign);
    change(bottom, left, -sign);
    change(bottom, right, sign);
  }
  return boxes.length / 4;
}

function covered(edges: Int32Array): number[] {
  const sums = new Int32Array(edges.length);
  const cells: number[] = [];
  for (let row = 0; row < rows; row++) {
    let line = 0;
    for (let column = 0; column < columns; column++) {
      const at = row * (columns + 1) + column;
      line += edges[at] as number;
      sums[at] = line + (row > 0 ? (sums[at - columns - 1] as number) : 0);
      cells.push(sums[at] as number);
    }
  }
  return cells;
}
