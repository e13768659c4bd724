/** A visit as rows of the database. Pure. */
import type { Decision } from '../policy/decision.ts';
import type { Detection } from '../vision/analysis.ts';
import type { Recorded, Visit, VisitFace } from '../visits/visit.ts';
import { boxRow, embeddingBlob, isoTime } from './columns.ts';
import type { SqlValue } from './connection.ts';
import type { Row } from './insert.ts';

export function eventRow(visit: Visit, more: Record<string, SqlValue>): Row {
  const { ms } = visit;
  return {
    ...recordedRow(visit),
    camera_id: visit.cameraId,
    recorded_at: isoTime(visit.triggeredAt),
    recording_id: visit.recordingId,
    trigger_kind: visit.trigger,
    unlock_granted: Number(visit.decision.unlock),
    unlocked: Number(visit.unlocked),
    lock_id: visit.lockId,
    lock_error: visit.lockError,
    failure: visit.failure,
    ms_decode: ms.decode,
    ms_objects: ms.objects,
    ms_faces: ms.faces,
    ms_embeddings: ms.embeddings,
    ms_decision: ms.decision,
    ms_unlock: ms.unlock,
    ...more,
  };
}

/** Who came, and the picture that shows it best. */
export function recordedRow({ identity, bestFrame, frames, sentence }: Recorded): Row {
  return {
    identity: identity.kind,
    person_name: identity.kind === 'person' ? identity.name : null,
    similarity: identity.kind === 'person' ? identity.similarity : null,
    sentence,
    frames,
    frame_width: bestFrame?.width ?? null,
    frame_height: bestFrame?.height ?? null,
    frame_taken_at: bestFrame && isoTime(bestFrame.takenAt),
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
