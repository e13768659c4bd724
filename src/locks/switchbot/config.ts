/** The config of SwitchBot: the account once, and each lock. */
import { z } from 'zod';
import { identityShape } from '../answer-config.ts';

const credential = z
  .string()
  .trim()
  .regex(/^[\x21-\x7e]+$/, 'must be copied whole from the SwitchBot app, without spaces');

export const switchBotAccountConfig = z.object({
  token: credential.meta({ title: 'Token', description: 'From the SwitchBot app, Developer Options.' }),
  secret: credential.meta({ title: 'Secret key', description: 'From the same place.' }),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({ title: 'Address', description: 'Only for tests: where to find the cloud instead of its own address.' }),
});

export type SwitchBotAccountConfig = z.infer<typeof switchBotAccountConfig>;

export const switchBotLockConfig = z.object({
  type: z.literal('switchbot').meta({ title: 'Type' }),
  ...identityShape,
  deviceId: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_:-]+$/, 'is no SwitchBot deviceId; `latchkey devices` lists them')
    .meta({ title: 'Device id', description: 'As `latchkey devices` lists it, such as D708C25A1C21.' }),
});

export type SwitchBotLockConfig = z.infer<typeof switchBotLockConfig>;
