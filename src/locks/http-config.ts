/** The config of a lock that speaks HTTP. */
import { z } from 'zod';
import { identityShape, timeShape, withMeaning } from './answer-config.ts';

const requestShape = {
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET').meta({ title: 'Method' }),
  url: z.url({ protocol: /^https?$/, error: 'must begin with http:// or https://' }).meta({ title: 'URL' }),
  headers: z
    .array(
      z.object({
        name: z
          .string()
          .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no header name')
          .meta({ title: 'Name' }),
        value: z
          .string()
          .regex(/^[\t\x20-\x7e]*$/, 'must be plain ASCII on one line')
          .meta({ title: 'Value' }),
      }),
    )
    .default([])
    .meta({ title: 'Headers' }),
  body: z.string().optional().meta({ title: 'Body' }),
};

const request = z.object(requestShape);

export const httpLockConfig = z.object({
  type: z.literal('http').meta({ title: 'Type' }),
  ...identityShape,
  lock: request.meta({ title: 'Lock', description: 'The request that locks.' }),
  unlock: request.meta({ title: 'Unlock', description: 'The request that unlocks. It is never sent twice.' }),
  status: withMeaning(requestShape).meta({ title: 'Status', description: 'The request that asks for the state.' }),
  ...timeShape,
});

export type HttpLockConfig = z.infer<typeof httpLockConfig>;
