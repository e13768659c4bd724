/** The hours of face unlock by the clock at home: days, nights over midnight, and both changes of the clock. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallTime } from '../../src/policy/home-time.ts';
import { type Hours, homeDay, isWithin, scheduleInWords } from '../../src/policy/schedule.ts';

const berlin = (iso: string) => wallTime(Date.parse(iso), 'Europe/Berlin');
const hours = (from: string, to: string, ...days: string[]): Hours => ({ days, from, to });

describe('hours', () => {
  it.each<[string, Hours[], boolean]>([
    ['2026-11-23T06:00Z', [], true],
    ['2026-11-23T06:00Z', [hours('07:00', '19:00')], true],
    ['2026-11-23T05:59Z', [hours('07:00', '19:00')], false],
    ['2026-11-23T17:59Z', [hours('07:00', '19:00')], true],
    ['2026-11-23T18:00Z', [hours('07:00', '19:00')], false],
    // Monday's night ends on Tuesday.
    ['2026-11-24T01:00Z', [hours('22:00', '06:00', 'monday')], true],
    ['2026-11-23T01:00Z', [hours('22:00', '06:00', 'monday')], false],
    ['2026-11-23T22:00Z', [hours('22:00', '06:00', 'monday')], true],
    ['2026-11-24T12:00Z', [hours('08:00', '08:00', 'monday')], false],
    ['2026-11-24T06:00Z', [hours('08:00', '08:00', 'monday')], true],
    ['2026-11-23T06:00Z', [hours('07:00', '19:00', 'tuesday'), hours('06:00', '08:00', 'monday')], true],
    ['2026-11-23T06:00Z', [hours('', '19:00')], false],
    ['2026-11-23T06:00Z', [hours('07:00', 'noon')], false],
    // Summer: the same wall clock is another hour of UTC.
    ['2026-07-06T05:00Z', [hours('07:00', '19:00')], true],
    // The clock goes from 02:00 to 03:00: at 01:00 UTC it shows 03:00.
    ['2026-03-29T00:59Z', [hours('01:30', '02:30')], true],
    ['2026-03-29T01:00Z', [hours('01:30', '02:30')], false],
    // The clock shows 02:00 to 03:00 twice, and both count.
    ['2026-10-25T00:30Z', [hours('02:00', '03:00')], true],
    ['2026-10-25T01:30Z', [hours('02:00', '03:00')], true],
    ['2026-10-25T02:00Z', [hours('02:00', '03:00')], false],
  ])('%s in %j: %o', (at, schedule, expected) => {
    expect(isWithin(schedule, berlin(at))).toBe(expected);
  });

  it('and the hours that are left of the day never hold at once, and always one of them does', () => {
    const time = fc.integer({ min: 0, max: 1439 }).map((minute) => {
      return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    });
    const moment = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
    fc.assert(
      fc.property(time, time, moment, (from, to, at) => {
        fc.pre(from !== to);
        const wall = wallTime(at, 'Europe/Berlin');
        expect(isWithin([hours(from, to)], wall)).toBe(!isWithin([hours(to, from)], wall));
      }),
    );
  });

  it('are told as they were set', () => {
    expect(scheduleInWords([hours('07:00', '19:00', 'monday', 'friday'), hours('22:00', '02:00')])).toBe(
      '07:00-19:00 monday, friday; 22:00-02:00',
    );
  });

  it('count days as the home does', () => {
    expect(homeDay(berlin('2026-11-22T22:59Z'))).toBe('2026-11-22');
    expect(homeDay(berlin('2026-11-22T23:00Z'))).toBe('2026-11-23');
  });
});
