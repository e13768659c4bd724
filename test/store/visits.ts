/** Visits to store: one like those of a real evening, and any there could be. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { StoredEvent } from '../../src/store/event.ts';
import type { Face } from '../../src/vision/analysis.ts';
import type { Visit } from '../../src/visits/visit.ts';

export const evening = Date.UTC(2026, 10, 22, 18, 30, 0, 250);
export const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]);

/** A unit vector, another for each `seed`. */
export function embedding(seed: number, length = 1024): Float32Array {
  const values = Float32Array.from({ length }, (_, i) => Math.sin(seed * 37 + i * (seed + 1)));
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return values.map((value) => value / norm);
}

export function aFace(changes: Partial<Face> = {}): Face {
  return {
    box: [300.5, 80.25, 380.75, 190],
    landmarks: {
      rightEye: [320.125, 120.5],
      leftEye: [355.5, 121],
      nose: [338, 140.75],
      mouth: [337, 160],
      rightEar: [305, 125],
      leftEar: [375, 127.5],
    },
    confidence: 0.97,
    pose: { yaw: -4.5, pitch: 2.25, roll: 1 },
    size: 80.25,
    sharpness: 143.2,
    antispoof: 0.91,
    liveness: 0.88,
    embedding: embedding(1),
    ...changes,
  };
}

export function aVisit(changes: Partial<Visit> = {}): Visit {
  return {
    cameraId: 'front-door',
    trigger: 'ding',
    triggeredAt: evening,
    decidedAt: evening + 1450,
    recordingId: 'ring-7012',
    identity: { kind: 'stranger' },
    decision: {
      unlock: false,
      gates: [
        { gate: 'armed', pass: true, value: true, limit: true },
        { gate: 'similarity', pass: false, value: 0.4125, limit: 0.75 },
        { gate: 'lock', pass: true, value: 'locked', limit: 'locked' },
        { gate: 'schedule', pass: true, value: null, limit: null },
      ],
    },
    unlocked: false,
    lockId: 'front',
    lockError: null,
    failure: null,
    frames: 6,
    bestFrame: { width: 1920, height: 1080, takenAt: evening + 800, thumbnail: null },
    detections: [
      { label: 'person', confidence: 0.88, box: [250, 40, 480.5, 1020] },
      { label: 'dog', confidence: 0.61, box: [500, 700, 760, 1010.25] },
    ],
    faces: [{ face: aFace(), personId: null, personName: null, similarity: 0.4125 }],
    ignored: false,
    sentence: 'A stranger was at the front door; it stayed shut.',
    ms: { decode: 12.5, objects: 57, faces: 13.25, embeddings: 14, decision: 1450, unlock: null },
    ...changes,
  };
}

/** What a visit is as an event, but for ids, the path of the thumbnail and the people who are not in `people`. */
export function expectedEvent(visit: Visit, people: ReadonlySet<number> = new Set()): Partial<StoredEvent> {
  const known = (id: number | null) => (id !== null && people.has(id) ? id : null);
  const { trigger, identity, bestFrame, faces, ...same } = visit;
  return {
    ...same,
    trigger,
    identity: identity.kind === 'person' ? { ...identity, personId: known(identity.personId) } : identity,
    frame: bestFrame && { width: bestFrame.width, height: bestFrame.height, takenAt: bestFrame.takenAt },
    faces: faces.map((face) => ({ ...face, id: expect.any(Number), personId: known(face.personId) })),
    seen: false,
  };
}

// Adding 0 turns -0 into 0: SQLite has one zero.
const real = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const text = fc.string({ unit: 'binary', maxLength: 40 });
const time = fc.integer({ min: 0, max: Date.UTC(9999, 0) });
const box = fc.tuple(real, real, real, real);
const point = fc.tuple(real, real);
const personId = fc.integer({ min: 1, max: 5 });

const face: fc.Arbitrary<Face> = fc.record({
  box,
  landmarks: fc.record({ rightEye: point, leftEye: point, nose: point, mouth: point, rightEar: point, leftEar: point }),
  confidence: real,
  pose: fc.record({ yaw: real, pitch: real, roll: real }),
  size: real,
  sharpness: real,
  antispoof: real,
  liveness: real,
  embedding: fc.float32Array({ minLength: 1, maxLength: 64 }),
});

const gateValue = fc.oneof(real, text, fc.boolean(), fc.constant(null));

/** People have the ids 1 to 5. */
export const anyVisit: fc.Arbitrary<Visit> = fc.record({
  cameraId: text,
  trigger: fc.constantFrom('ding' as const, 'motion' as const, 'manual' as const),
  triggeredAt: time,
  decidedAt: time,
  recordingId: fc.option(text),
  identity: fc.oneof(
    fc.record({ kind: fc.constant('person' as const), personId, name: text, similarity: real }),
    fc.constant({ kind: 'stranger' as const }),
    fc.constant({ kind: 'nobody' as const }),
  ),
  decision: fc.record({
    unlock: fc.boolean(),
    gates: fc.array(fc.record({ gate: text, pass: fc.boolean(), value: gateValue, limit: gateValue }), {
      maxLength: 20,
    }),
  }),
  unlocked: fc.boolean(),
  lockId: fc.option(text),
  lockError: fc.option(text),
  failure: fc.option(text),
  frames: fc.nat(),
  bestFrame: fc.option(
    fc.record({
      width: fc.nat(),
      height: fc.nat(),
      takenAt: time,
      thumbnail: fc.option(fc.uint8Array({ maxLength: 50 })),
    }),
  ),
  detections: fc.array(fc.record({ label: text, confidence: real, box }), { maxLength: 10 }),
  faces: fc.array(
    fc.record({ face, personId: fc.option(personId), personName: fc.option(text), similarity: fc.option(real) }),
    { maxLength: 4 },
  ),
  ignored: fc.boolean(),
  sentence: text,
  ms: fc.record({
    decode: real,
    objects: real,
    faces: real,
    embeddings: real,
    decision: real,
    unlock: fc.option(real),
  }),
});
