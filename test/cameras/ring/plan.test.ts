import { describe, expect, it } from 'vitest';
import { lowBattery, planVisit } from '../../../src/cameras/ring/plan.ts';

describe('how a visit at a Ring camera is looked at', () => {
  const full = 80;
  it.each([
    // trigger, person, on battery, percent, live view off -> new picture, live video
    ['ding', false, false, null, false, true, true],
    ['ding', false, true, full, false, false, true],
    ['ding', false, true, 3, false, false, true],
    ['ding', false, false, null, true, true, false],
    ['motion', false, false, null, false, true, true],
    ['motion', false, true, full, false, false, false],
    ['motion', true, true, full, false, false, true],
    ['motion', true, true, null, false, false, true],
    ['motion', true, true, lowBattery, false, false, false],
    ['motion', true, true, full, true, false, false],
    ['manual', false, true, full, false, false, true],
  ] as const)(
    '%s, person %s, battery %s at %s %%, live view off %s: takes a picture %s, opens live video %s',
    (trigger, person, onBattery, battery, liveDisabled, forceSnapshot, live) => {
      expect(planVisit({ trigger, person, onBattery, battery, liveDisabled })).toEqual({ forceSnapshot, live });
    },
  );
});
