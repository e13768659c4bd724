/** How the config says what an answer of a lock set up by hand means. */
import { z } from 'zod';

const words = z.array(z.string().trim().min(1)).meta({ title: 'Values' });

const meaningShape = {
  path: z
    .string()
    .trim()
    .default('')
    .meta({ title: 'Path', description: 'Where in a JSON answer: keys parted by dots. Empty for the whole answer.' }),
  locked: words.min(1).meta({ title: 'Locked', description: 'The values that mean locked. No other value ever does.' }),
  unlocked: words.min(1).meta({ title: 'Unlocked', description: 'The values that mean unlocked.' }),
  jammed: words.default([]).meta({ title: 'Jammed', description: 'The values that mean the bolt is stuck.' }),
  door: z
    .object({
      path: z.string().trim().min(1).meta({ title: 'Path' }),
      open: words.min(1).meta({ title: 'Open' }),
      closed: words.min(1).meta({ title: 'Closed' }),
    })
    .optional()
    .meta({ title: 'Door', description: 'Where the same answer says whether the door is open.' }),
  battery: z
    .object({ path: z.string().trim().min(1).meta({ title: 'Path' }) })
    .optional()
    .meta({ title: 'Battery', description: 'Where the same answer holds the battery level in percent.' }),
};

/** The fields of an answer's meaning, with `shape` beside them; a value may stand in one list only. */
export function withMeaning<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.object({ ...shape, ...meaningShape }).superRefine((status, context) => {
    const { locked, unlocked, jammed } = status as { locked: string[]; unlocked: string[]; jammed: string[] };
    const seen = new Set<string>();
    for (const [list, values] of Object.entries({ locked, unlocked, jammed })) {
      for (const value of new Set(values.map((word) => word.toLowerCase()))) {
        if (seen.has(value))
          context.addIssue({ code: 'custom', path: [list], message: `"${value}" stands in two lists.` });
        seen.add(value);
      }
    }
  });
}

export const identityShape = {
  id: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be of small letters, digits and hyphens')
    .meta({ title: 'Id', description: 'Never changes; small letters, digits and hyphens.' }),
  name: z.string().trim().min(1).meta({ title: 'Name', description: 'As the Home app shows it.' }),
};

export const timeShape = {
  timeLimitSeconds: z
    .number()
    .min(1)
    .max(60)
    .default(10)
    .meta({ title: 'Time limit', description: 'Seconds to wait for an answer.' }),
  pollSeconds: z
    .number()
    .min(1)
    .max(3600)
    .default(10)
    .meta({ title: 'Polling', description: 'Seconds between two looks at the state.' }),
};
