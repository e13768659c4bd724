/** The newest picture kept of a camera. */
import type { Reads } from './database.ts';
import type { Thumbnails } from './thumbnails.ts';

export interface KeptPicture {
  /** The absolute path of a JPEG. */
  file: string;
  /** Milliseconds since the epoch. */
  takenAt: number;
}

export async function readLastPicture(
  reads: Reads,
  cameraId: string,
  thumbnails: Pick<Thumbnails, 'file'>,
): Promise<KeptPicture | null> {
  const row = await reads.get<{ thumbnail: string; takenAt: string }>(
    `SELECT thumbnail_path AS thumbnail, coalesce(frame_taken_at, recorded_at) AS takenAt FROM events
      WHERE camera_id = ? AND thumbnail_path IS NOT NULL ORDER BY recorded_at DESC, id DESC LIMIT 1`,
    [cameraId],
  );
  const file = row && thumbnails.file(row.thumbnail);
  return file ? { file, takenAt: Date.parse(row.takenAt) } : null;
}
