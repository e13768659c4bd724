/** What the settings mean for naming a face; opening a door is another matter. */
import type { Config } from './config.ts';
import type { Recognition } from './visits/findings.ts';

export function recognitionRules({ recognition, unlock }: Pick<Config, 'recognition' | 'unlock'>): Recognition {
  return { threshold: recognition.threshold, quality: unlock };
}
