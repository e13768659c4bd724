/** Databases as the Python design would have left them: no user_version, no write-ahead log, its own ideas of types. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from '../../src/store/connection.ts';
import { freshFolder } from './folders.ts';

async function written(statements: readonly string[]): Promise<string> {
  const folder = freshFolder();
  const file = join(folder, 'latchkey.db');
  writeFileSync(file, '');
  const connection = await Connection.open(file, { readOnly: false, busyMs: 1000 });
  await connection.run('PRAGMA synchronous = OFF', []);
  await connection.run('BEGIN', []);
  for (const statement of statements) await connection.run(statement, []);
  await connection.run('COMMIT', []);
  await connection.close();
  return folder;
}

const tables = [
  `CREATE TABLE persons (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL,
    created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)`,
  `CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, camera_id TEXT NOT NULL, recorded_at TEXT NOT NULL,
    recording_id TEXT UNIQUE, person_name TEXT REFERENCES persons (name), unlock_granted BOOLEAN NOT NULL DEFAULT 0,
    thumbnail_path TEXT, created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)`,
  `CREATE TABLE detections (id INTEGER PRIMARY KEY AUTOINCREMENT, event_id INTEGER NOT NULL REFERENCES events (id),
    label TEXT NOT NULL, confidence REAL NOT NULL, bbox_x1 INTEGER, bbox_y1 INTEGER, bbox_x2 INTEGER, bbox_y2 INTEGER)`,
  'CREATE INDEX events_recorded_at ON events (recorded_at)',
  'CREATE INDEX idx_events_camera_id ON events (camera_id)',
  'CREATE INDEX idx_detections_event_id ON detections (event_id)',
];

/** Three visits, as `datetime.isoformat()` and CURRENT_TIMESTAMP write times. Resolves to its folder. */
export function smallSeed(): Promise<string> {
  return written([
    ...tables,
    `INSERT INTO persons VALUES (4, 'anna', 'Anna', '2024-01-05 09:00:00')`,
    `INSERT INTO events VALUES
      (7, 'front_door', '2024-05-01T12:00:00.123456+00:00', '6951', 'anna', 1, 'thumbnails/7.jpg', '2024-05-01 12:00:04'),
      (8, 'front_door', '2024-05-01T16:30:00+02:00', '6952', NULL, 0, NULL, '2024-05-01 14:30:04'),
      (12, 'back_yard', '2024-05-02 08:15:00', NULL, NULL, 0, NULL, '2024-05-02 08:15:01')`,
    `INSERT INTO detections VALUES (20, 7, 'person', 0.91, 10, 20, 110, 320), (21, 7, 'dog', 0.5, 1, 2, 3, 4),
      (30, 8, 'person', 0.75, 5, 6, 7, 8)`,
  ]);
}

/** Ids that are text, times in seconds, two people of one name, and columns that are null where nobody thought of it. */
export function oddSeed(): Promise<string> {
  return written([
    'CREATE TABLE persons (id TEXT PRIMARY KEY, name TEXT, display_name TEXT, created_at REAL)',
    `CREATE TABLE events (id TEXT PRIMARY KEY, camera_id TEXT, recorded_at REAL, recording_id TEXT, person_name TEXT,
      unlock_granted INTEGER, thumbnail_path TEXT, created_at REAL)`,
    `CREATE TABLE detections (id TEXT PRIMARY KEY, event_id TEXT, label TEXT, confidence REAL, bbox_x1 REAL, bbox_y1 REAL,
      bbox_x2 REAL, bbox_y2 REAL)`,
    `INSERT INTO persons VALUES ('p1', 'Anna', NULL, 1714564800), ('p2', 'Anna', 'Anna from next door', NULL)`,
    `INSERT INTO events VALUES ('e-b', NULL, 1714564800.5, NULL, '', NULL, NULL, NULL),
      ('e-a', 'front', NULL, NULL, 'Anna', 1, NULL, NULL)`,
    `INSERT INTO detections VALUES ('d1', 'e-a', 'person', 0.5, 1, 2, 3, 4), ('d2', 'e-b', NULL, NULL, NULL, NULL, NULL, NULL)`,
  ]);
}

/** `count` visits a minute apart, every tenth of them with a person's name, each with two detections. */
export function largeSeed(count: number): Promise<string> {
  const numbers = `WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${count})`;
  return written([
    ...tables,
    `INSERT INTO persons VALUES (1, 'anna', 'Anna', '2024-01-05 09:00:00')`,
    `INSERT INTO events ${numbers} SELECT n, 'front_door', strftime('%Y-%m-%dT%H:%M:%S+00:00', 1700000000 + n * 60, 'unixepoch'),
      'r' || n, iif(n % 10 = 0, 'anna', NULL), n % 10 = 0, NULL, CURRENT_TIMESTAMP FROM c`,
    `INSERT INTO detections ${numbers} SELECT NULL, 1 + n / 2, 'person', 0.5, 1, 2, 3, 4 FROM c WHERE n < ${count}`,
  ]);
}
