/** What the settings mean for a visit. */
import type { Config } from './config.ts';
import type { VisitRules } from './visits/visiting.ts';

export function visitRules({ unlock, recognition, vision }: Config): VisitRules {
  return {
    unlock: { ...unlock, frameThreshold: recognition.threshold },
    recognition: { threshold: recognition.threshold, quality: unlock },
    minConfidence: vision.minConfidence,
  };
}
