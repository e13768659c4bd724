/** What the settings mean for a visit. */
import type { Config } from './config.ts';
import type { UnlockRules } from './policy/unlock-input.ts';
import { recognitionRules } from './recognition-rules.ts';
import type { VisitRules } from './visits/visiting.ts';

/** `mode` and `timeZone` as they turned out at the start: without Telegram there is nobody to confirm. */
export function visitRules(config: Config, { mode, timeZone }: Pick<UnlockRules, 'mode' | 'timeZone'>): VisitRules {
  const { unlock, recognition, vision } = config;
  return {
    unlock: { ...unlock, mode, timeZone, frameThreshold: recognition.threshold },
    recognition: recognitionRules(config),
    minConfidence: vision.minConfidence,
  };
}
