/** The settings form: in step with the zod schema, and made of what the form understands. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { kind, list, number, oneOfKinds, section } from '../../src/config/fields.ts';
import { parseConfig } from '../../src/config.ts';
import { buildSchema, type Node } from '../../tools/build-schema.ts';

const { schema, ...rest } = buildSchema();
const root = schema as Node;

/** Every field that holds a value, by its path; a list of blocks adds `[]`. */
function leaves(node: Node, path = ''): [string, Node][] {
  if (node.properties) {
    return Object.entries(node.properties).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key));
  }
  return node.items?.properties ? leaves(node.items, `${path}[]`) : [[path, node]];
}

describe('config.schema.json', () => {
  it('is in step with src/config/schema.ts; node tools/build-schema.ts brings it there', () => {
    const committed: unknown = JSON.parse(readFileSync(new URL('../../config.schema.json', import.meta.url), 'utf8'));
    expect(committed).toEqual(JSON.parse(JSON.stringify(buildSchema())));
  });

  it('names the platform and forbids saving what is invalid', () => {
    expect(rest).toEqual({
      pluginAlias: 'Latchkey',
      pluginType: 'platform',
      singular: true,
      strictValidation: true,
      customUi: true,
    });
    expect(root.properties?.name).toMatchObject({ type: 'string', default: 'Latchkey' });
  });

  it('gives every field a title and one sentence', () => {
    for (const [path, node] of leaves(root)) {
      expect(node.title, path).toMatch(/^\p{Lu}/u);
      expect(node.description, path).toMatch(/^\p{Lu}.*\.$/u);
    }
  });

  it('folds sections, begins lists empty, and takes whole numbers as they are typed', () => {
    const { cameras, unlock, vision } = root.properties as Record<string, Node>;
    expect(cameras?.['x-schema-form']).toEqual({ listItems: 0, orderable: false, buttonText: 'Add a camera' });
    expect(unlock?.['x-schema-form']).toEqual({ expandable: true, expanded: false });
    expect(unlock?.properties?.lockout?.['x-schema-form']).toEqual({ expandable: true, expanded: false });
    expect(vision?.properties?.threads?.['x-schema-form']).toEqual({ type: 'number' });
  });

  it('uses nothing the form cannot draw', () => {
    const text = JSON.stringify(root);
    for (const word of ['$ref', 'anyOf', 'allOf', '"const"', 'choices', 'additionalProperties', '$schema']) {
      expect(text).not.toContain(word);
    }
  });

  it('offers the same defaults as an empty block gets', () => {
    const parsed = parseConfig({});
    if (!parsed.ok) throw new Error(parsed.problems.join(' '));
    for (const [path, node] of leaves(root)) {
      if (path.includes('[]') || node.default === undefined) continue;
      const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], parsed.config);
      expect(value, path).toEqual(node.default);
    }
  });
});

describe('a second kind of camera', () => {
  const words = { title: 'T', description: 'D.' };
  const range = { min: 0, max: 1, byDefault: 0 };
  const film = section(words, { type: kind(words, 'film', 'A film'), reel: z.string().meta(words) });
  const photo = section(words, { type: kind(words, 'photo', 'A photo'), size: number(words, range) });
  const built = buildSchema(z.object({ cameras: list(words, oneOfKinds([film, photo]), 4) }));

  it('shares the block, and its fields are drawn for its kind alone', () => {
    expect(built.schema.properties?.cameras?.items).toMatchObject({
      type: 'object',
      required: ['type'],
      properties: {
        type: {
          default: 'film',
          oneOf: [
            { title: 'A film', enum: ['film'] },
            { title: 'A photo', enum: ['photo'] },
          ],
        },
        reel: { type: 'string' },
        size: { type: 'number', default: 0 },
      },
    });
    const fields = built.schema.properties?.cameras?.items?.properties;
    expect(fields?.type?.condition).toBeUndefined();
    const condition = fields?.reel?.condition as { functionBody: string } | undefined;
    const shown = new Function('model', 'arrayIndices', condition?.functionBody ?? '');
    expect(shown({ cameras: [{ type: 'photo' }, { type: 'film' }] }, [1])).toBe(true);
    expect(shown({ cameras: [{ type: 'photo' }, { type: 'film' }] }, [0])).toBe(false);
    expect(shown({}, [0])).toBe(false);
  });

  it('may not give a field of the same name another meaning', () => {
    const other = section(words, { type: kind(words, 'photo', 'A photo'), reel: number(words, range) });
    expect(() => buildSchema(z.object({ cameras: list(words, oneOfKinds([film, other]), 4) }))).toThrow(
      'The field reel differs between kinds: give it one meaning, or another name.',
    );
  });
});
