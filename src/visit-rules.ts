/** What the settings mean for a visit. */
import type { Config } from './config.ts';
import type { UnlockRules } from './policy/unlock-input.ts';
import type { VisitRules } from './visits/visiting.ts';

/** `mode` and `timeZone` as they turned out at the start: without Telegram there is nobody to confirm. */
export function visitRules(
  { unlock, recognition, vision }: Config,
  { mode, timeZone }: Pick<UnlockRules, 'mode' | 'timeZone'>,
): VisitRules {
  return {
    unlock: { ...unlock, mode, timeZone, frameThreshold: recognition.threshold },
    recognition: { threshold: recognition.threshold, quality: unlock },
    minConfidence: vision.minConfidence,
  };
}
