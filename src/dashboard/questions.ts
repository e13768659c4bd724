/** What may be asked of the history, and with which parameters: of one text, or of a query string's. */
import { z } from 'zod';
import type { History } from './api.ts';
import type { DateRange, Subject } from './api-types.ts';
import { BadRequest } from './bad-request.ts';

const text = z.string().max(200, 'is too long');
const many = z.preprocess(
  (value) => (value === undefined || Array.isArray(value) ? value : [value]),
  z.array(text).max(50, 'has too many values').optional(),
);
const oneOf = <const Value extends string>(values: readonly [Value, ...Value[]]) =>
  z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z
      .array(z.enum(values, `must be one of ${values.join(', ')}`))
      .max(50)
      .optional(),
  );
const whole = (least: number, most: number) => {
  const must = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(must).int(must).min(least, must).max(most, must);
};
const moment = z
  .string()
  .max(40)
  .refine(
    (value) => /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value)),
    'must be a time such as 2026-11-22T18:30:00Z',
  )
  .transform((value) => new Date(value).toISOString());
const date = z
  .string()
  .refine(
    (value) => /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)),
    'must be a date such as 2026-11-22',
  );
const id = whole(1, Number.MAX_SAFE_INTEGER);
const yes = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])], 'must be true or false')
  .transform((value) => value === true || value === 'true' || value === '1');
const subject = z
  .string()
  .max(220)
  .regex(
    /^(all|(label|person|identity|trigger|decision|refused):.+)$/s,
    'must be "all", or such as "label:cat" or "identity:stranger"',
  )
  .transform((value) => value as Subject);

const filter = {
  camera: many,
  person: many,
  identity: oneOf(['person', 'stranger', 'nobody']),
  label: many,
  trigger: oneOf(['ding', 'motion', 'manual']),
  decision: oneOf(['opened', 'failed', 'refused', 'none']),
  refused: many,
  from: moment.optional(),
  to: moment.optional(),
  first: date.optional(),
  last: date.optional(),
  weekday: whole(0, 6).optional(),
  hour: whole(0, 23).optional(),
  text: text.optional(),
  unseen: yes.optional().transform((value) => value || undefined),
};

const mostDays = 3660;
const range = {
  days: whole(1, mostDays).optional(),
  first: date.optional(),
  last: date.optional(),
};

function rangeOf(asked: {
  days?: number | undefined;
  first?: string | undefined;
  last?: string | undefined;
}): DateRange {
  const { days, first, last } = asked;
  if (first === undefined || last === undefined) return { days: days ?? 30 };
  const length = (Date.parse(last) - Date.parse(first)) / 86_400_000;
  if (length < 0) throw new RangeError('first must not be after last.');
  if (length >= mostDays) throw new RangeError(`first and last must be at most ${mostDays} days apart.`);
  return { first, last };
}

const counted = z.object({ ...range, subject: subject.optional(), camera: text.optional() });

/** A question: the parameters it takes, and how it is answered. */
interface Question<Schema extends z.ZodObject> {
  summary: string;
  schema: Schema;
  answer(history: History, asked: z.output<Schema>): Promise<unknown>;
}

function question<Schema extends z.ZodObject>(
  summary: string,
  schema: Schema,
  answer: (history: History, asked: z.output<Schema>) => Promise<unknown>,
): Question<Schema> {
  return { summary, schema, answer };
}

export const exportSchema = z.object({
  ...filter,
  format: z.enum(['csv', 'json'], 'must be csv or json').default('csv'),
});

export const questions = {
  events: question(
    'A page of events, newest first, by any filter.',
    z.object({ ...filter, limit: whole(1, 200).optional(), cursor: text.optional() }),
    (history, asked) => history.events(asked),
  ),
  event: question('One event with everything known of it.', z.object({ id }), (history, asked) =>
    history.event(asked.id),
  ),
  days: question(
    'The dates with visits, newest first.',
    z.object({ ...range, camera: text.optional() }),
    (history, asked) => history.days(rangeOf(asked), asked.camera),
  ),
  heatmap: question('Visits by hour and weekday of the home.', counted, (history, { subject, camera, ...asked }) =>
    history.heatmap({ range: rangeOf(asked), subject, camera }),
  ),
  calendar: question('Visits by date.', counted, (history, { subject, camera, ...asked }) =>
    history.calendar({ range: rangeOf(asked), subject, camera }),
  ),
  picture: question(
    'Where in the picture of a camera things were.',
    z.object({ ...range, camera: text, label: text.optional() }),
    (history, { camera, label, ...asked }) => history.picture({ range: rangeOf(asked), camera, label }),
  ),
  stats: question(
    'What a range of dates adds up to.',
    z.object({ ...range, camera: text.optional() }),
    (history, asked) => history.stats({ range: rangeOf(asked), camera: asked.camera }),
  ),
  strangers: question('Strangers who came back.', z.object(range), (history, asked) =>
    history.strangers(rangeOf(asked)),
  ),
  people: question('Everyone enrolled.', z.object({}), (history) => history.people()),
  ignored: question('Faces nobody wants to hear of.', z.object({}), (history) => history.ignored()),
  health: question('How the history does.', z.object({}), (history) => history.health()),
  choices: question('What there is to filter by.', z.object({}), (history) => history.choices()),
};

export type QuestionName = keyof typeof questions;

export function isQuestion(name: string): name is QuestionName {
  return Object.hasOwn(questions, name);
}

/** Rejects with a BadRequest where a parameter is wrong. */
export async function answer(history: History, name: QuestionName, params: unknown): Promise<unknown> {
  const { schema, answer: respond } = questions[name] as Question<z.ZodObject>;
  const asked = read(schema, params);
  try {
    return await respond(history, asked);
  } catch (error) {
    throw error instanceof RangeError ? new BadRequest(error.message) : error;
  }
}

/** The parameters as the schema has them. Throws a BadRequest, one sentence that names the parameter. */
export function read<Schema extends z.ZodType>(schema: Schema, params: unknown): z.output<Schema> {
  const parsed = schema.safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue?.path.find((step) => typeof step === 'string') ?? 'The request';
  // Where no sentence was given for it, zod's own speaks of types.
  const what = issue?.message.startsWith('Invalid input') ? 'is missing or is not what it should be' : issue?.message;
  throw new BadRequest(`${String(name)}: ${what ?? 'is wrong'}.`);
}
