/** Faces the owner wants to hear nothing of, apart from the templates that people are known by. */
import type { Migration } from './migration.ts';

export const ignoredFaces: Migration = {
  version: 6,
  name: 'faces to hear nothing of',
  statements: [
    // The event is where its picture is; the face goes on being ignored when that event is over its days.
    `CREATE TABLE ignored_faces (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      event_id INTEGER REFERENCES events (id) ON DELETE SET NULL,
      embedding BLOB NOT NULL,
      model TEXT NOT NULL,
      created_at TEXT NOT NULL
    )`,
    'CREATE INDEX ignored_faces_event ON ignored_faces (event_id) WHERE event_id IS NOT NULL',
    'ALTER TABLE events ADD COLUMN ignored INTEGER NOT NULL DEFAULT 0',
    'CREATE INDEX events_ignored ON events (recorded_at) WHERE ignored = 1',
  ],
};
