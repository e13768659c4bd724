/** The limits that are tried on every trial: the defaults, and each of them moved by itself. */
import type { Limits } from './judge.ts';

export interface Variant {
  moved: keyof Limits | null;
  limits: Limits;
}

/** How far under the default threshold the other limits are tried, too: at the default there is little left for them to refuse. */
export const looser = 0.1;

const values: Record<keyof Limits, readonly number[]> = {
  threshold: [0.6, 0.65, 0.7, 0.72, 0.74, 0.76, 0.78, 0.8, 0.82, 0.84, 0.86, 0.88, 0.9],
  frameThreshold: [0.4, 0.5, 0.55, 0.6, 0.62, 0.65, 0.7, 0.75],
  margin: [0, 0.04, 0.08, 0.12, 0.16, 0.2, 0.3],
  minAntispoof: [0, 0.2, 0.3, 0.4, 0.5],
};

/** The defaults first. */
export function grid(defaults: Limits): Variant[] {
  const moved = (key: keyof Limits) =>
    [...new Set([...values[key], defaults[key]])].sort((a, b) => a - b).map((value) => ({ ...defaults, [key]: value }));
  const loose = (limits: Limits): Limits => ({ ...limits, threshold: limits.threshold - looser });
  const others = ['frameThreshold', 'margin', 'minAntispoof'] as const;
  return [
    { moved: null, limits: defaults },
    ...moved('threshold').map((limits) => ({ moved: 'threshold' as const, limits })),
    ...others.flatMap((key) =>
      moved(key).flatMap((limits) => [
        { moved: key, limits },
        { moved: key, limits: loose(limits) },
      ]),
    ),
  ];
}
