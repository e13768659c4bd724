/** What is wrong with a platform block, as sentences that name the field as the owner sees it and the mend. */
import { z } from 'zod';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** A list no owner reads to the end helps nobody. */
const mostSentences = 20;

export function fieldName(path: Path): string {
  let name = '';
  for (const step of path) {
    if (typeof step === 'number') name += `[${step}]`;
    else name += name === '' ? String(step) : `.${String(step)}`;
  }
  return name === '' ? 'The platform block' : name;
}

export function problemSentences(issues: readonly Issue[]): string[] {
  return shortened([...new Set(issues.map(sentence))]);
}

/** A warning for each field of the block that the schema doesn't know; those in `others` are somebody else's. */
export function unknownFieldWarnings(schema: z.ZodType, raw: unknown, others: ReadonlySet<string>): string[] {
  const unknown = unknownFields(schema, raw).filter((field) => !others.has(field));
  return shortened(
    unknown.map(
      (field) => `${field} is not a setting of Latchkey and is ignored: check how it is spelt, or remove it.`,
    ),
  );
}

function shortened(sentences: readonly string[]): string[] {
  const left = sentences.length - mostSentences;
  if (left <= 0) return [...sentences];
  return [...sentences.slice(0, mostSentences), `The platform block has ${left} more fields like these.`];
}

function sentence(issue: Issue): string {
  const field = fieldName(issue.path);
  const input = given(issue);
  if (input === undefined) return `${field} is missing: it ${issue.message}.`;
  const seen = seenAs(input, issue.code);
  return `${field} ${issue.message}${seen && `, but it is ${seen}`}.`;
}

/** What stands in the field; for a discriminator zod hands over the object around it. */
function given(issue: Issue): unknown {
  if (issue.code !== 'invalid_union' || !('discriminator' in issue)) return issue.input;
  return (issue.input as Record<string, unknown>)[String(issue.discriminator)];
}

/** Numbers and kinds only: text may be a secret that stands in the wrong field. */
function seenAs(input: unknown, code: Issue['code']): string {
  if (input === '') return 'empty';
  if (input === null) return 'null';
  // A rule of our own about a whole block says what is wrong with it.
  if (code === 'custom' && typeof input === 'object') return '';
  if (Array.isArray(input)) return code === 'too_big' ? `${input.length} long` : 'a list';
  if (typeof input === 'number' || typeof input === 'boolean') return String(input);
  if (typeof input === 'object') return 'a block of settings';
  return code === 'invalid_type' && typeof input === 'string' ? 'text' : '';
}

function unknownFields(schema: z.core.$ZodType, value: unknown, path: Path = []): string[] {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return unknownFields(schema.unwrap(), value, path);
  }
  if (schema instanceof z.ZodArray) {
    if (!Array.isArray(value)) return [];
    return value.flatMap((item, index) => unknownFields(schema.element, item, [...path, index]));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const kinds = schema.options.filter((option) => option instanceof z.ZodObject);
    const chosen = kinds.find((option) => isKind(option, value));
    if (!chosen) return [];
    // The settings form fills in fields of kinds that were not chosen: those are known, if of no use.
    const idle = new Set(kinds.filter((option) => option !== chosen).flatMap(({ shape }) => Object.keys(shape)));
    const relevant = Object.entries(value).filter(([key]) => Object.hasOwn(chosen.shape, key) || !idle.has(key));
    return unknownFields(chosen, Object.fromEntries(relevant), path);
  }
  if (!(schema instanceof z.ZodObject)) return [];
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  return Object.entries(value).flatMap(([key, inner]) =>
    Object.hasOwn(shape, key)
      ? unknownFields(shape[key] as z.core.$ZodType, inner, [...path, key])
      : [fieldName([...path, printable(key)])],
  );
}

function isKind(option: z.ZodObject, value: object): boolean {
  return 'type' in value && option.shape.type?.safeParse(value.type).success === true;
}

/** A key may hold anything, and is about to stand in a log. */
function printable(key: string): string {
  return /^[\w-]{1,60}$/.test(key) ? key : JSON.stringify(key.slice(0, 60));
}
