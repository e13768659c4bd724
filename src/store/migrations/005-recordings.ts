/** What became of a visit's recording, and how a visit is found by it. */
import type { Migration } from './migration.ts';

export const recordings: Migration = {
  version: 5,
  name: 'recordings',
  statements: [
    // Null: it was not looked at. shown: what the event says was seen in it. empty: it showed no more. none: it was not to be had.
    'ALTER TABLE events ADD COLUMN recording_state TEXT',
    'CREATE INDEX events_recording ON events (recording_id) WHERE recording_id IS NOT NULL',
  ],
};
