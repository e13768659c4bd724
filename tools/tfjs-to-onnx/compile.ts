// Compiles a TF.js GraphModel to ONNX: bytes in, bytes out.
import { Fault, GraphModelError } from './errors.ts';
import { Graph, type Value } from './graph.ts';
import { type GraphModel, type GraphNode, type GraphPort, readGraphModel, type TensorRef } from './graph-model.ts';
import { encodeOnnx } from './onnx.ts';
import { OPERATIONS } from './ops/table.ts';
import type { Shape } from './tensor.ts';

/**
 * The `.onnx` file that computes what the model does: inputs and outputs have the names, the order and the (channels-last) shapes of its
 * signature, with a batch of 1. A model without a signature takes its placeholders and gives the nodes nobody reads.
 * @param model the name errors speak of
 * @param json the parsed model.json
 * @param weights the weight file
 * @param metadata kept in the file as it is
 * @throws GraphModelError naming the model and the node at fault
 */
export function compile(
  model: string,
  json: unknown,
  weights: Uint8Array,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  return encodeOnnx({ name: model, metadata, ...compileGraph(readGraphModel(model, json, weights)) });
}

function compileGraph(model: GraphModel): ReturnType<Graph['finish']> {
  const graph = new Graph([...model.inputs, ...model.outputs].map(({ name }) => name));
  const values = new Map<string, readonly Value[]>();
  const find = (ref: TensorRef, reader: GraphNode | undefined): Value => {
    const value = values.get(ref.node)?.[ref.index];
    if (!value) throw new GraphModelError(model.name, reader?.name, `there is no output ${ref.index} of "${ref.node}"`);
    return value;
  };
  for (const node of model.nodes) {
    graph.scope = node.name;
    const inputs = node.inputs.map((ref) => find(ref, node));
    try {
      values.set(node.name, [evaluate(model, graph, node, inputs)].flat());
    } catch (error) {
      throw error instanceof Fault ? new GraphModelError(model.name, node.name, `${node.op}: ${error.message}`) : error;
    }
  }
  const outputs = model.outputs.map((port) => ({
    name: port.name,
    value: checked(model, port, find(port.ref, undefined)),
  }));
  return graph.finish(outputs);
}

function evaluate(
  model: GraphModel,
  graph: Graph,
  node: GraphNode,
  inputs: readonly Value[],
): Value | readonly Value[] {
  const weight = model.weights.get(node.name);
  if (node.op === 'Const' && weight) return graph.constant(weight);
  if (node.op === 'Placeholder') return placeholder(model, graph, node);
  if (model.inputs.some(({ ref }) => ref.node === node.name)) {
    throw new Fault('it is an input of the signature, but not a Placeholder');
  }
  const operation = OPERATIONS.get(node.op);
  if (!operation) throw new Fault('this operation is not known to the compiler');
  return operation({ node, inputs, graph });
}

function placeholder(model: GraphModel, graph: Graph, node: GraphNode): Value {
  const port = model.inputs.find(({ ref }) => ref.node === node.name);
  if (!port) throw new Fault('it is not an input of the signature');
  const given = node.attributes.shape('shape') ?? port.shape;
  const shape = given && withBatch(given);
  if (!shape?.every((dim) => dim >= 1)) {
    throw new Fault(`its shape must be known but for the batch, and is [${given ?? '?'}]`);
  }
  if (port.shape && !sameShape(shape, withBatch(port.shape))) {
    throw new Fault(`its shape is [${shape}], the signature's [${port.shape}]`);
  }
  return graph.input(port.name, node.attributes.type('dtype'), shape);
}

function checked(model: GraphModel, port: GraphPort, value: Value): Value {
  if (port.shape && !sameShape(value.shape, withBatch(port.shape))) {
    throw new GraphModelError(
      model.name,
      port.ref.node,
      `its shape is [${value.shape}], the signature's [${port.shape}]`,
    );
  }
  return value;
}

/** A batch of any size becomes one of 1: one picture at a time. */
function withBatch(shape: Shape): Shape {
  return shape[0] === -1 ? shape.with(0, 1) : shape;
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}
