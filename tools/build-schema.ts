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

const file = new URL('../config.schema.json', import.meta.url);

export function buildSchema(platform: z.ZodType = platformSchema) {
  const { properties, required } = formNode(z.toJSONSchema(platform, { io: 'input', target: 'draft-7' }) as Node);
  return {
    pluginAlias: 'Latchkey',
    pluginType: 'platform',
    singular: true,
    strictValidation: true,
    customUi: true,
    schema: { type: 'object', properties, ...(required && { required }) },
  };
}

/** The node as the form understands it: kinds merged into one block, choices with their titles, no empty defaults. */
function formNode(node: Node, key = ''): Node {
  const { $schema, choices, const: value, default: byDefault, ...rest } = node;
  const form = formOf(node, key);
  if (form) rest['x-schema-form'] = form;
  if (rest.properties) rest.properties = mapped(rest.properties, formNode);
  else if (rest.items) rest.items = formNode(rest.items.oneOf ? mergedKinds(rest.items.oneOf, key) : rest.items);
  else if (byDefault !== undefined) rest.default = byDefault;
  if (!choices) return rest;
  delete rest.enum;
  rest.oneOf = Object.entries(choices).map(([one, title]) => ({ title: String(title), enum: [one] }));
  return rest;
}

/** How a node is drawn where that is not as the form would by itself. */
function formOf(node: Node, key: string): object | null {
  if (node.properties && key) return { expandable: true, expanded: false };
  // Else a blank block stands there from the start, and nothing can be saved before it is filled in or removed.
  if (node.items && !node.uniqueItems) return { listItems: 0, orderable: false, buttonText: addText(node, key) };
  // Else a slider, even from 1 to a million.
  return node.type === 'integer' ? { type: 'number' } : null;
}

function addText({ items }: Node, key: string): string {
  const what = items?.oneOf ? key.replace(/s$/, '') : (items?.title ?? 'line').toLowerCase();
  return `Add ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what}`;
}

/**
 * The form draws no `oneOf` of blocks, so the kinds in a list become one block that has the fields of all. What only
 * some have shows for them alone, and is not required here, since a hidden field can't be filled in: parseConfig asks.
 */
function mergedKinds(kinds: readonly Node[], list: string): Node {
  const properties: Record<string, Node> = {};
  for (const [key, node] of kinds.flatMap((kind) => Object.entries(kind.properties ?? {}))) {
    const known = properties[key];
    if (key === 'type') {
      const choices = { ...(known?.choices as object), ...(node.choices as object) };
      properties[key] = { ...(known ?? { ...node, default: node.const }), choices };
    } else if (known) {
      if (isDeepStrictEqual(known, node) || isDeepStrictEqual(known, undemanding(node))) continue;
      throw new Error(`The field ${key} differs between kinds: give it one meaning, or another name.`);
    } else properties[key] = kinds.every((kind) => kind.properties?.[key]) ? node : undemanding(node);
  }
  const required = Object.keys(properties).filter((key) => kinds.every((kind) => kind.required?.includes(key)));
  return { type: 'object', properties: mapped(properties, (node, key) => shownFor(kinds, list, key, node)), required };
}

/** The same block with nothing required in it: hidden, the form still hands it over, half empty. */
function undemanding({ required: _required, ...node }: Node): Node {
  if (!node.properties) return node;
  return { ...node, properties: mapped(node.properties, undemanding) };
}

function shownFor(kinds: readonly Node[], list: string, key: string, node: Node): Node {
  const types = kinds.filter((kind) => kind.properties?.[key]).map((kind) => kind.properties?.type?.const);
  if (types.length === kinds.length) return node;
  const functionBody = `return ${JSON.stringify(types)}.includes(model.${list}?.[arrayIndices[0]]?.type);`;
  return { ...node, condition: { functionBody } };
}

function mapped(nodes: Record<string, Node>, change: (node: Node, key: string) => Node): Record<string, Node> {
  return Object.fromEntries(Object.entries(nodes).map(([key, node]) => [key, change(node, key)]));
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
