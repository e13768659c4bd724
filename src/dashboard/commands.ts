/** The commands of the control socket: what each takes, and which part of the house does it. */
import { z } from 'zod';
import type { Errands, House } from './house.ts';
import { read } from './questions.ts';

/** A picture of 1 MB in base64, and a little for what is around it. */
export const mostCommandBytes = 1_500_000;

const person = z.string().trim().min(1, 'must be a name').max(64, 'must have at most 64 characters');
const id = z.number().int().min(1);
const word = z.string().min(1).max(200);
const secret = z.string().min(1, 'must not be empty').max(500, 'is too long');
const picture = z
  .string()
  .max(mostCommandBytes, 'must be smaller than 1 MB')
  .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'must be a JPEG or PNG file in base64')
  .transform((base64) => new Uint8Array(Buffer.from(base64, 'base64')));

interface Command<Schema extends z.ZodType, Doer> {
  schema: Schema;
  run(doer: Doer, asked: z.output<Schema>): Promise<unknown>;
}

function command<Schema extends z.ZodType>(schema: Schema, run: Command<Schema, House>['run']): Command<Schema, House> {
  return { schema, run };
}

function errand<Schema extends z.ZodType>(
  schema: Schema,
  run: Command<Schema, Errands>['run'],
): Command<Schema, Errands> {
  return { schema, run };
}

/** Those that can be done while the plugin does not run. */
const errands = {
  'ring-login': errand(z.object({ email: secret, password: secret }), (doer, asked) =>
    doer.ringLogin(asked.email, asked.password),
  ),
  'ring-code': errand(z.object({ code: secret }), (doer, asked) => doer.ringCode(asked.code)),
  'switchbot-devices': errand(z.object({ token: secret, secret }), (doer, asked) =>
    doer.switchbotDevices(asked.token, asked.secret),
  ),
};

export const commands = {
  status: command(z.object({}), (house) => house.status()),
  enrol: command(
    z.object({
      person,
      source: z.union(
        [z.object({ event: id, face: id }), z.object({ picture })],
        'must be an event and a face, or a picture',
      ),
    }),
    (house, asked) => house.enrol(asked.person, asked.source),
  ),
  'check-picture': command(z.object({ picture }), (house, asked) => house.checkPicture(asked.picture)),
  forget: command(z.object({ person }), (house, asked) => house.forget(asked.person)),
  rename: command(z.object({ person, personName: person }), (house, asked) =>
    house.rename(asked.person, asked.personName),
  ),
  identify: command(z.object({ event: id, face: id, person: person.nullable() }), (house, asked) =>
    house.identify(asked.event, asked.face, asked.person),
  ),
  ignore: command(z.object({ event: id, face: id }), (house, asked) => house.ignore(asked.event, asked.face)),
  'stop-ignoring': command(z.object({ ignored: id }), (house, asked) => house.stopIgnoring(asked.ignored)),
  'mark-seen': command(z.object({ events: z.array(id).max(500), seen: z.boolean().default(true) }), (house, asked) =>
    house.markSeen(asked.events, asked.seen),
  ),
  'mark-all-seen': command(
    z.object({ until: z.iso.datetime('must be a time such as 2026-11-22T18:30:00Z') }),
    (house, asked) => house.markAllSeen(asked.until),
  ),
  lock: command(z.object({ lock: word }), (house, asked) => house.lock(asked.lock)),
  arm: command(z.object({ armed: z.boolean() }), (house, asked) => house.arm(asked.armed)),
  snapshot: command(z.object({ camera: word }), async (house, asked) => ({
    jpeg: Buffer.from(await house.snapshot(asked.camera)).toString('base64'),
  })),
  ...errands,
  'telegram-test': command(z.object({}), (house) => house.telegramTest()),
};

export type CommandName = keyof typeof commands;

export function isCommand(name: unknown): name is CommandName {
  return typeof name === 'string' && Object.hasOwn(commands, name);
}

/** Rejects with a BadRequest, or with whatever sentence the house rejects with. */
export async function runCommand(house: House, name: CommandName, params: unknown): Promise<unknown> {
  const { schema, run } = commands[name] as Command<z.ZodType, House>;
  return (await run(house, read(schema, params))) ?? null;
}

export type ErrandName = keyof typeof errands;

export function isErrand(name: CommandName): name is ErrandName {
  return Object.hasOwn(errands, name);
}

/** As `runCommand`. */
export async function runErrand(doer: Errands, name: ErrandName, params: unknown): Promise<unknown> {
  const { schema, run } = errands[name] as Command<z.ZodType, Errands>;
  return (await run(doer, read(schema, params))) ?? null;
}
