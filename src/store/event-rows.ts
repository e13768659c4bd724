/** Rows of the database as an event. Pure. */
import type { TriggerKind } from '../cameras/camera.ts';
import type { GateValue } from '../policy/decision.ts';
import type { Landmarks, Point } from '../vision/analysis.ts';
import type { VisitTimes } from '../visits/visit.ts';
import { type BoxRow, orNaN, storedBox, storedEmbedding } from './columns.ts';
import type { StoredEvent, StoredFace, StoredIdentity } from './event.ts';
import type { RecordingState } from './recording-state.ts';

export interface EventRow {
  id: number;
  camera_id: string;
  recorded_at: string;
  recording_id: string | null;
  recording_state: RecordingState | null;
  trigger_kind: TriggerKind | null;
  identity: StoredIdentity['kind'];
  person_id: number | null;
  person_name: string | null;
  similarity: number | null;
  unlock_granted: number;
  unlocked: number;
  lock_id: string | null;
  lock_error: string | null;
  failure: string | null;
  sentence: string;
  frames: number;
  frame_width: number | null;
  frame_height: number | null;
  frame_taken_at: string | null;
  thumbnail_path: string | null;
  ms_decode: number | null;
  ms_objects: number | null;
  ms_faces: number | null;
  ms_embeddings: number | null;
  ms_decision: number | null;
  ms_unlock: number | null;
  seen: number;
  created_at: string;
}

export interface DetectionRow extends BoxRow {
  event_id: number;
  label: string;
  confidence: number | null;
}

export interface FaceRow extends BoxRow {
  id: number;
  event_id: number;
  person_id: number | null;
  person_name: string | null;
  similarity: number | null;
  confidence: number | null;
  yaw: number | null;
  pitch: number | null;
  roll: number | null;
  size: number | null;
  sharpness: number | null;
  antispoof: number | null;
  liveness: number | null;
  landmarks: string;
  embedding: Buffer | null;
}

export interface DecisionRow {
  event_id: number;
  decided_at: string;
  unlock: number;
}

export interface GateRow {
  event_id: number;
  gate: string;
  pass: number;
  value: string;
  limit: string;
}

/** What belongs to one event, each list in the order it was stored. */
export interface EventParts {
  detections: DetectionRow[];
  faces: FaceRow[];
  decision: DecisionRow | undefined;
  gates: GateRow[];
}

export function storedEvent(row: EventRow, { detections, faces, decision, gates }: EventParts): StoredEvent {
  return {
    id: row.id,
    cameraId: row.camera_id,
    trigger: row.trigger_kind,
    triggeredAt: Date.parse(row.recorded_at),
    decidedAt: Date.parse(decision?.decided_at ?? row.recorded_at),
    recordingId: row.recording_id,
    recording: row.recording_state,
    identity: storedIdentity(row),
    decision: { unlock: Boolean(decision?.unlock ?? row.unlock_granted), gates: gates.map(storedGate) },
    unlocked: Boolean(row.unlocked),
    lockId: row.lock_id,
    lockError: row.lock_error,
    failure: row.failure,
    frames: row.frames,
    frame: storedFrame(row),
    thumbnail: row.thumbnail_path,
    detections: detections.map(({ label, confidence, ...box }) => ({
      label,
      confidence: confidence ?? Number.NaN,
      box: storedBox(box),
    })),
    faces: faces.map(storedFace),
    sentence: row.sentence,
    ms: storedTimes(row),
    seen: Boolean(row.seen),
    createdAt: Date.parse(row.created_at),
  };
}

function storedIdentity({ identity, person_id, person_name, similarity }: EventRow): StoredIdentity {
  if (identity !== 'person') return { kind: identity };
  return { kind: 'person', personId: person_id, name: person_name ?? '', similarity };
}

function storedFrame({ frame_width, frame_height, frame_taken_at }: EventRow): StoredEvent['frame'] {
  if (frame_width === null || frame_height === null || frame_taken_at === null) return null;
  return { width: frame_width, height: frame_height, takenAt: Date.parse(frame_taken_at) };
}

function storedTimes(row: EventRow): VisitTimes | null {
  // Adopted rows alone know no trigger, and no times.
  if (row.trigger_kind === null) return null;
  return {
    decode: orNaN(row.ms_decode),
    objects: orNaN(row.ms_objects),
    faces: orNaN(row.ms_faces),
    embeddings: orNaN(row.ms_embeddings),
    decision: orNaN(row.ms_decision),
    unlock: row.ms_unlock,
  };
}

export function storedGate({ gate, pass, value, limit }: GateRow) {
  return {
    gate,
    pass: Boolean(pass),
    value: JSON.parse(value) as GateValue,
    limit: JSON.parse(limit) as GateValue,
  };
}

function storedFace(row: FaceRow): StoredFace {
  return {
    id: row.id,
    face: {
      box: storedBox(row),
      landmarks: storedLandmarks(row.landmarks),
      confidence: orNaN(row.confidence),
      pose: { yaw: orNaN(row.yaw), pitch: orNaN(row.pitch), roll: orNaN(row.roll) },
      size: orNaN(row.size),
      sharpness: orNaN(row.sharpness),
      antispoof: orNaN(row.antispoof),
      liveness: orNaN(row.liveness),
      embedding: row.embedding && storedEmbedding(row.embedding),
    },
    personId: row.person_id,
    personName: row.person_name,
    similarity: row.similarity,
  };
}

function storedLandmarks(json: string): Landmarks {
  const stored = JSON.parse(json) as Record<keyof Landmarks, readonly [number | null, number | null]>;
  const point = ([x, y]: readonly [number | null, number | null]): Point => [orNaN(x), orNaN(y)];
  return {
    rightEye: point(stored.rightEye),
    leftEye: point(stored.leftEye),
    nose: point(stored.nose),
    mouth: point(stored.mouth),
    rightEar: point(stored.rightEar),
    leftEar: point(stored.leftEar),
  };
}
