/** How the answers of locks set up by hand are read: which value stands where, and what it means. */
import { z } from 'zod';
import { list, number, section } from './fields.ts';

/** Text that goes out as it is: a null character or a line break would cut it short or begin something new. */
export function line(words: { title: string; description: string }, most = 4096) {
  const error = `must be one line of text, at most ${most} characters`;
  return z
    .string(error)
    .max(most, error)
    .regex(/^[^\0\r\n]*$/, error)
    .meta(words);
}

const path = line(
  {
    title: 'Where in the answer',
    description: 'Keys of a JSON answer parted by dots, such as lock.state; left empty, the whole answer.',
  },
  256,
);

function values(words: { title: string; description: string }) {
  const error = 'must be a value, 1 to 256 characters';
  const value = { title: 'Value', description: 'Capitals do not matter.' };
  return list(words, z.string(error).trim().min(1, error).max(256, error).meta(value), 20);
}

/** How an answer is read: the same words whether a request or a program gave it. */
export const answered = {
  state: section(
    { title: 'State', description: 'Which values in the answer to the question for the state mean what.' },
    {
      path: path.default(''),
      locked: values({ title: 'Locked', description: 'The values that mean locked; no other value ever does.' }),
      unlocked: values({ title: 'Unlocked', description: 'The values that mean unlocked.' }),
      jammed: values({ title: 'Jammed', description: 'The values that mean that the bolt is stuck.' }),
    },
  ).superRefine((state, context) => {
    for (const field of ['locked', 'unlocked'] as const) {
      if (state[field].length > 0) continue;
      context.addIssue({ code: 'custom', path: [field], message: 'must name one value at least' });
    }
    const seen = new Set<string>();
    for (const field of ['locked', 'unlocked', 'jammed'] as const) {
      const words = new Set(state[field].map((word) => word.toLowerCase()));
      if ([...words].some((word) => seen.has(word))) {
        context.addIssue({ code: 'custom', path: [field], message: 'must not hold a value of another list' });
      }
      for (const word of words) seen.add(word);
    }
  }),
  door: section(
    { title: 'Door', description: 'Which values in the same answer say whether the door is open.' },
    {
      path: path.default(''),
      open: values({ title: 'Open', description: 'The values that mean open.' }),
      closed: values({ title: 'Closed', description: 'The values that mean closed.' }),
    },
  ).prefault({}),
  batteryPath: line(
    { title: 'Where the battery is', description: 'In the same answer, in percent, written as the state is.' },
    256,
  ).default(''),
  timeLimitSeconds: number(
    { title: 'Time limit (seconds)', description: 'How long an answer may take.' },
    { min: 1, max: 60, byDefault: 10 },
  ),
  pollSeconds: number(
    { title: 'Asked every (seconds)', description: 'How often the lock is asked for its state.' },
    { min: 1, max: 3600, byDefault: 10 },
  ),
};
