/** The clip of ../shared/data/video in which six people come and go, one at a time; nobody shows their face. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export const clip = join(import.meta.dirname, '../../../shared/data/video/one-by-one-person-detection.mp4');

export const hasClip = existsSync(clip);

/** For the titles of tests that need it. */
export const withoutClip = hasClip ? '' : ' (skipped: ../shared/data is missing)';

/** When each of them is in the picture, in seconds, as counted by eye. */
export const people = [
  { from: 7, to: 20.5 },
  { from: 23.5, to: 45.5 },
  { from: 51, to: 71 },
  { from: 75.5, to: 87.5 },
  { from: 93, to: 120.5 },
  { from: 124, to: 137 },
] as const;
