/** What a visit is told as. */
import { describe, expect, it } from 'vitest';
import { visitAlert } from '../../src/alerts/alert.ts';
import type { Identity, Visit } from '../../src/visits/visit.ts';

const lock = { id: 'front-lock', name: 'Front lock' };
const anna: Identity = { kind: 'person', personId: 1, name: 'Anna', similarity: 0.9 };
const visit: Visit = {
  cameraId: 'front-door',
  trigger: 'ding',
  triggeredAt: 1000,
  decidedAt: 2000,
  recordingId: null,
  identity: { kind: 'stranger' },
  decision: { unlock: false, gates: [] },
  unlocked: false,
  lockId: 'front-lock',
  lockError: null,
  failure: null,
  frames: 3,
  bestFrame: { width: 1920, height: 1080, takenAt: 1500, thumbnail: new Uint8Array([0xff, 0xd8]) },
  detections: [{ label: 'person', confidence: 0.874, box: [1, 2, 3, 4] }],
  faces: [],
  ignored: false,
  sentence: 'A stranger rang at Front door.',
  ms: { decode: 0, objects: 0, faces: 0, embeddings: 0, decision: 0, unlock: null },
};

describe('a visit', () => {
  it('that showed only ignored faces is told where they rang, or the door opened, and not otherwise', () => {
    const kind = (what: Partial<Visit>) => visitAlert({ ...visit, ignored: true, ...what }, 12, lock)?.kind;
    expect(kind({ trigger: 'motion' })).toBeUndefined();
    expect(kind({ trigger: 'manual' })).toBeUndefined();
    expect(kind({ trigger: 'ding' })).toBe('stranger');
    expect(kind({ trigger: 'motion', unlocked: true })).toBe('unlocked');
  });

  it.each([
    [{}, lock, 'stranger', ['unlock', 'ignore', 'who']],
    [{}, null, 'stranger', ['ignore', 'who']],
    [{ identity: anna }, lock, 'person', ['unlock', 'ignore']],
    [{ identity: anna, unlocked: true }, lock, 'unlocked', []],
    [{ identity: { kind: 'nobody' } }, lock, 'stranger', ['unlock', 'ignore']],
  ] satisfies [Partial<Visit>, typeof lock | null, string, string[]][])(
    '%j with lock %j is told as %s with %j',
    (what, at, kind, actions) => {
      const alert = visitAlert({ ...visit, ...what }, 12, at);
      expect(alert?.kind).toBe(kind);
      expect(alert?.offers.map(({ action }) => action)).toEqual(actions);
      expect(alert?.offers.every(({ eventId }) => eventId === 12)).toBe(true);
    },
  );

  it('in which something moved, and nobody was seen, is not told', () => {
    expect(visitAlert({ ...visit, trigger: 'motion', identity: { kind: 'nobody' } }, 12, lock)).toBeNull();
  });

  it('that could not be written down offers nothing', () => {
    expect(visitAlert(visit, null, lock)?.offers).toEqual([]);
  });

  it('shows what was seen, and needs no picture', () => {
    expect(visitAlert(visit, 12, lock)?.picture).toMatchObject({
      width: 1920,
      height: 1080,
      boxes: [{ box: [1, 2, 3, 4], label: 'person 87 %', tone: 'thing' }],
    });
    expect(visitAlert({ ...visit, bestFrame: null }, 12, lock)?.picture).toBeNull();
  });
});
