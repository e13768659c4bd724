// What TensorFlow fuses behind a convolution or a matrix product: a bias and an activation.
import { Fault } from '../errors.ts';
import type { Value } from '../graph.ts';
import { clamp } from './clamp.ts';
import { type Call, input } from './operation.ts';
import { prelu } from './prelu.ts';

export interface Fused {
  bias: Value | undefined;
  activate: (x: Value) => Value;
}

/** Reads `fused_ops`: inputs 2 and 3 are the bias and the slope of a Prelu. */
export function fused(call: Call, channels: number): Fused {
  const ops = call.node.attributes.strings('fused_ops');
  const hasBias = ops[0] === 'BiasAdd';
  const bias = hasBias ? input(call, 2) : undefined;
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== channels)) {
    throw new Fault(`a bias of [${bias.shape}] does not fit ${channels} channels`);
  }
  const [activation = 'Identity', ...rest] = hasBias ? ops.slice(1) : ops;
  if (rest.length > 0) throw new Fault(`fused operations ${ops.join(', ')} are not supported`);
  return {
    bias,
    activate: activation === 'Prelu' ? (x) => prelu(call.graph, x, input(call, 3)) : activationOf(call, activation),
  };
}

function activationOf(call: Call, name: string): (x: Value) => Value {
  if (name === 'Identity') return (x) => x;
  if (name === 'Relu') return (x) => clamp(call.graph, x, 0, Number.POSITIVE_INFINITY);
  if (name === 'Relu6') return (x) => clamp(call.graph, x, 0, 6);
  throw new Fault(`the fused operation ${name} is not supported`);
}
