// What an operation's compiler is handed, and how it reads its inputs.
import { Fault } from '../errors.ts';
import type { Graph, Value } from '../graph.ts';
import type { GraphNode } from '../graph-model.ts';

export interface Call {
  node: GraphNode;
  inputs: readonly Value[];
  graph: Graph;
}

/** Adds one TF.js node to the ONNX graph. Returns its outputs. @throws Fault where the node asks for what is not supported */
export type Operation = (call: Call) => Value | readonly Value[];

export function input(call: Call, index: number): Value {
  const value = call.inputs[index];
  if (!value) throw new Fault(`it needs at least ${index + 1} inputs, but has ${call.inputs.length}`);
  return value;
}

/** An input that says how to compute rather than what: a shape, an axis. It must be known at compile time. */
export function integers(call: Call, index: number): number[] {
  const { constant } = input(call, index);
  if (constant?.dtype !== 'int32') throw new Fault(`input ${index} must be an int32 constant`);
  return [...constant.data];
}

export function integer(call: Call, index: number): number {
  const [value, ...rest] = integers(call, index);
  if (value === undefined || rest.length > 0) throw new Fault(`input ${index} must be a single integer`);
  return value;
}
