import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Heard,
  type Push,
  pictureWithin,
  readPush,
  sortPush,
  type Verdict,
} from '../../../src/cameras/ring/triggers.ts';
import { push } from '../../fakes/ring/pushes.ts';

const now = 1_790_000_000_500;

describe('reading a push', () => {
  it('takes the time the camera was triggered, so that door to decision can be known', () => {
    expect(readPush(push({ triggeredAt: 1_790_000_000_000 }), now)?.at).toBe(1_790_000_000_000);
  });

  it('reads ids and times that come as strings', () => {
    const stringy = push({ device: '1001' }) as { analytics: { triggered_at: unknown } };
    stringy.analytics.triggered_at = '1790000000000';
    expect(readPush(stringy, now)).toMatchObject({ device: '1001', id: '777', at: 1_790_000_000_000 });
  });

  it('reads a ding without an id, as newer models send it', () => {
    const read = readPush(push({ id: null }), now);
    expect(read).toMatchObject({ kind: 'ding', device: '1001' });
    expect(read).not.toHaveProperty('id');
  });

  it.each([
    ['subtype human', { subtype: 'human' }, true],
    ['detection type human', { detection: 'human' }, true],
    ['loitering', { detection: 'loitering' }, false],
    ['other motion', { subtype: 'other_motion', detection: 'other_motion' }, false],
  ])('takes %s as the hint that there is a person: %o -> %s', (_, options, person) => {
    expect(readPush(push({ category: 'motion', ...options }), now)?.person).toBe(person);
  });

  it('leaves alone what is neither a press nor motion, and never throws', () => {
    const other = push();
    other.android_config.category = 'com.ring.push.INTERCOM_UNLOCK_FROM_APP';
    expect(readPush(other, now)).toBeUndefined();
    fc.assert(fc.property(fc.anything(), (value) => readPush(value, now) === undefined));
  });

  it('never throws on a push whose parts are of the wrong kind', () => {
    const parts = ['android_config', 'analytics', 'data', 'img'];
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.anything(), (part, value) => {
        readPush({ ...push(), [part]: value }, now);
      }),
    );
  });
});

describe('sorting pushes', () => {
  const ding: Push = { kind: 'ding', device: '1', id: '7', at: 1000, timestamp: 1000, person: false };

  it('lets the first push begin a visit and takes the next of the same id for a duplicate', () => {
    expect(verdicts([ding, 0], [ding, 50])).toEqual(['new', 'duplicate']);
  });

  it('takes the second push of a battery camera, with the picture, as that of the first', () => {
    const [, verdict] = sorted([ding, 0], [{ ...ding, snapshot: 'uuid' }, 1500]);
    expect(verdict).toEqual({ is: 'picture', first: ding, snapshot: 'uuid' });
  });

  it('does not wait for the picture for longer than two seconds, and takes one only', () => {
    const pictured = { ...ding, snapshot: 'uuid' };
    expect(verdicts([ding, 0], [pictured, pictureWithin + 1])).toEqual(['new', 'duplicate']);
    expect(verdicts([ding, 0], [pictured, 100], [pictured, 200])).toEqual(['new', 'picture', 'duplicate']);
    expect(verdicts([pictured, 0], [pictured, 100])).toEqual(['new', 'duplicate']);
  });

  it('knows an event without an id by device, time and kind', () => {
    const { id: _, ...bare } = ding;
    expect(verdicts([bare, 0], [bare, 10])).toEqual(['new', 'duplicate']);
    expect(verdicts([bare, 0], [{ ...bare, timestamp: 2000 }, 10])).toEqual(['new', 'new']);
    expect(verdicts([bare, 0], [{ ...bare, device: '2' }, 10])).toEqual(['new', 'new']);
    expect(verdicts([bare, 0], [{ ...bare, kind: 'motion' }, 10])).toEqual(['new', 'new']);
  });

  it('knows an event again when only one of its pushes carries the id', () => {
    const { id: _, ...bare } = ding;
    expect(verdicts([bare, 0], [ding, 10])).toEqual(['new', 'duplicate']);
    expect(verdicts([ding, 0], [bare, 10])).toEqual(['new', 'duplicate']);
  });

  const pushes = fc.array(
    fc.record({
      device: fc.constantFrom('1', '2'),
      kind: fc.constantFrom('ding' as const, 'motion' as const),
      number: fc.integer({ min: 1, max: 4 }),
      withId: fc.boolean(),
      snapshot: fc.boolean(),
      after: fc.integer({ min: 0, max: 3000 }),
    }),
    { maxLength: 30 },
  );

  it('begins exactly one visit for each event, however often, in whatever order and form it is pushed', () => {
    fc.assert(
      fc.property(pushes, (list) => {
        let clock = 0;
        const timed = list.map(({ device, kind, number, withId, snapshot, after }): [Push, number] => {
          clock += after;
          const event = `${device}${kind === 'ding' ? 1 : 2}${number}`;
          const timestamp = number * 10_000;
          const read: Push = { kind, device, at: timestamp, timestamp, person: false };
          return [
            { ...read, ...(withId ? { id: event } : {}), ...(snapshot ? { snapshot: `of ${event}` } : {}) },
            clock,
          ];
        });
        const events = new Set(timed.map(([each]) => `${each.device} ${each.kind} ${each.timestamp}`));
        const all = sorted(...timed);
        expect(all.filter((verdict) => verdict.is === 'new')).toHaveLength(events.size);
        for (const verdict of all) {
          if (verdict.is !== 'picture') continue;
          const { device, kind, timestamp } = verdict.first;
          expect(verdict.snapshot).toBe(`of ${device}${kind === 'ding' ? 1 : 2}${(timestamp ?? 0) / 10_000}`);
        }
      }),
    );
  });

  it('forgets what is long past, so that its memory does not grow', () => {
    let heard: Heard = [];
    for (let n = 0; n < 1000; n++) [heard] = sortPush(heard, { ...ding, id: String(n), timestamp: n }, n * 60_000);
    expect(heard.length).toBeLessThan(20);
  });
});

function sorted(...pushes: Array<[Push, number]>): Verdict[] {
  let heard: Heard = [];
  return pushes.map(([each, at]) => {
    const [next, verdict] = sortPush(heard, each, at);
    heard = next;
    return verdict;
  });
}

function verdicts(...pushes: Array<[Push, number]>): string[] {
  return sorted(...pushes).map((verdict) => verdict.is);
}
