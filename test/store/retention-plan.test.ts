/** What of the history has to go: never the newer before the older, never more than needed, and enough of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  type Holdings,
  planRetention,
  type RetentionLimits,
  type RetentionPlan,
  removedSentence,
} from '../../src/store/retention-plan.ts';

const dayMs = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 10, 22);

interface House {
  /** Oldest first. */
  events: Candidate[];
  bytesPerEvent: number;
}

/** What a house holds, with the oldest `window` of each kind as candidates. */
function holdings({ events, bytesPerEvent }: House, window: number): Holdings {
  return {
    databaseBytes: events.length * bytesPerEvent,
    thumbnailBytes: events.reduce((sum, { thumbnailBytes }) => sum + thumbnailBytes, 0),
    events: events.length,
    oldest: events.slice(0, window),
    oldestWithThumbnail: events.filter(({ thumbnailBytes }) => thumbnailBytes > 0).slice(0, window),
  };
}

function applied({ events, bytesPerEvent }: House, plan: RetentionPlan): House {
  return {
    bytesPerEvent,
    events: events
      .filter(({ id }) => !plan.events.includes(id))
      .map((event) => (plan.thumbnails.includes(event.id) ? { ...event, thumbnailBytes: 0 } : event)),
  };
}

function carriedOut(house: House, limits: RetentionLimits, window: number): { house: House; plans: RetentionPlan[] } {
  const plans: RetentionPlan[] = [];
  for (let left = house; ; ) {
    const plan = planRetention(holdings(left, window), limits, now);
    if (plan.events.length + plan.thumbnails.length === 0) return { house: left, plans };
    plans.push(plan);
    left = applied(left, plan);
  }
}

const total = (house: House) => holdings(house, 0).databaseBytes + holdings(house, 0).thumbnailBytes;

const anyHouse: fc.Arbitrary<House> = fc
  .record({
    bytesPerEvent: fc.integer({ min: 100, max: 10_000 }),
    visits: fc.array(
      fc.record({
        age: fc.integer({ min: 0, max: 200 * dayMs }),
        thumbnailBytes: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100_000 })),
      }),
      { maxLength: 60 },
    ),
  })
  .map(({ bytesPerEvent, visits }) => ({
    bytesPerEvent,
    events: visits
      .toSorted((a, b) => b.age - a.age)
      .map(({ age, thumbnailBytes }, index) => ({ id: index + 1, at: now - age, thumbnailBytes })),
  }));
const anyLimits = fc.record({ days: fc.integer({ min: 1, max: 200 }), bytes: fc.integer({ min: 0, max: 3_000_000 }) });
const anyWindow = fc.integer({ min: 1, max: 80 });

describe('whatever a house holds', () => {
  const check = (property: (house: House, limits: RetentionLimits, window: number) => void) =>
    fc.assert(fc.property(anyHouse, anyLimits, anyWindow, property), { numRuns: 500 });

  it('nothing is left that is too old, and no more bytes than allowed', () => {
    check((house, limits, window) => {
      const left = carriedOut(house, limits, window).house;
      expect(left.events.filter(({ at }) => at < now - limits.days * dayMs)).toEqual([]);
      expect(total(left)).toBeLessThanOrEqual(limits.bytes);
    });
  });

  it('an event or a picture never goes while an older one stays', () => {
    check((house, limits, window) => {
      const left = carriedOut(house, limits, window).house.events;
      expect(left.map(({ id }) => id)).toEqual(
        house.events.slice(house.events.length - left.length).map(({ id }) => id),
      );
      const had = house.events.slice(house.events.length - left.length);
      const pictured = left.findIndex(({ thumbnailBytes }) => thumbnailBytes > 0);
      if (pictured !== -1) expect(left.slice(pictured)).toEqual(had.slice(pictured));
    });
  });

  it('events young enough go only once no picture is left', () => {
    check((house, limits, window) => {
      const { house: left } = carriedOut(house, limits, window);
      const young = house.events.filter(({ at }) => at >= now - limits.days * dayMs);
      if (left.events.length < young.length) expect(holdings(left, 0).thumbnailBytes).toBe(0);
    });
  });

  it('nothing goes that is within both limits', () => {
    check((house, { days }, window) => {
      const young = { ...house, events: house.events.filter(({ at }) => at >= now - days * dayMs) };
      expect(carriedOut(young, { days, bytes: total(young) }, window).plans).toEqual([]);
    });
  });

  it('no more goes than had to: with the last thing removed back, it would be too much', () => {
    check((house, limits) => {
      const young = { ...house, events: house.events.filter(({ at }) => at >= now - limits.days * dayMs) };
      const { house: left, plans } = carriedOut(young, limits, 100);
      const last = plans.at(-1);
      if (!last) return;
      const lastPicture = young.events.find(({ id }) => id === last.thumbnails.at(-1))?.thumbnailBytes;
      expect(total(left) + (lastPicture ?? young.bytesPerEvent)).toBeGreaterThan(limits.bytes);
    });
  });
});

describe('the sentence', () => {
  const limits = { days: 90, bytes: 1024 * 1024 * 1024 };
  it.each([
    [{ events: 0, thumbnails: 0, orphans: 0 }, null],
    [{ events: 1, thumbnails: 0, orphans: 0 }, 'Removed 1 visit: the history is kept for 90 days and within 1024 MB.'],
    [
      { events: 0, thumbnails: 1, orphans: 2 },
      'Removed the picture of 1 old visit and 2 pictures that belonged to no visit: the history is kept for 90 days and within 1024 MB.',
    ],
    [
      { events: 12, thumbnails: 30, orphans: 1 },
      'Removed 12 visits, the pictures of 30 old visits, and 1 picture that belonged to no visit: the history is kept for 90 days and within 1024 MB.',
    ],
  ])('of %j is %j', (removed, sentence) => expect(removedSentence(removed, limits)).toBe(sentence));
});
