/** Which occupancy sensors there are, and when each is on. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isOccupied,
  type LastSeen,
  type Observation,
  observe,
  type SensorId,
  sensors,
  untilNextChange,
} from '../../src/policy/occupancy.ts';

const nothing: Observation = { cameraId: 'front', labels: [], personIds: [], stranger: false };
const empty: LastSeen = new Map();
const hold = 60;
const minute = 60_000;

describe('the sensors', () => {
  const cameras = [
    { id: 'front', name: 'Front Door' },
    { id: 'garden', name: 'Garden' },
  ];
  const people = [{ id: 7, displayName: 'Anna' }];

  it('are one for each camera, person and label, and one for strangers', () => {
    expect(sensors({ people: true, stranger: true, labels: ['cat', 'dining table'] }, cameras, people)).toEqual([
      { id: 'camera-front', name: 'Front Door Occupancy' },
      { id: 'camera-garden', name: 'Garden Occupancy' },
      { id: 'person-7', name: 'Anna' },
      { id: 'label-cat', name: 'Cat' },
      { id: 'label-dining-table', name: 'Dining Table' },
      { id: 'stranger', name: 'Stranger' },
    ]);
  });

  it('are those of the cameras alone where nothing else is wished for', () => {
    const ids = sensors({ people: false, stranger: false, labels: [] }, cameras, people).map(({ id }) => id);
    expect(ids).toEqual(['camera-front', 'camera-garden']);
  });
});

describe('what is seen turns on', () => {
  it.each<[string, Partial<Observation>, SensorId[]]>([
    ['nothing: none', {}, []],
    ['a person without a face: the camera', { labels: ['person'] }, ['label-person', 'camera-front']],
    ['a cat: its label alone', { labels: ['cat'] }, ['label-cat']],
    ['an enrolled person: theirs and the camera', { personIds: [7] }, ['person-7', 'camera-front']],
    ['a stranger: that and the camera', { stranger: true }, ['camera-front', 'stranger']],
    [
      'two people and a dining table: all of them',
      { labels: ['person', 'dining table'], personIds: [7, 8] },
      ['label-person', 'label-dining-table', 'person-7', 'person-8', 'camera-front'],
    ],
  ])('%s', (_, seen, on) => {
    expect([...observe(empty, { ...nothing, ...seen }, 5)]).toEqual(on.map((id) => [id, 5]));
  });

  it('the camera that saw it, no other', () => {
    const seen = observe(empty, { ...nothing, cameraId: 'garden', labels: ['person'] }, 0);
    expect(isOccupied(seen, 'camera-garden', 0, hold)).toBe(true);
    expect(isOccupied(seen, 'camera-front', 0, hold)).toBe(false);
  });
});

describe('a sensor', () => {
  const seen = observe(empty, { ...nothing, stranger: true }, 10 * minute);
  it.each([
    ['on when it is seen', 10 * minute, true],
    ['on until the hold time is over', 11 * minute - 1, true],
    ['off when it is', 11 * minute, false],
    ['on though the clock was put back a little', 10 * minute - 1000, true],
    ['off where the clock was put back by more than the hold time', 8 * minute, false],
  ])('is %s', (_, now, on) => {
    expect(isOccupied(seen, 'stranger', now, hold)).toBe(on);
  });

  it('is seen again after the clock was put back', () => {
    const again = observe(seen, { ...nothing, stranger: true }, 2 * minute);
    expect(isOccupied(again, 'stranger', 2 * minute, hold)).toBe(true);
  });

  it('is not changed by what others see', () => {
    expect(observe(seen, { ...nothing, labels: ['cat'] }, 0).get('stranger')).toBe(10 * minute);
    expect(seen.has('label-cat')).toBe(false);
  });
});

describe('the next change', () => {
  it('is none where all are off', () => {
    expect(untilNextChange(empty, 0, hold)).toBeNull();
    expect(untilNextChange(new Map([['stranger', 0]]), minute, hold)).toBeNull();
  });

  it('is exactly when the first sensor turns off, whatever was seen when', () => {
    const times = fc.dictionary(fc.constantFrom('stranger', 'label-cat', 'person-1', 'camera-x'), fc.nat(200_000));
    fc.assert(
      fc.property(times, fc.nat(200_000), (at, now) => {
        const seen = new Map(Object.entries(at)) as LastSeen;
        const on = (time: number) => [...seen.keys()].filter((id) => isOccupied(seen, id, time, hold));
        const wait = untilNextChange(seen, now, hold);
        if (wait === null) {
          expect(on(now)).toEqual([]);
          return;
        }
        expect(wait).toBeGreaterThan(0);
        expect(on(now + wait - 1).length).toBeGreaterThanOrEqual(on(now).length);
        expect(on(now).some((id) => !isOccupied(seen, id, now + wait, hold))).toBe(true);
      }),
    );
  });
});
