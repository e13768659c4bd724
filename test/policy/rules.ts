/** Rules under which a face alone opens the door: what tests of policies and visits begin with. */
import type { UnlockRules } from '../../src/policy/unlock-input.ts';

export const rules: UnlockRules = {
  mode: 'auto',
  threshold: 0.7,
  margin: 0.08,
  frameThreshold: 0.62,
  frames: 3,
  spanSeconds: 1,
  maxAgeSeconds: 3,
  minFacePixels: 60,
  minSharpness: 20,
  maxYaw: 35,
  maxPitch: 30,
  minAntispoof: 0.3,
  cooldownSeconds: 30,
  globalCooldownSeconds: 10,
  dailyCap: 5,
  needsRing: false,
  schedule: [],
  timeZone: 'Europe/Berlin',
  lockout: { misses: 3, seconds: 30, offAfter: 10 },
};
