/** The faces of each visit, the templates people are known by, and what must survive a restart. */
import type { Migration } from './migration.ts';

export const faces: Migration = {
  version: 3,
  name: 'faces, templates and state',
  statements: [
    // The embedding comes last: the other columns are read without it.
    `CREATE TABLE faces (
      id INTEGER PRIMARY KEY,
      event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      person_id INTEGER REFERENCES persons (id) ON DELETE SET NULL,
      person_name TEXT,
      similarity REAL,
      confidence REAL,
      bbox_x1 REAL,
      bbox_y1 REAL,
      bbox_x2 REAL,
      bbox_y2 REAL,
      yaw REAL,
      pitch REAL,
      roll REAL,
      size REAL,
      sharpness REAL,
      antispoof REAL,
      liveness REAL,
      landmarks TEXT NOT NULL,
      embedding BLOB
    )`,
    'CREATE INDEX faces_event ON faces (event_id)',
    'CREATE INDEX faces_person ON faces (person_id) WHERE person_id IS NOT NULL',
    `CREATE TABLE templates (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      person_id INTEGER NOT NULL REFERENCES persons (id) ON DELETE CASCADE,
      embedding BLOB NOT NULL,
      model TEXT NOT NULL,
      source TEXT NOT NULL,
      created_at TEXT NOT NULL
    )`,
    'CREATE INDEX templates_person ON templates (person_id)',
    `CREATE TABLE state (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) WITHOUT ROWID`,
  ],
};
