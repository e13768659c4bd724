// The TF.js operations this compiler knows.
import { add, multiply } from './arithmetic.ts';
import { clampTo, maximum, minimum } from './clamp.ts';
import { conv2d, depthwiseConv2d, maxPool } from './convolution.ts';
import { binary, cast, equal, floorDiv, floorMod, sigmoid } from './elementwise.ts';
import { matMul, softmax } from './matrix.ts';
import { input, type Operation } from './operation.ts';
import { concat, mean, pad, resizeBilinear } from './picture.ts';
import { prelu } from './prelu.ts';
import { expandDims, gather, identity, reshape, stridedSlice, topK } from './rearrange.ts';

export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['Add', add],
  ['AddV2', add],
  ['Cast', cast],
  ['ConcatV2', concat],
  ['Conv2D', conv2d],
  ['DepthwiseConv2dNative', depthwiseConv2d],
  ['Equal', equal],
  ['ExpandDims', expandDims],
  ['FloorDiv', floorDiv],
  ['FloorMod', floorMod],
  ['FusedDepthwiseConv2dNative', depthwiseConv2d],
  ['GatherV2', gather],
  ['Identity', identity],
  ['MatMul', matMul],
  ['MaxPool', maxPool],
  ['Maximum', maximum],
  ['Mean', mean],
  ['Minimum', minimum],
  ['Mul', multiply],
  ['Pad', pad],
  ['Prelu', (call) => prelu(call.graph, input(call, 0), input(call, 1))],
  ['Relu', clampTo(0, Number.POSITIVE_INFINITY)],
  ['Relu6', clampTo(0, 6)],
  ['Reshape', reshape],
  ['ResizeBilinear', resizeBilinear],
  ['Sigmoid', sigmoid],
  ['Softmax', softmax],
  ['StridedSlice', stridedSlice],
  ['Sub', binary('Sub')],
  ['TopKV2', topK],
  ['_FusedConv2D', conv2d],
  ['_FusedMatMul', matMul],
]);
