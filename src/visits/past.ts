/** A visit of the past, as its recording tells of it: nothing was decided, and nobody is told. Pure. */
import type { TriggerKind } from '../cameras/camera.ts';
import type { Decision } from '../policy/decision.ts';
import type { Shown } from './look-through.ts';
import { sentenceFor } from './sentence.ts';
import type { Visit } from './visit.ts';

export interface PastMoment {
  kind: TriggerKind;
  /** Milliseconds since the epoch. */
  at: number;
  recordingId: string;
}

/** What happens within so many milliseconds of a visit's beginning or end is part of it. */
const nearby = 5_000;

const none: Decision = { unlock: false, gates: [] };

export function pastVisit(camera: { id: string; name: string }, moment: PastMoment, shown: Shown): Visit {
  const { ms, ...seen } = shown;
  const outcome = {
    trigger: moment.kind,
    ...seen,
    decision: none,
    unlocked: false,
    lockId: null,
    lockError: null,
    failure: null,
  };
  return {
    ...outcome,
    cameraId: camera.id,
    triggeredAt: moment.at,
    decidedAt: moment.at,
    recordingId: moment.recordingId,
    sentence: sentenceFor({ ...outcome, cameraName: camera.name, candidate: null }),
    // How long the decision took is not known, and is kept as such.
    ms: { ...ms, decision: Number.NaN, unlock: null },
  };
}

/** The history has the visit that this moment belongs to. */
export function isKnown(
  { at, recordingId }: PastMoment,
  known: readonly { recordingId: string | null; triggeredAt: number; decidedAt: number }[],
): boolean {
  return known.some((visit) => {
    if (visit.recordingId === recordingId) return true;
    // A visit that Latchkey saw itself took time, and may have begun with motion and gone on with a press.
    const lived = visit.decidedAt > visit.triggeredAt;
    return lived && at >= visit.triggeredAt - nearby && at <= visit.decidedAt + nearby;
  });
}
