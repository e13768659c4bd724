/**
 * Events become whole visits, with the gates of each decision. The first tables are copied into new ones rather than
 * altered, as their types and constraints are whatever the program that made them chose.
 */
import type { Migration } from './migration.ts';

/** A time of any form SQLite can read (ISO 8601 with or without a zone, or seconds since the epoch), as the house writes it. */
const utc = (column: string) => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, 'auto')`;

export const visits: Migration = {
  version: 2,
  name: 'whole visits',
  statements: [
    'ALTER TABLE persons RENAME TO seed_persons',
    'ALTER TABLE events RENAME TO seed_events',
    'ALTER TABLE detections RENAME TO seed_detections',

    // AUTOINCREMENT in persons and events: an id of what was deleted never comes to mean something else.
    `CREATE TABLE persons (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      display_name TEXT NOT NULL,
      created_at TEXT NOT NULL
    )`,
    `CREATE TABLE events (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      camera_id TEXT NOT NULL,
      recorded_at TEXT NOT NULL,
      recording_id TEXT,
      trigger_kind TEXT,
      identity TEXT NOT NULL,
      person_id INTEGER REFERENCES persons (id) ON DELETE SET NULL,
      person_name TEXT,
      similarity REAL,
      unlock_granted INTEGER NOT NULL,
      unlocked INTEGER NOT NULL,
      lock_id TEXT,
      lock_error TEXT,
      failure TEXT,
      sentence TEXT NOT NULL,
      frames INTEGER NOT NULL,
      frame_width INTEGER,
      frame_height INTEGER,
      frame_taken_at TEXT,
      thumbnail_path TEXT,
      thumbnail_bytes INTEGER,
      ms_decode REAL,
      ms_objects REAL,
      ms_faces REAL,
      ms_embeddings REAL,
      ms_decision REAL,
      ms_unlock REAL,
      seen INTEGER NOT NULL DEFAULT 0,
      created_at TEXT NOT NULL
    )`,
    `CREATE TABLE detections (
      id INTEGER PRIMARY KEY,
      event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      label TEXT NOT NULL,
      confidence REAL,
      bbox_x1 REAL,
      bbox_y1 REAL,
      bbox_x2 REAL,
      bbox_y2 REAL
    )`,
    // position 0 is the visit's own decision; an answer given later comes after it.
    `CREATE TABLE decisions (
      event_id INTEGER NOT NULL REFERENCES events (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      decided_at TEXT NOT NULL,
      unlock INTEGER NOT NULL,
      PRIMARY KEY (event_id, position)
    ) WITHOUT ROWID`,
    // value and limit are JSON: numbers, strings, booleans and null come back as what they were.
    `CREATE TABLE gates (
      event_id INTEGER NOT NULL,
      decision INTEGER NOT NULL,
      position INTEGER NOT NULL,
      gate TEXT NOT NULL,
      pass INTEGER NOT NULL,
      value TEXT NOT NULL,
      "limit" TEXT NOT NULL,
      PRIMARY KEY (event_id, decision, position),
      FOREIGN KEY (event_id, decision) REFERENCES decisions (event_id, position) ON DELETE CASCADE
    ) WITHOUT ROWID`,

    // By rowid, so that ids of any type will do; where the id was an INTEGER PRIMARY KEY it is the rowid.
    `INSERT INTO persons (id, name, display_name, created_at)
      SELECT id, CASE WHEN twin = 1 THEN name ELSE name || ' ' || twin END, coalesce(display_name, name), created_at
      FROM (
        SELECT rowid AS id, name, display_name, coalesce(${utc('created_at')}, '1970-01-01T00:00:00.000Z') AS created_at,
          row_number() OVER (PARTITION BY name ORDER BY rowid) AS twin
        FROM seed_persons WHERE name IS NOT NULL
      )`,
    `INSERT INTO events (id, camera_id, recorded_at, recording_id, identity, person_id, person_name,
        unlock_granted, unlocked, sentence, frames, thumbnail_path, seen, created_at)
      SELECT id, camera_id, recorded_at, recording_id, CASE WHEN person IS NULL THEN 'nobody' ELSE 'person' END,
        (SELECT persons.id FROM persons WHERE persons.name = person), person, granted, granted,
        coalesce(person || ' was', 'Somebody was') || ' at ' || camera_id ||
          CASE WHEN granted THEN ', and the door was opened.' ELSE '.' END,
        0, thumbnail_path, 1, coalesce(created_at, recorded_at)
      FROM (
        SELECT rowid AS id, coalesce(camera_id, 'unknown') AS camera_id,
          coalesce(${utc('recorded_at')}, ${utc('created_at')}, '1970-01-01T00:00:00.000Z') AS recorded_at,
          ${utc('created_at')} AS created_at, recording_id, nullif(trim(person_name), '') AS person,
          coalesce(unlock_granted, 0) <> 0 AS granted, thumbnail_path
        FROM seed_events
      )`,
    `INSERT INTO detections (id, event_id, label, confidence, bbox_x1, bbox_y1, bbox_x2, bbox_y2)
      SELECT d.rowid, e.rowid, coalesce(d.label, 'unknown'), d.confidence, d.bbox_x1, d.bbox_y1, d.bbox_x2, d.bbox_y2
      FROM seed_detections d JOIN seed_events e ON e.id = d.event_id`,
    'DROP TABLE seed_detections',
    'DROP TABLE seed_events',
    'DROP TABLE seed_persons',

    'CREATE INDEX events_recorded_at ON events (recorded_at)',
    'CREATE INDEX events_camera ON events (camera_id, recorded_at)',
    'CREATE INDEX events_person ON events (person_name, recorded_at) WHERE person_name IS NOT NULL',
    'CREATE INDEX events_person_id ON events (person_id) WHERE person_id IS NOT NULL',
    'CREATE INDEX events_unseen ON events (recorded_at) WHERE seen = 0',
    'CREATE INDEX events_thumbnail ON events (recorded_at, thumbnail_bytes) WHERE thumbnail_path IS NOT NULL',
    'CREATE INDEX detections_event ON detections (event_id)',
    'CREATE INDEX detections_label ON detections (label, event_id)',
  ],
};
