/** Writes config.schema.json, the settings form of Homebridge's UI, out of the zod schema; --check only compares. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { platformSchema } from '../src/config/schema.ts';

/** The part of JSON Schema that a settings form is made of. */
export interface Node {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  oneOf?: Node[];
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  [key: string]: unknown;
}

/** One entry of the form's layout: the key of a field, or a field or group with more said of it. */
export type LayoutItem = string | { items?: LayoutItem[]; [key: string]: unknown };

const file = new URL('../config.schema.json', import.meta.url);

export function buildSchema(platform: z.ZodType = platformSchema) {
  const raw = z.toJSONSchema(platform, { io: 'input', target: 'draft-7' }) as Node;
  const schema = formNode(raw);
  return {
    pluginAlias: 'Latchkey',
    pluginType: 'platform',
    singular: true,
    strictValidation: true,
    customUi: false,
    schema: { type: 'object', properties: schema.properties, ...(schema.required && { required: schema.required }) },
    layout: children(raw).flatMap(([key, node]) => layoutOf(key, key, node)),
  };
}

/** The node as the form understands it: kinds merged into one block, choices with their titles, no empty defaults. */
function formNode(node: Node): Node {
  if (node.oneOf) return formNode(mergedKinds(node.oneOf));
  const { $schema, choices, const: value, default: byDefault, ...rest } = node;
  if (choices) {
    const { enum: values, ...named } = rest;
    const oneOf = Object.entries(choices as Record<string, string>).map(([one, title]) => ({ title, enum: [one] }));
    return { ...named, ...(byDefault !== undefined && { default: byDefault }), oneOf };
  }
  if (rest.properties) {
    rest.properties = Object.fromEntries(Object.entries(rest.properties).map(([key, inner]) => [key, formNode(inner)]));
  } else if (rest.items) rest.items = formNode(rest.items);
  else if (byDefault !== undefined) rest.default = byDefault;
  return rest;
}

/**
 * The form draws no `oneOf` of blocks, so the kinds become one block that has the fields of all; what only some have
 * is not required here, since a hidden field can't be filled in: parseConfig asks for it.
 */
function mergedKinds(kinds: readonly Node[]): Node {
  const properties: Record<string, Node> = {};
  for (const [key, node] of kinds.flatMap(children)) {
    const known = properties[key];
    if (key === 'type') {
      const choices = { ...(known?.choices as object), ...(node.choices as object) };
      properties[key] = { ...(known ?? { ...node, default: node.const }), choices };
    } else if (known && !isDeepStrictEqual(known, node)) {
      throw new Error(`The field ${key} differs between kinds: give it one meaning, or another name.`);
    } else properties[key] = node;
  }
  const required = Object.keys(properties).filter((key) => kinds.every((kind) => kind.required?.includes(key)));
  return { type: 'object', properties, required };
}

function children(node: Node): [string, Node][] {
  return Object.entries(node.properties ?? {});
}

/** Sections fold; a list's fields are those of its block; a field that only some kinds have shows for them alone. */
function layoutOf(key: string, path: string, node: Node): LayoutItem[] {
  if (node.properties) {
    const items = children(node).flatMap(([name, inner]) => layoutOf(name, `${path}.${name}`, inner));
    const { title, description } = node;
    return [{ type: 'fieldset', title, description, expandable: true, expanded: false, items }];
  }
  const kinds = node.items?.oneOf;
  if (!kinds) return [path];
  const items = [...new Set(kinds.flatMap((kind) => children(kind).map(([name]) => name)))].map((name) => {
    const types = kinds.filter((kind) => kind.properties?.[name]).map((kind) => kind.properties?.type?.const);
    if (types.length === kinds.length) return `${path}[].${name}`;
    const functionBody = `return ${JSON.stringify(types)}.includes(model.${path}?.[arrayIndices[0]]?.type);`;
    return { key: `${path}[].${name}`, condition: { functionBody } };
  });
  const buttonText = `Add a ${key.replace(/s$/, '')}`;
  return [{ key: path, type: 'array', title: node.title, orderable: false, buttonText, items }];
}

function write(): void {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
  const input = JSON.stringify(buildSchema(), null, 2);
  const formatted = execFileSync(process.execPath, [biome, 'format', '--stdin-file-path=config.schema.json'], {
    input,
  });
  writeFileSync(file, formatted);
}

function inStep(): boolean {
  const committed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return isDeepStrictEqual(committed, JSON.parse(JSON.stringify(buildSchema())));
}

if (import.meta.main) {
  if (!process.argv.includes('--check')) write();
  else if (!inStep()) {
    console.error('config.schema.json is out of step with src/config/schema.ts: run "node tools/build-schema.ts".');
    process.exitCode = 1;
  }
}
