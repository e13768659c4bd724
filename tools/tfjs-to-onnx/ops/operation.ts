// What an operation's compiler is handed, and how it reads its inputs.
import { Fault } from '../errors.ts';
import type { Graph, Value } from '../graph.ts';
import type { GraphNode } from '../graph-model.ts';
import type { Shape } from '../tensor.ts';

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

export function floats(call: Call, index: number): Value {
  const value = input(call, index);
  if (value.dtype !== 'float32') throw new Fault(`input ${index} is ${value.dtype}; only float32 is supported`);
  return value;
}

/** A float32 input of batch, height, width, channels. */
export function picture(call: Call, index: number): Value {
  const value = floats(call, index);
  fourAxes(value.shape);
  return value;
}

export function fourAxes(shape: Shape): [number, number, number, number] {
  const [a, b, c, d, ...rest] = shape;
  if (a === undefined || b === undefined || c === undefined || d === undefined || rest.length > 0) {
    throw new Fault(`[${shape}] should have 4 axes`);
  }
  return [a, b, c, d];
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

/** A value and a single number, where one of two float32 operands is a constant without axes. */
export interface WithNumber {
  source: Value;
  number: number;
}

export function withNumber(a: Value, b: Value): WithNumber | undefined {
  const [numberA, numberB] = [scalar(a), scalar(b)];
  if (numberB !== undefined) return { source: a, number: numberB };
  return numberA === undefined ? undefined : { source: b, number: numberA };
}

function scalar({ dtype, constant }: Value): number | undefined {
  return dtype === 'float32' && constant?.shape.length === 0 ? constant.data[0] : undefined;
}
