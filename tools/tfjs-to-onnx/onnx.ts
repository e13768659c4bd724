// Writes an ONNX model: the few protobuf messages of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) a graph needs.
import protobuf from 'protobufjs';
import type { Shape } from './tensor.ts';

/** Opset 13 is old enough for every onnxruntime in use and has the shapes of Pad, Slice and Softmax this compiler writes. */
const OPSET = 13;
const IR_VERSION = 7;

/** TensorProto.DataType; Cast's `to` speaks of types by these numbers too. */
export const DATA_TYPES = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
export type OnnxType = keyof typeof DATA_TYPES;

export type Attribute = { int: number } | { float: number } | { ints: readonly number[] } | { string: string };

export interface OnnxNode {
  name: string;
  opType: string;
  /** Names of tensors; '' leaves an optional input out. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxTensor {
  name: string;
  type: OnnxType;
  shape: Shape;
  /** Little-endian, row-major. */
  bytes: Uint8Array;
}

export interface OnnxPort {
  name: string;
  type: OnnxType;
  shape: Shape;
}

export interface OnnxModel {
  name: string;
  nodes: readonly OnnxNode[];
  initializers: readonly OnnxTensor[];
  inputs: readonly OnnxPort[];
  outputs: readonly OnnxPort[];
  /** Put at the very end of the file; onnxruntime leaves it alone. */
  metadata: Readonly<Record<string, string>>;
}

const messages = protobuf.Root.fromJSON({
  nested: {
    ModelProto: {
      fields: {
        irVersion: { type: 'int64', id: 1 },
        producerName: { type: 'string', id: 2 },
        graph: { type: 'GraphProto', id: 7 },
        opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
        metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 14 },
      },
    },
    StringStringEntryProto: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    OperatorSetIdProto: { fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } } },
    GraphProto: {
      fields: {
        node: { rule: 'repeated', type: 'NodeProto', id: 1 },
        name: { type: 'string', id: 2 },
        initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
        input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
        output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      },
    },
    NodeProto: {
      fields: {
        input: { rule: 'repeated', type: 'string', id: 1 },
        output: { rule: 'repeated', type: 'string', id: 2 },
        name: { type: 'string', id: 3 },
        opType: { type: 'string', id: 4 },
        attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
      },
    },
    AttributeProto: {
      fields: {
        name: { type: 'string', id: 1 },
        f: { type: 'float', id: 2 },
        i: { type: 'int64', id: 3 },
        s: { type: 'bytes', id: 4 },
        ints: { rule: 'repeated', type: 'int64', id: 8 },
        type: { type: 'int32', id: 20 },
      },
    },
    TensorProto: {
      fields: {
        dims: { rule: 'repeated', type: 'int64', id: 1 },
        dataType: { type: 'int32', id: 2 },
        name: { type: 'string', id: 8 },
        rawData: { type: 'bytes', id: 9 },
      },
    },
    ValueInfoProto: { fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } } },
    TypeProto: {
      fields: { tensorType: { type: 'Tensor', id: 1 } },
      nested: {
        Tensor: { fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } } },
      },
    },
    TensorShapeProto: {
      fields: { dim: { rule: 'repeated', type: 'Dimension', id: 1 } },
      nested: { Dimension: { fields: { dimValue: { type: 'int64', id: 1 } } } },
    },
  },
});

/** The bytes of a `.onnx` file. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const ModelProto = messages.lookupType('ModelProto');
  return ModelProto.encode({
    irVersion: IR_VERSION,
    producerName: 'latchkey tfjs-to-onnx',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: model.name,
      node: model.nodes.map(nodeProto),
      initializer: model.initializers.map(tensorProto),
      input: model.inputs.map(valueInfoProto),
      output: model.outputs.map(valueInfoProto),
    },
    metadataProps: Object.entries(model.metadata).map(([key, value]) => ({ key, value })),
  }).finish();
}

function nodeProto(node: OnnxNode): object {
  const attribute = Object.entries(node.attributes).map(([name, value]) => attributeProto(name, value));
  return { name: node.name, opType: node.opType, input: node.inputs, output: node.outputs, attribute };
}

/** `type` is AttributeProto.AttributeType. */
function attributeProto(name: string, value: Attribute): object {
  if ('float' in value) return { name, type: 1, f: value.float };
  if ('int' in value) return { name, type: 2, i: value.int };
  if ('string' in value) return { name, type: 3, s: new TextEncoder().encode(value.string) };
  return { name, type: 7, ints: value.ints };
}

function tensorProto(tensor: OnnxTensor): object {
  return { name: tensor.name, dims: tensor.shape, dataType: DATA_TYPES[tensor.type], rawData: tensor.bytes };
}

function valueInfoProto(port: OnnxPort): object {
  const shape = { dim: port.shape.map((dimValue) => ({ dimValue })) };
  return { name: port.name, type: { tensorType: { elemType: DATA_TYPES[port.type], shape } } };
}
