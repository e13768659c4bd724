/** The kinds of field the platform block is made of: each says what it must be, in the words an error uses. */
import { z } from 'zod';
import { weekdays } from '../policy/home-time.ts';

/** What the settings form and the docs call a field, and one sentence on what it does. */
export type Words = {
  title: string;
  description: string;
};

interface Range {
  min: number;
  max: number;
  byDefault: number;
}

export function number(words: Words, { min, max, byDefault }: Range) {
  const error = `must be a number from ${min} to ${max}`;
  return z.number(error).min(min, error).max(max, error).default(byDefault).meta(words);
}

export function wholeNumber(words: Words, { min, max, byDefault }: Range) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int(error).min(min, error).max(max, error).default(byDefault).meta(words);
}

export function flag(words: Words, byDefault: boolean) {
  return z.boolean('must be true or false').default(byDefault).meta(words);
}

/** One of a few words; `choices` pairs each with what the settings form calls it. */
export function choice<const Value extends string>(
  words: Words,
  choices: Readonly<Record<Value, string>>,
  byDefault: NoInfer<Value>,
) {
  const values = Object.keys(choices) as Value[];
  return z
    .literal(values, `must be ${quotedList(values)}`)
    .prefault(byDefault)
    .meta({ ...words, choices });
}

type Kind = z.ZodObject<{ type: z.ZodLiteral<string> }>;

/** Blocks told apart by their `type`. */
export function oneOfKinds<const Kinds extends readonly [Kind, ...Kind[]]>(kinds: Kinds) {
  const typeMustBe = `must be ${quotedList(kinds.map((kind) => kind.shape.type.value))}`;
  const error = (issue: { code?: string }) => (issue.code === 'invalid_union' ? typeMustBe : blockMustBe);
  return z.discriminatedUnion('type', kinds, { error });
}

/** What sets one kind of camera or lock apart from the others. */
export function kind<const Value extends string>(words: Words, value: Value, called: string) {
  return z.literal(value, `must be "${value}"`).meta({ ...words, choices: { [value]: called } });
}

/** A name as the Home app takes it: it begins and ends with a letter or digit. */
export function name(words: Words) {
  const error = 'must be a name of 2 to 64 characters that begins and ends with a letter or digit';
  return z
    .string(error)
    .trim()
    .min(2, error)
    .max(64, error)
    .refine((text) => /^[\p{L}\p{N}][^\p{Cc}\u2028\u2029]*[\p{L}\p{N}]$/u.test(text), error)
    .meta(words);
}

export const blockMustBe = 'must be a block of settings, written { "setting": value }';

export function section<Shape extends z.ZodRawShape>(words: Words, shape: Shape) {
  return z.object(shape, blockMustBe).meta(words);
}

export function list<Item extends z.ZodType>(words: Words, item: Item, max: number) {
  const error = `must be a list of at most ${max}, written [ ... ]`;
  return z.array(item, error).max(max, error).default([]).meta(words);
}

/** `"a", "b" or "c"`. */
export function quotedList(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  const last = quoted.pop() ?? '';
  return quoted.length > 0 ? `${quoted.join(', ')} or ${last}` : last;
}

const timeMustBe = 'must be a time of day from 00:00 to 23:59';

/** A time on the wall clock, `HH:MM`; empty where the settings form left it alone. */
export function timeOfDay(words: Words) {
  return z
    .string(timeMustBe)
    .regex(/^(([01]\d|2[0-3]):[0-5]\d)?$/, timeMustBe)
    .default('')
    .meta(words);
}

export type Day = Lowercase<(typeof weekdays)[number]>;

/** What the settings call each day. */
export function dayChoices(): Record<Day, string> {
  return Object.fromEntries(weekdays.map((day) => [day.toLowerCase(), day])) as Record<Day, string>;
}

/** Some days of the week, each once. */
export function days(words: Words) {
  const names = Object.keys(dayChoices()) as Day[];
  const day = z
    .literal(names, `must be ${quotedList(names)}`)
    .meta({ title: 'Day', description: 'A day of the week.', choices: dayChoices() });
  return list(words, day, names.length);
}
