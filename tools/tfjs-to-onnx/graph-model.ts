// Reads a TF.js GraphModel (model.json and its weight file) and checks that it hangs together.
import { z } from 'zod';
import { Attributes } from './attributes.ts';
import { GraphModelError } from './errors.ts';
import type { Shape, Tensor } from './tensor.ts';
import { readWeights } from './weights.ts';

/** One output of one node: TensorFlow writes it `name` or `name:index`. */
export interface TensorRef {
  node: string;
  index: number;
}

export interface GraphNode {
  name: string;
  op: string;
  inputs: readonly TensorRef[];
  attributes: Attributes;
}

export interface GraphPort {
  /** The name the outside knows it by. */
  name: string;
  ref: TensorRef;
  /** As the signature has it, unknown dims -1; undefined where there is no signature. */
  shape: Shape | undefined;
}

export interface GraphModel {
  name: string;
  /** The inputs in order, then the nodes the outputs need, each after those it reads. */
  nodes: readonly GraphNode[];
  weights: ReadonlyMap<string, Tensor>;
  inputs: readonly GraphPort[];
  outputs: readonly GraphPort[];
}

const integer = z.union([z.string(), z.number()]);
const tensorShape = z.object({ dim: z.array(z.object({ size: integer })).optional() });
const attrValue = z.object({
  s: z.string().optional(),
  i: integer.optional(),
  b: z.boolean().optional(),
  type: z.string().optional(),
  shape: tensorShape.optional(),
  list: z.object({ s: z.array(z.string()).optional(), i: z.array(integer).optional() }).optional(),
});
const node = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: z.record(z.string(), attrValue).default({}),
});
const ports = z.record(z.string(), z.object({ name: z.string(), tensorShape: tensorShape.optional() }));
const weight = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.string(),
  quantization: z.object({ dtype: z.string(), scale: z.number().optional(), min: z.number().optional() }).optional(),
});
const graphModelJson = z.object({
  format: z.literal('graph-model'),
  modelTopology: z.object({ node: z.array(node) }),
  signature: z.object({ inputs: ports, outputs: ports }).optional(),
  weightsManifest: z.tuple([z.object({ weights: z.array(weight) })]),
});

/**
 * @param model the name errors speak of
 * @param json the parsed model.json
 * @param weightBytes the weight file
 * @throws GraphModelError where the JSON is not a GraphModel's, the weight file does not fit it, a node reads what is not there, or nodes read in a circle
 */
export function readGraphModel(model: string, json: unknown, weightBytes: Uint8Array): GraphModel {
  const parsed = graphModelJson.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new GraphModelError(model, undefined, `not a TF.js GraphModel: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { modelTopology, signature, weightsManifest } = parsed.data;
  const nodes = new Map<string, GraphNode>();
  for (const { name, op, input, attr } of modelTopology.node) {
    if (nodes.has(name)) throw new GraphModelError(model, name, 'there are two nodes of this name');
    // An input that starts with ^ only orders side effects, of which there are none here.
    const inputs = input.filter((ref) => !ref.startsWith('^')).map(tensorRef);
    nodes.set(name, { name, op, inputs, attributes: new Attributes(attr) });
  }
  const inputs = signature ? signaturePorts(signature.inputs) : placeholders([...nodes.values()]);
  const outputs = signature ? signaturePorts(signature.outputs) : sinks([...nodes.values()]);
  checkPorts(model, inputs, outputs);
  const sorted = sort(model, nodes, [...inputs, ...outputs]);
  const weights = readWeights(model, weightsManifest[0].weights, weightBytes);
  for (const { name, op } of sorted) {
    if (op !== 'Const' || weights.has(name)) continue;
    throw new GraphModelError(model, name, 'its weight is missing from the weights manifest');
  }
  return { name: model, nodes: sorted, weights, inputs, outputs };
}

function tensorRef(text: string): TensorRef {
  const colon = text.lastIndexOf(':');
  return colon < 0 ? { node: text, index: 0 } : { node: text.slice(0, colon), index: Number(text.slice(colon + 1)) };
}

function signaturePorts(signature: z.infer<typeof ports>): GraphPort[] {
  return Object.entries(signature).map(([name, port]) => ({
    name,
    ref: tensorRef(port.name),
    shape: port.tensorShape && (port.tensorShape.dim ?? []).map((dim) => Number(dim.size)),
  }));
}

/** Nodes nobody reads are the outputs of a model without a signature. */
function sinks(nodes: readonly GraphNode[]): GraphPort[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map((ref) => ref.node)));
  return nodes.filter(({ name, op }) => op !== 'Const' && op !== 'Placeholder' && !read.has(name)).map(port);
}

function placeholders(nodes: readonly GraphNode[]): GraphPort[] {
  return nodes.filter(({ op }) => op === 'Placeholder').map(port);
}

/** ONNX keeps inputs and outputs in one namespace. */
function checkPorts(model: string, inputs: readonly GraphPort[], outputs: readonly GraphPort[]): void {
  if (outputs.length === 0) throw new GraphModelError(model, undefined, 'it has no outputs');
  const both = outputs.find(({ name }) => inputs.some((input) => input.name === name));
  if (both) throw new GraphModelError(model, both.ref.node, `both an input and an output are called "${both.name}"`);
}

function port({ name }: GraphNode): GraphPort {
  return { name, ref: { node: name, index: 0 }, shape: undefined };
}

/** Depth first from these ports. The stack is our own: these graphs are deeper than some call stacks. */
function sort(model: string, nodes: ReadonlyMap<string, GraphNode>, ports: readonly GraphPort[]): GraphNode[] {
  const sorted: GraphNode[] = [];
  const state = new Map<GraphNode, 'open' | 'done'>();
  const find = (name: string, reader?: GraphNode): GraphNode => {
    const found = nodes.get(name);
    if (found) return found;
    const who = reader ? 'it reads' : 'its signature names';
    throw new GraphModelError(model, reader?.name, `${who} "${name}", which is not in the graph`);
  };
  const stack = ports.map(({ ref }) => find(ref.node)).reverse();
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const node = top;
    if (!state.has(node)) {
      state.set(node, 'open');
      for (const ref of node.inputs.toReversed()) {
        const input = find(ref.node, node);
        if (state.get(input) === 'open') {
          throw new GraphModelError(model, node.name, 'it reads its own output: the graph has a cycle');
        }
        if (!state.has(input)) stack.push(input);
      }
    } else {
      stack.pop();
      if (state.get(node) === 'open') sorted.push(node);
      state.set(node, 'done');
    }
  }
  return sorted;
}
