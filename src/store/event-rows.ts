/** A visit as rows of the database, and back. Pure. */
import type { TriggerKind } from '../cameras/camera.ts';
import type { Decision, GateValue } from '../policy/decision.ts';
import type { Box, Detection, Landmarks, Point } from '../vision/analysis.ts';
import type { Visit, VisitFace, VisitTimes } from '../visits/visit.ts';
import type { SqlValue } from './connection.ts';
import type { StoredEvent, StoredFace, StoredIdentity } from './event.ts';
import type { Row } from './insert.ts';

interface BoxRow {
  bbox_x1: number | null;
  bbox_y1: number | null;
  bbox_x2: number | null;
  bbox_y2: number | null;
}

export interface EventRow {
  id: number;
  camera_id: string;
  recorded_at: string;
  recording_id: string | null;
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

/** UTC ISO 8601 with milliseconds. Throws a RangeError for what is no time. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function eventRow(visit: Visit, more: Record<string, SqlValue>): Row {
  const { identity, bestFrame, ms } = visit;
  return {
    camera_id: visit.cameraId,
    recorded_at: isoTime(visit.triggeredAt),
    recording_id: visit.recordingId,
    trigger_kind: visit.trigger,
    identity: identity.kind,
    person_name: identity.kind === 'person' ? identity.name : null,
    similarity: identity.kind === 'person' ? identity.similarity : null,
    unlock_granted: Number(visit.decision.unlock),
    unlocked: Number(visit.unlocked),
    lock_id: visit.lockId,
    lock_error: visit.lockError,
    failure: visit.failure,
    sentence: visit.sentence,
    frames: visit.frames,
    frame_width: bestFrame?.width ?? null,
    frame_height: bestFrame?.height ?? null,
    frame_taken_at: bestFrame && isoTime(bestFrame.takenAt),
    ms_decode: ms.decode,
    ms_objects: ms.objects,
    ms_faces: ms.faces,
    ms_embeddings: ms.embeddings,
    ms_decision: ms.decision,
    ms_unlock: ms.unlock,
    ...more,
  };
}

export function detectionRow(eventId: number, { label, confidence, box }: Detection): Row {
  return { event_id: eventId, label, confidence, ...boxRow(box) };
}

export function faceRow(eventId: number, { face, personName, similarity }: VisitFace, personId: number | null): Row {
  const { box, landmarks, confidence, pose, size, sharpness, antispoof, liveness, embedding } = face;
  return {
    event_id: eventId,
    person_id: personId,
    person_name: personName,
    similarity,
    confidence,
    ...boxRow(box),
    yaw: pose.yaw,
    pitch: pose.pitch,
    roll: pose.roll,
    size,
    sharpness,
    antispoof,
    liveness,
    landmarks: JSON.stringify(landmarks),
    embedding: embeddingBlob(embedding),
  };
}

export function decisionRow(eventId: number, position: number, decidedAt: number, { unlock }: Decision): Row {
  return { event_id: eventId, position, decided_at: isoTime(decidedAt), unlock: Number(unlock) };
}

export function gateRows(eventId: number, decision: number, { gates }: Decision): Row[] {
  return gates.map(({ gate, pass, value, limit }, position) => ({
    event_id: eventId,
    decision,
    position,
    gate,
    pass: Number(pass),
    value: JSON.stringify(value),
    limit: JSON.stringify(limit),
  }));
}

export function storedEvent(row: EventRow, { detections, faces, decision, gates }: EventParts): StoredEvent {
  return {
    id: row.id,
    cameraId: row.camera_id,
    trigger: row.trigger_kind,
    triggeredAt: Date.parse(row.recorded_at),
    decidedAt: Date.parse(decision?.decided_at ?? row.recorded_at),
    recordingId: row.recording_id,
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

/** Float32, in the machine's own order, which is little-endian on everything Homebridge runs on. */
export function embeddingBlob(embedding: Float32Array): Buffer {
  return Buffer.from(embedding.buffer, embedding.byteOffset, embedding.byteLength);
}

export function storedEmbedding(blob: Buffer): Float32Array {
  // Copied: a Float32Array cannot begin at any byte of a buffer.
  return new Float32Array(new Uint8Array(blob).buffer);
}

function boxRow([x1, y1, x2, y2]: Box): Row {
  return { bbox_x1: x1, bbox_y1: y1, bbox_x2: x2, bbox_y2: y2 };
}

/** SQLite keeps NaN as NULL. */
const orNaN = (value: number | null) => value ?? Number.NaN;

function storedBox({ bbox_x1, bbox_y1, bbox_x2, bbox_y2 }: BoxRow): Box {
  return [orNaN(bbox_x1), orNaN(bbox_y1), orNaN(bbox_x2), orNaN(bbox_y2)];
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

function storedGate({ gate, pass, value, limit }: GateRow) {
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
