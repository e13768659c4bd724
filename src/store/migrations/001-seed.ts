/** The tables of the Python design that Latchkey grew from. A database that design made has them already, and is adopted. */
import type { Migration } from './migration.ts';

export const seed: Migration = {
  version: 1,
  name: 'the first tables',
  statements: [
    `CREATE TABLE IF NOT EXISTS events (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      camera_id TEXT NOT NULL,
      recorded_at TEXT NOT NULL,
      recording_id TEXT,
      person_name TEXT,
      unlock_granted INTEGER NOT NULL DEFAULT 0,
      thumbnail_path TEXT,
      created_at TEXT NOT NULL
    )`,
    `CREATE TABLE IF NOT EXISTS detections (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      event_id INTEGER NOT NULL REFERENCES events (id),
      label TEXT NOT NULL,
      confidence REAL NOT NULL,
      bbox_x1 REAL,
      bbox_y1 REAL,
      bbox_x2 REAL,
      bbox_y2 REAL
    )`,
    `CREATE TABLE IF NOT EXISTS persons (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      display_name TEXT,
      created_at TEXT NOT NULL
    )`,
  ],
};
