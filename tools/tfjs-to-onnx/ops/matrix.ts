// Matrix products, and what usually follows them.
import { Fault } from '../errors.ts';
import type { Value } from '../graph.ts';
import { fused } from './fused.ts';
import { type Call, floats } from './operation.ts';

export function matMul(call: Call): Value {
  const { graph, node } = call;
  const [a, b] = [floats(call, 0), floats(call, 1)];
  const [transA, transB] = [node.attributes.bool('transpose_a'), node.attributes.bool('transpose_b')];
  const [rows, inner] = sides(a, transA);
  const [height, columns] = sides(b, transB);
  if (inner !== height) throw new Fault(`a matrix of [${a.shape}] cannot be multiplied by one of [${b.shape}]`);
  const { bias, activate } = fused(call, columns);
  const inputs = [a, b, ...(bias ? [bias] : [])].map((value) => graph.in('last', value));
  const attributes = { transA: { int: Number(transA) }, transB: { int: Number(transB) } };
  return activate(graph.value('Gemm', inputs, { dtype: 'float32', shape: [rows, columns] }, attributes));
}

function sides({ shape }: Value, transposed: boolean): [number, number] {
  const [rows, columns, ...rest] = shape;
  if (rows === undefined || columns === undefined || rest.length > 0) throw new Fault(`[${shape}] is not a matrix`);
  return transposed ? [columns, rows] : [rows, columns];
}

export function softmax(call: Call): Value {
  const { graph } = call;
  const x = floats(call, 0);
  return graph.value('Softmax', [graph.in('last', x)], { dtype: x.dtype, shape: x.shape }, { axis: { int: -1 } });
}
