import { describe, expect, it } from 'vitest';
import { isKnown, pastVisit } from '../../src/visits/past.ts';

const at = Date.UTC(2026, 10, 22, 8);
const moment = { kind: 'ding' as const, at, recordingId: '77' };
const ms = { decode: 1, objects: 2, faces: 3, embeddings: 4 };
const seen = { identity: { kind: 'stranger' as const }, frames: 12, bestFrame: null, detections: [], faces: [] };
const shown = { ...seen, ignored: false, ms };

describe('a visit of the past', () => {
  it('tells who came, and of no decision', () => {
    const visit = pastVisit({ id: 'front', name: 'Front' }, moment, shown);
    expect(visit).toMatchObject({
      cameraId: 'front',
      trigger: 'ding',
      triggeredAt: at,
      recordingId: '77',
      sentence: 'A stranger rang at Front.',
      decision: { unlock: false, gates: [] },
      unlocked: false,
      lockId: null,
      lockError: null,
      ignored: false,
    });
  });

  it('is marked as ignored where the stranger is', () => {
    expect(pastVisit({ id: 'front', name: 'Front' }, moment, { ...shown, ignored: true }).ignored).toBe(true);
  });
});

describe('a moment of the past is known', () => {
  const lived = { recordingId: '70', triggeredAt: at - 20_000, decidedAt: at - 1_000 };

  it.each([
    ['by its recording', { recordingId: '77', triggeredAt: 0, decidedAt: 0 }, true],
    ['where a visit was under way then, as when a press follows motion', { ...lived, decidedAt: at + 4_000 }, true],
    ['where a visit ended just before', lived, true],
    ['where a visit without a recording was under way then', { ...lived, recordingId: null }, true],
    ['not where the visit was long over', { ...lived, decidedAt: at - 6_000 }, false],
    ['not where the visit began later', { ...lived, triggeredAt: at + 6_000, decidedAt: at + 9_000 }, false],
    [
      'not by the time of another that was found in its recording',
      { recordingId: '70', triggeredAt: at, decidedAt: at },
      false,
    ],
  ])('%s', (_, visit, known) => {
    expect(isKnown(moment, [visit])).toBe(known);
  });
});
