/**
 * What makes a long history quick to look at: an order of events, an index of what each counts as and says, and the
 * visits of each UTC day by subject and by place in the picture.
 */
import type { Migration } from './migration.ts';

/** Of several gates that refused, the one that says most; any other comes after these. */
const gateOrder = [
  'mode',
  'lock-out',
  'cooldown',
  'lock',
  'face-size',
  'one-face',
  'sharpness',
  'yaw',
  'pitch',
  'similarity',
  'margin',
  'anti-spoof',
  'contradicting',
  'frames',
  'span',
  'live',
];

/** By time, then by id, as one number; 20 bits of the id tell events of one millisecond apart, 43 are left for the time. */
const moment = `min(strftime('%s', recorded_at) * 1000 + substr(recorded_at, 21, 3), 8796093022207) * 1048576 + id % 1048576`;

/** A subject as one word that nobody types. */
const term = (subject: string) => `'x' || hex(${subject})`;

const refused = `unlock_granted = 0 AND identity <> 'nobody' AND lock_id IS NOT NULL`;

const day = `CAST(strftime('%s', recorded_at) AS INTEGER) / 86400`;
const quarter = `printf('%02d', CAST(strftime('%s', recorded_at) AS INTEGER) % 86400 / 900)`;

/** One of 36 digits for a place between 0 and `cells` along one side of the picture. */
const cell = (at: string, side: string, cells: number) =>
  `substr('0123456789abcdefghijklmnopqrstuvwxyz', 1 + max(0, min(${cells - 1}, CAST(${at} * ${cells} / ${side} AS INTEGER))), 1)`;

const subjectsOf = (id: string) => `event_subjects s JOIN events e ON e.id = s.event_id WHERE s.event_id = ${id}`;
const boxesOf = (id: string) => `event_boxes b JOIN events e ON e.id = b.event_id WHERE b.event_id = ${id}`;

export const history: Migration = {
  version: 4,
  name: 'a history that is quick to look at',
  statements: [
    // Everything an event counts as. The one place where that is said.
    `CREATE VIEW event_subjects AS
      SELECT id AS event_id, 'all' AS subject FROM events
      UNION ALL SELECT id, 'identity:' || identity FROM events
      UNION ALL SELECT id, 'trigger:' || trigger_kind FROM events WHERE trigger_kind IS NOT NULL
      UNION ALL SELECT id, 'decision:' || CASE
          WHEN unlocked THEN 'opened' WHEN unlock_granted THEN 'failed' WHEN ${refused} THEN 'refused' ELSE 'none' END
        FROM events
      UNION ALL SELECT id, 'refused:' || coalesce(
          (SELECT gate FROM gates WHERE event_id = events.id AND decision = 0 AND pass = 0
            ORDER BY CASE gate ${gateOrder.map((gate, rank) => `WHEN '${gate}' THEN ${rank}`).join(' ')} ELSE 99 END LIMIT 1),
          'unknown')
        FROM events WHERE ${refused} AND NOT unlocked
      UNION ALL SELECT event_id, 'person:' || name FROM (
          SELECT id AS event_id, person_name AS name FROM events WHERE person_name IS NOT NULL
          UNION SELECT event_id, person_name FROM faces WHERE person_name IS NOT NULL)
      UNION ALL SELECT DISTINCT event_id, 'label:' || label FROM detections`,
    // Each box on a grid of 32 by 18 cells, as four digits: left, top, right, bottom.
    `CREATE VIEW event_boxes AS
      SELECT event_id, label, ${cell('bbox_x1', 'frame_width', 32)} || ${cell('bbox_y1', 'frame_height', 18)}
          || ${cell('bbox_x2', 'frame_width', 32)} || ${cell('bbox_y2', 'frame_height', 18)} AS box
        FROM detections JOIN events ON events.id = event_id
        WHERE frame_width > 0 AND frame_height > 0 AND bbox_x1 + bbox_y1 + bbox_x2 + bbox_y2 IS NOT NULL`,

    // Greater than JavaScript's safe integers: it never leaves SQL.
    `CREATE TABLE event_order (
      moment INTEGER PRIMARY KEY,
      event_id INTEGER NOT NULL UNIQUE
    )`,
    // rowid is the moment, so that whatever is asked for comes newest first.
    `CREATE VIRTUAL TABLE event_terms USING fts5 (
      terms, content = '', contentless_delete = 1, detail = none,
      tokenize = 'unicode61 remove_diacritics 2'
    )`,
    // Its words one after another, so that the beginning of a word finds it.
    `CREATE VIRTUAL TABLE event_words USING fts5vocab (event_terms, instance)`,
    // Two digits for each visit: the quarter of the UTC day, so that any zone's hours can be made of them.
    `CREATE TABLE visit_days (
      subject TEXT NOT NULL,
      day INTEGER NOT NULL,
      camera_id TEXT NOT NULL,
      quarters TEXT NOT NULL,
      removed TEXT NOT NULL DEFAULT '',
      PRIMARY KEY (subject, day, camera_id)
    ) WITHOUT ROWID`,
    `CREATE TABLE picture_days (
      camera_id TEXT NOT NULL,
      label TEXT NOT NULL,
      day INTEGER NOT NULL,
      boxes TEXT NOT NULL,
      removed TEXT NOT NULL DEFAULT '',
      PRIMARY KEY (camera_id, label, day)
    ) WITHOUT ROWID`,

    // Adding an event's id indexes the event, deleting it takes the event out of the index.
    'CREATE VIEW event_index AS SELECT event_id FROM event_order',
    `CREATE TRIGGER event_index_add INSTEAD OF INSERT ON event_index BEGIN
      INSERT INTO event_order (moment, event_id) SELECT ${moment}, id FROM events WHERE id = NEW.event_id;
      INSERT INTO event_terms (rowid, terms)
        SELECT ${moment}, sentence || ' ' || ${term(`'camera:' || camera_id`)}
            || (SELECT group_concat(' ' || ${term('subject')}, '') FROM event_subjects WHERE event_id = NEW.event_id)
          FROM events WHERE id = NEW.event_id;
      INSERT INTO visit_days (subject, day, camera_id, quarters)
        SELECT subject, ${day}, camera_id, ${quarter} FROM ${subjectsOf('NEW.event_id')}
        ON CONFLICT DO UPDATE SET quarters = quarters || excluded.quarters;
      INSERT INTO picture_days (camera_id, label, day, boxes)
        SELECT camera_id, label, ${day}, box FROM ${boxesOf('NEW.event_id')}
        ON CONFLICT DO UPDATE SET boxes = boxes || excluded.boxes;
    END`,
    `CREATE TRIGGER event_index_remove INSTEAD OF DELETE ON event_index BEGIN
      INSERT INTO visit_days (subject, day, camera_id, quarters, removed)
        SELECT subject, ${day}, camera_id, '', ${quarter} FROM ${subjectsOf('OLD.event_id')}
        ON CONFLICT DO UPDATE SET removed = removed || excluded.removed;
      DELETE FROM visit_days
        WHERE (subject, day, camera_id) IN (SELECT subject, ${day}, camera_id FROM ${subjectsOf('OLD.event_id')})
          AND length(removed) = length(quarters);
      INSERT INTO picture_days (camera_id, label, day, boxes, removed)
        SELECT camera_id, label, ${day}, '', box FROM ${boxesOf('OLD.event_id')}
        ON CONFLICT DO UPDATE SET removed = removed || excluded.removed;
      DELETE FROM picture_days
        WHERE (camera_id, label, day) IN (SELECT camera_id, label, ${day} FROM ${boxesOf('OLD.event_id')})
          AND length(removed) = length(boxes);
      DELETE FROM event_terms WHERE rowid = (SELECT moment FROM event_order WHERE event_id = OLD.event_id);
      DELETE FROM event_order WHERE event_id = OLD.event_id;
    END`,
    // Before, while what belongs to the event is still there.
    `CREATE TRIGGER events_deleted BEFORE DELETE ON events BEGIN
      DELETE FROM event_index WHERE event_id = OLD.id;
    END`,

    // An old history, the same in bulk.
    'CREATE TABLE fill (event_id INTEGER NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (event_id, subject)) WITHOUT ROWID',
    'INSERT INTO fill SELECT event_id, subject FROM event_subjects ORDER BY event_id',
    `INSERT INTO event_order (moment, event_id) SELECT ${moment} AS moment, id FROM events ORDER BY moment`,
    `INSERT INTO event_terms (rowid, terms)
      SELECT moment, sentence || ' ' || ${term(`'camera:' || camera_id`)}
          || (SELECT group_concat(' ' || ${term('subject')}, '') FROM fill WHERE fill.event_id = events.id)
        FROM event_order CROSS JOIN events ON events.id = event_order.event_id ORDER BY moment`,
    `INSERT INTO visit_days (subject, day, camera_id, quarters)
      SELECT subject, ${day} AS day, camera_id, group_concat(${quarter}, '')
        FROM events CROSS JOIN fill ON fill.event_id = events.id GROUP BY subject, day, camera_id`,
    `INSERT INTO picture_days (camera_id, label, day, boxes)
      SELECT camera_id, label, ${day} AS day, group_concat(box, '')
        FROM event_boxes b JOIN events e ON e.id = b.event_id GROUP BY camera_id, label, day`,
    'DROP TABLE fill',
  ],
};
