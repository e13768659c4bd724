import { describe, expect, it } from 'vitest';
import { isSilent } from '../../../src/cameras/ring/silence.ts';

const minute = 60_000;
const now = 100 * minute;

describe('noticing that Ring no longer pushes', () => {
  const facts = { events: [], lastPush: null, motionPushed: true, since: 0, now };
  const ding = (at: number) => [{ kind: 'ding' as const, at }];
  const motion = (at: number) => [{ kind: 'motion' as const, at }];

  it.each([
    ['nothing happened', facts, false],
    ['a press that nobody told of', { ...facts, events: ding(50 * minute) }, true],
    ['a press that was pushed', { ...facts, events: ding(50 * minute), lastPush: 50 * minute + 900 }, false],
    ['a press after the last push', { ...facts, events: ding(50 * minute), lastPush: 40 * minute }, true],
    ['a press so fresh that its push may be under way', { ...facts, events: ding(now - 30_000) }, false],
    ['a press from before we listened', { ...facts, events: ding(50 * minute), since: 60 * minute }, false],
    ['motion that nobody told of', { ...facts, events: motion(50 * minute) }, true],
    ['motion, where motion was never pushed', { ...facts, events: motion(50 * minute), motionPushed: false }, false],
  ] as const)('%s: %o -> %s', (_, given, silent) => {
    expect(isSilent(given)).toBe(silent);
  });
});
