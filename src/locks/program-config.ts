/** The config of a lock moved by programs. */
import { z } from 'zod';
import { identityShape, timeShape, withMeaning } from './answer-config.ts';

const text = z.string().regex(/^[^\0]*$/, 'must not hold a null character');

const programShape = {
  program: text
    .min(1)
    .meta({ title: 'Program', description: 'Its path, or its name if it is in the search path. No shell reads it.' }),
  arguments: z
    .array(text)
    .default([])
    .meta({ title: 'Arguments', description: 'One each; none is split or expanded.' }),
};

const program = z.object(programShape);

export const programLockConfig = z.object({
  type: z.literal('program').meta({ title: 'Type' }),
  ...identityShape,
  lock: program.meta({ title: 'Lock', description: 'The program that locks; exit code 0 says that it worked.' }),
  unlock: program.meta({ title: 'Unlock', description: 'The program that unlocks. It is never run twice.' }),
  status: withMeaning({
    ...programShape,
    answer: z
      .enum(['output', 'exit code'])
      .default('output')
      .meta({ title: 'Answer', description: 'Whether the state is in what it prints or in its exit code.' }),
  }).meta({ title: 'Status', description: 'The program that tells the state.' }),
  environment: z
    .array(
      z.object({
        name: z
          .string()
          .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no variable name')
          .meta({ title: 'Name' }),
        value: text.meta({ title: 'Value' }),
      }),
    )
    .default([])
    .meta({ title: 'Environment', description: 'Variables for the programs, beside PATH, HOME, LANG and TZ.' }),
  ...timeShape,
});

export type ProgramLockConfig = z.infer<typeof programLockConfig>;
