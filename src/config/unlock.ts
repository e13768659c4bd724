/** When the door may be opened for a face. */
import type { z } from 'zod';
import { choice, days, flag, list, number, section, timeOfDay, wholeNumber } from './fields.ts';

const hours = section(
  { title: 'Hours', description: 'Hours of some days, by the clock at home.' },
  {
    days: days({ title: 'Days', description: 'The days on which they begin; left empty, every day.' }),
    from: timeOfDay({ title: 'From', description: 'When they begin, such as 07:00.' }),
    to: timeOfDay({
      title: 'To',
      description: 'When they end, such as 19:00; before the beginning, it is the next day.',
    }),
  },
).refine(({ from, to }) => from !== '' && to !== '', 'needs both times, from and to');

export const unlockSettings = section(
  { title: 'Face unlock', description: 'When the door may be opened for a face.' },
  {
    mode: choice(
      {
        title: 'Face unlock',
        description: 'What happens when an enrolled person is recognised. Asking needs Telegram.',
      },
      {
        off: 'Off: no face opens the door',
        confirm: 'Ask: an owner is asked in Telegram, and opens with a tap',
        auto: 'Automatic: open the door for enrolled people',
      },
      'confirm',
    ),
    threshold: number(
      {
        title: 'Similarity needed to open',
        description: 'How alike a face and an enrolled person must be for the door to open; higher is stricter.',
      },
      { min: 0.5, max: 1, byDefault: 0.8 },
    ),
    margin: number(
      { title: 'Margin', description: 'How much more alike the face must be to this person than to any other.' },
      { min: 0, max: 1, byDefault: 0.08 },
    ),
    frames: wholeNumber(
      { title: 'Agreeing pictures', description: 'How many pictures of one visit must show the same person.' },
      { min: 1, max: 30, byDefault: 3 },
    ),
    spanSeconds: number(
      {
        title: 'Time between pictures (seconds)',
        description: 'How far apart the first and last of these must be taken.',
      },
      { min: 0, max: 30, byDefault: 1 },
    ),
    maxAgeSeconds: number(
      { title: 'Oldest picture (seconds)', description: 'A picture older than this never opens the door.' },
      { min: 0.5, max: 60, byDefault: 3 },
    ),
    minFacePixels: wholeNumber(
      { title: 'Smallest face (pixels)', description: 'A face with a shorter side than this never opens the door.' },
      { min: 20, max: 1000, byDefault: 60 },
    ),
    minSharpness: number(
      { title: 'Least sharpness', description: 'A face more blurred than this never opens the door.' },
      { min: 0, max: 1000, byDefault: 10 },
    ),
    maxYaw: number(
      {
        title: 'Most turn to the side (degrees)',
        description: 'A face turned further to the side never opens the door.',
      },
      { min: 5, max: 90, byDefault: 35 },
    ),
    maxPitch: number(
      {
        title: 'Most tilt up or down (degrees)',
        description: 'A face tilted further up or down never opens the door.',
      },
      { min: 5, max: 90, byDefault: 30 },
    ),
    minAntispoof: number(
      {
        title: 'Least anti-spoof score',
        description: 'A face that scores less looks like a print or a screen and never opens the door.',
      },
      { min: 0, max: 1, byDefault: 0.3 },
    ),
    cooldownSeconds: number(
      { title: 'Pause per person (seconds)', description: 'The door opens for one person at most this often.' },
      { min: 0, max: 3600, byDefault: 30 },
    ),
    globalCooldownSeconds: number(
      {
        title: 'Pause for everybody (seconds)',
        description: 'After the door opened for anybody, no face opens it for this long.',
      },
      { min: 0, max: 3600, byDefault: 10 },
    ),
    dailyCap: wholeNumber(
      { title: 'Most openings a day', description: 'The door opens for faces this often a day, and then no more.' },
      { min: 1, max: 1000, byDefault: 50 },
    ),
    needsRing: flag(
      { title: 'Only after a ring', description: 'The door opens for a face only where the bell was rung.' },
      false,
    ),
    schedule: list(
      { title: 'Hours', description: 'When a face may open the door; left empty, at any time.' },
      hours,
      20,
    ),
    disarmAtStart: flag(
      {
        title: 'Disarmed after a restart',
        description: 'After a restart no face opens the door until face unlock is armed in the Home app or Telegram.',
      },
      false,
    ),
    disarmAfterEnrolment: flag(
      {
        title: 'Disarmed after an enrolment',
        description: 'After somebody was enrolled no face opens the door until face unlock is armed again.',
      },
      false,
    ),
    lockout: section(
      { title: 'Lock-out', description: 'What happens after faces that were not let in.' },
      {
        misses: wholeNumber(
          { title: 'Misses', description: 'After this many faces were refused, face unlock pauses.' },
          { min: 1, max: 100, byDefault: 3 },
        ),
        seconds: number(
          {
            title: 'First pause (seconds)',
            description: 'How long the first pause is; each further one is twice as long.',
          },
          { min: 1, max: 3600, byDefault: 30 },
        ),
        offAfter: wholeNumber(
          {
            title: 'Off after',
            description: 'After this many refusals face unlock stays off until it is armed again.',
          },
          { min: 1, max: 1000, byDefault: 10 },
        ),
      },
    ).prefault({}),
  },
).prefault({});

export type UnlockSettings = z.output<typeof unlockSettings>;
