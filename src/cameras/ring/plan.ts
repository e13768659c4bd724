/** How a visit at a Ring camera is looked at: which picture is asked for, and whether live video is opened. */
import type { TriggerKind } from '../camera.ts';

export interface PlanFacts {
  trigger: TriggerKind;
  /** Ring's own hint. */
  person: boolean;
  onBattery: boolean;
  /** Percent; null where the camera does not tell. */
  battery: number | null;
  /** The owner has switched live view off in the Ring app. */
  liveDisabled: boolean;
}

export interface Plan {
  /** A camera on mains takes a new picture when asked to; a battery camera is only asked for the one it has sent. */
  forceSnapshot: boolean;
  live: boolean;
}

/** Below this a battery is kept for the bell. */
export const lowBattery = 15;

/**
 * A press is always worth a live call. Motion is on mains; on battery only where Ring saw a person and the battery is
 * not low: a street with traffic would otherwise empty it within days.
 */
export function planVisit({ trigger, person, onBattery, battery, liveDisabled }: PlanFacts): Plan {
  const enough = battery === null || battery > lowBattery;
  const worthIt = trigger !== 'motion' || !onBattery || (person && enough);
  return { forceSnapshot: !onBattery, live: worthIt && !liveDisabled };
}
