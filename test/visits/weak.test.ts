import { describe, expect, it } from 'vitest';
import { isWeak } from '../../src/visits/weak.ts';

const [nobody, stranger, person] = (['nobody', 'stranger', 'person'] as const).map((kind) => ({ kind }));

describe('a visit saw so little that its recording is worth looking at', () => {
  it.each([
    ['no frame came', { frames: 0 }, true],
    ['its frames showed nothing', { frames: 30 }, true],
    ['one picture showed a person without a face', { frames: 1, labels: ['person'] }, true],
    ['many frames showed a person without a face', { frames: 3, labels: ['person'] }, false],
    ['it showed a dog', { frames: 1, labels: ['dog'] }, false],
    ['a stranger came', { identity: stranger }, false],
    ['somebody was named', { identity: person }, false],
    ['there is no recording', { recordingId: null }, false],
    ['the door opened', { unlocked: true }, false],
  ])('where %s', (_, { labels = [], ...changes }: Record<string, unknown> & { labels?: string[] }, weak) => {
    const detections = labels.map((label) => ({ label }));
    const visit = { recordingId: '1', unlocked: false, frames: 0, identity: nobody, detections, ...changes };
    expect(isWeak(visit as Parameters<typeof isWeak>[0])).toBe(weak);
  });
});
