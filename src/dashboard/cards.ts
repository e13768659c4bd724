/** Rows of the database as the page shows them. Pure. */
import type { DetectionRow, EventRow, FaceRow, GateRow } from '../store/event-rows.ts';
import type { Box } from '../vision/analysis.ts';
import type { DecisionKind, EventCard, ExplainedGate, FaceDetail, SeenDetection, SeenFace } from './api-types.ts';
import { explainGate, gateTitle } from './gates.ts';

/** What the owner calls cameras, by id, and people, by the name they were enrolled under. */
export interface Names {
  cameras: ReadonlyMap<string, string>;
  people: ReadonlyMap<string, string>;
}

/** What a card needs of an event. */
export const cardColumns = [
  'id',
  'camera_id',
  'recorded_at',
  'recording_id',
  'trigger_kind',
  'identity',
  'person_name',
  'similarity',
  'unlock_granted',
  'unlocked',
  'lock_id',
  'lock_error',
  'failure',
  'sentence',
  'frame_width',
  'frame_height',
  'thumbnail_path',
  'seen',
] as const satisfies readonly (keyof EventRow)[];

export type CardRow = Pick<EventRow, (typeof cardColumns)[number]>;

type Boxed = Pick<FaceRow, 'bbox_x1' | 'bbox_y1' | 'bbox_x2' | 'bbox_y2'>;

/** Without detections and faces, which come from other tables. */
export function cardOf(row: CardRow, names: Names): EventCard {
  return {
    id: row.id,
    camera: row.camera_id,
    cameraName: names.cameras.get(row.camera_id) ?? row.camera_id,
    trigger: row.trigger_kind,
    at: row.recorded_at,
    identity: row.identity,
    person: row.person_name,
    personName: row.person_name && (names.people.get(row.person_name) ?? row.person_name),
    similarity: row.similarity,
    decision: decisionKind(row),
    sentence: row.sentence,
    failure: row.failure,
    lockError: row.lock_error,
    thumbnail: row.thumbnail_path,
    frame: row.frame_width && row.frame_height ? { width: row.frame_width, height: row.frame_height } : null,
    detections: [],
    faces: [],
    recordingId: row.recording_id,
    seen: Boolean(row.seen),
  };
}

/** As the database's `event_subjects` says it. */
export function decisionKind(
  row: Pick<EventRow, 'identity' | 'unlocked' | 'unlock_granted' | 'lock_id'>,
): DecisionKind {
  if (row.unlocked) return 'opened';
  if (row.unlock_granted) return 'failed';
  return row.identity !== 'nobody' && row.lock_id !== null ? 'refused' : 'none';
}

export function detectionOf({
  label,
  confidence,
  ...box
}: Boxed & Pick<DetectionRow, 'label' | 'confidence'>): SeenDetection {
  return { label, confidence, box: boxOf(box) };
}

export function faceOf({
  id,
  person_name,
  similarity,
  ...box
}: Boxed & Pick<FaceRow, 'id' | 'person_name' | 'similarity'>): SeenFace {
  return { id, box: boxOf(box), person: person_name, similarity };
}

export function faceDetailOf(row: FaceRow & { enrollable: number }): FaceDetail {
  const { confidence, yaw, pitch, size, sharpness, antispoof, liveness } = row;
  return {
    ...faceOf(row),
    confidence,
    yaw,
    pitch,
    size,
    sharpness,
    antispoof,
    liveness,
    enrollable: Boolean(row.enrollable),
  };
}

export function gateOf(row: GateRow): ExplainedGate {
  const gate = { gate: row.gate, pass: Boolean(row.pass), value: JSON.parse(row.value), limit: JSON.parse(row.limit) };
  return { ...gate, title: gateTitle(gate.gate), why: explainGate(gate) };
}

function boxOf({ bbox_x1, bbox_y1, bbox_x2, bbox_y2 }: Boxed): Box {
  return [bbox_x1 ?? 0, bbox_y1 ?? 0, bbox_x2 ?? 0, bbox_y2 ?? 0];
}
