/** Which alert goes to which chat: truth tables. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlertKind,
  ageOf,
  alertKinds,
  byExpendability,
  byImportance,
  type ChatRules,
  deliveryOf,
  isQuiet,
  mayOfferUnlock,
  type Role,
} from '../../src/policy/alert.ts';
import { nextAt, wallTime } from '../../src/policy/home-time.ts';

const berlin = 'Europe/Berlin';
const noon = Date.UTC(2026, 10, 22, 11, 0);
const night = Date.UTC(2026, 10, 22, 22, 30);
const owner: ChatRules = { role: 'owner', kinds: [], cameras: [], quietHours: null, mutedUntil: 0 };
const quietHours = { from: '22:00', to: '07:00' };

describe('what a chat hears of', () => {
  const heard: Record<AlertKind, Record<Role, boolean>> = {
    stranger: { owner: true, family: true },
    person: { owner: true, family: true },
    unlocked: { owner: true, family: true },
    jammed: { owner: true, family: true },
    'left-open': { owner: true, family: true },
    health: { owner: true, family: false },
    digest: { owner: true, family: true },
  };
  for (const kind of alertKinds) {
    for (const role of ['owner', 'family'] as const) {
      it(`${kind} ${heard[kind][role] ? 'reaches' : 'does not reach'} ${role} where no kinds are chosen`, () => {
        const delivery = deliveryOf({ kind, cameraId: null }, { ...owner, role }, noon, berlin);
        expect(delivery).toBe(heard[kind][role] ? 'ring' : 'none');
      });
    }
  }

  const night7 = (silent: AlertKind[]) =>
    Object.fromEntries(alertKinds.map((kind) => [kind, silent.includes(kind) ? 'silent' : 'ring']));
  it('in quiet hours arrives without a sound, unless the house stands open', () => {
    const chat = { ...owner, quietHours };
    const told = Object.fromEntries(
      alertKinds.map((kind) => [kind, deliveryOf({ kind, cameraId: null }, chat, night, berlin)]),
    );
    expect(told).toEqual(night7(['stranger', 'person', 'unlocked', 'health', 'digest']));
    expect(deliveryOf({ kind: 'stranger', cameraId: null }, chat, noon, berlin)).toBe('ring');
  });

  it('while muted is nothing, unless the house stands open', () => {
    const chat = { ...owner, mutedUntil: noon + 1 };
    for (const kind of alertKinds) {
      const open = kind === 'jammed' || kind === 'left-open';
      expect(deliveryOf({ kind, cameraId: null }, chat, noon, berlin)).toBe(open ? 'ring' : 'none');
      expect(deliveryOf({ kind, cameraId: null }, chat, noon + 1, berlin)).toBe('ring');
    }
  });

  it.each([
    [[], 'front', 'ring'],
    [['front'], 'front', 'ring'],
    [['back'], 'front', 'none'],
    [['back'], null, 'ring'],
  ] as const)('with cameras %j chosen, an alert of %s is %s', (cameras, cameraId, delivery) => {
    expect(deliveryOf({ kind: 'stranger', cameraId }, { ...owner, cameras }, noon, berlin)).toBe(delivery);
  });

  it('is only what was chosen, whatever the role', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...alertKinds),
        fc.subarray([...alertKinds], { minLength: 1 }),
        fc.constantFrom<Role>('owner', 'family'),
        (kind, kinds, role) => {
          const delivery = deliveryOf({ kind, cameraId: null }, { ...owner, role, kinds }, noon, berlin);
          expect(delivery !== 'none').toBe(kinds.includes(kind));
        },
      ),
    );
  });
});

describe('quiet hours', () => {
  it.each([
    ['22:00', '07:00', 21, 59, false],
    ['22:00', '07:00', 22, 0, true],
    ['22:00', '07:00', 3, 0, true],
    ['22:00', '07:00', 6, 59, true],
    ['22:00', '07:00', 7, 0, false],
    ['13:00', '15:30', 15, 29, true],
    ['13:00', '15:30', 15, 30, false],
    ['13:00', '15:30', 3, 0, false],
    ['00:00', '00:00', 12, 0, true],
  ])('from %s to %s at %i:%i: %s', (from, to, hour, minute, quiet) => {
    expect(isQuiet({ from, to }, Date.UTC(2026, 0, 15, hour, minute), 'UTC')).toBe(quiet);
  });

  it('follow the clock on the wall over both changes of daylight saving', () => {
    // Berlin: 29 March 2026 02:00 becomes 03:00 at 01:00 UTC, 25 October 03:00 becomes 02:00 at 01:00 UTC.
    const at = (month: number, day: number, hour: number, minute: number) => Date.UTC(2026, month, day, hour, minute);
    expect(isQuiet(quietHours, at(2, 28, 21, 0), berlin)).toBe(true);
    expect(isQuiet(quietHours, at(2, 29, 4, 59), berlin)).toBe(true);
    expect(isQuiet(quietHours, at(2, 29, 5, 0), berlin)).toBe(false);
    expect(isQuiet(quietHours, at(2, 29, 20, 0), berlin)).toBe(true);
    expect(isQuiet(quietHours, at(9, 25, 5, 59), berlin)).toBe(true);
    expect(isQuiet(quietHours, at(9, 25, 6, 0), berlin)).toBe(false);
  });
});

describe('the time at home', () => {
  it('has the weekday, the hour and the minute of the wall', () => {
    expect(wallTime(Date.UTC(2026, 10, 22, 23, 30), berlin)).toEqual({
      year: 2026,
      month: 11,
      day: 23,
      weekday: 0,
      hour: 0,
      minute: 30,
    });
    expect(wallTime(Date.UTC(2026, 10, 22, 23, 30), 'Asia/Kathmandu')).toMatchObject({ hour: 5, minute: 15 });
  });

  it('reaches a weekday and hour once a week, and on time, whatever daylight saving does', () => {
    const zones = [berlin, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC'];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) }),
        (zone, weekday, hour, after) => {
          const at = nextAt(weekday, hour, after, zone);
          const wall = wallTime(at, zone);
          expect(at).toBeGreaterThan(after);
          expect(at - after).toBeLessThanOrEqual((7 * 24 + 2) * 3600_000);
          expect(wall.weekday).toBe(weekday);
          // The hour itself, or what the clock skips to where it skips that hour.
          expect([hour, hour + 1]).toContain(wall.hour);
          if (wall.hour !== hour) expect(wallTime(at - 60_000, zone).hour).toBe(hour - 1);
        },
      ),
    );
  });

  it('skips to three where there is no two o’clock, and takes the first of two', () => {
    expect(nextAt(6, 2, Date.UTC(2026, 2, 28), berlin)).toBe(Date.UTC(2026, 2, 29, 1, 0));
    const first = nextAt(6, 2, Date.UTC(2026, 9, 24), berlin);
    expect(first).toBe(Date.UTC(2026, 9, 25, 0, 0));
    expect(nextAt(6, 2, first, berlin)).toBe(Date.UTC(2026, 10, 1, 1, 0));
  });
});

describe('what waits too long', () => {
  it.each([
    ['stranger', 0, 'fresh'],
    ['stranger', 120, 'fresh'],
    ['stranger', 121, 'old news'],
    ['stranger', 24 * 3600, 'old news'],
    ['stranger', 24 * 3600 + 1, 'too old'],
    ['stranger', -3600, 'fresh'],
    ['digest', 24 * 3600, 'fresh'],
    ['digest', 73 * 3600, 'too old'],
  ] as const)('%s of %i seconds ago is %s', (kind, seconds, age) => {
    expect(ageOf(kind, noon - seconds * 1000, noon)).toBe(age);
  });

  it('drops digest, health, person and left open before anything else, and of equals the oldest', () => {
    const waiting = ['stranger', 'digest', 'jammed', 'health', 'unlocked', 'person', 'left-open', 'stranger'] as const;
    const numbered = waiting.map((kind, id) => ({ kind, id }));
    const order = (by: typeof byExpendability) => [...numbered].sort(by).map(({ kind, id }) => `${kind} ${id}`);
    expect(order(byExpendability)).toEqual([
      'digest 1',
      'health 3',
      'person 5',
      'left-open 6',
      'stranger 0',
      'jammed 2',
      'unlocked 4',
      'stranger 7',
    ]);
    expect(order(byImportance).slice(0, 4)).toEqual(['stranger 0', 'jammed 2', 'unlocked 4', 'stranger 7']);
  });

  it.each([
    ['owner', 0, true],
    ['owner', 60, true],
    ['owner', 61, false],
    ['owner', -1, false],
    ['family', 0, false],
  ] as const)('%s is offered Unlock %i seconds after the visit: %s', (role, seconds, offered) => {
    expect(mayOfferUnlock(role, noon - seconds * 1000, noon)).toBe(offered);
  });
});
