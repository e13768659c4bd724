// Broken models: every fault is a sentence that names the model and the node.
import { describe, expect, it } from 'vitest';
import { compile } from '../../../tools/tfjs-to-onnx/compile.ts';
import { GraphModelError } from '../../../tools/tfjs-to-onnx/errors.ts';
import { type ModelJson, noise, type TinyModel, tinyModel } from './tiny-model.ts';

/** x -> (times) w -> (plus) b */
function sound(): TinyModel {
  return tinyModel({ x: noise([1, 4], 1) }, { w: noise([4], 2), b: noise([4], 3) }, [
    { name: 'product', op: 'Mul', input: ['x', 'w'] },
    { name: 'sum', op: 'Add', input: ['product', 'b'] },
  ]);
}

/** What compiling says once the model, or the weights that are returned, have been broken. */
function faultOf(breakIt: (json: ModelJson, weights: Uint8Array) => unknown): GraphModelError {
  const { json, weights } = sound();
  const returned = breakIt(json, weights);
  const broken = returned instanceof Uint8Array ? returned : weights;
  try {
    compile('tiny', json, broken);
  } catch (error) {
    if (error instanceof GraphModelError) return error;
    throw error;
  }
  throw new Error('the broken model compiled');
}

function node(json: ModelJson, name: string): ModelJson['modelTopology']['node'][number] {
  const found = json.modelTopology.node.find((node) => node.name === name);
  if (!found) throw new Error(`no node ${name}`);
  return found;
}

describe('the weight file', () => {
  it('that ends early names the first weight that is cut off', () => {
    const fault = faultOf((_, weights) => weights.subarray(0, 30));
    expect(fault.message).toBe('tiny: node "b": the weight file ends at byte 30, but this weight needs bytes 16 to 32');
    expect(fault).toMatchObject({ model: 'tiny', node: 'b' });
  });

  it('that is too long says so', () => {
    const fault = faultOf((_, weights) => new Uint8Array([...weights, 0]));
    expect(fault.message).toBe('tiny: the weight file has 33 bytes, but its weights fill only 32');
    expect(fault.node).toBeUndefined();
  });

  it('of a type that is not known names the weight', () => {
    const fault = faultOf((json) => {
      Object.assign(json.weightsManifest[0].weights[0] ?? {}, { quantization: { dtype: 'uint8' } });
    });
    expect(fault.message).toBe('tiny: node "w": weights of type float32 as uint8 are not supported');
  });

  it('whose manifest leaves one out names the node without a weight', () => {
    const fault = faultOf((json, weights) => {
      json.weightsManifest[0].weights.pop();
      return weights.subarray(0, 16);
    });
    expect(fault.message).toBe('tiny: node "b": its weight is missing from the weights manifest');
  });

  it('whose manifest gives a weight another shape names the node it no longer fits', () => {
    const fault = faultOf((json) => {
      Object.assign(json.weightsManifest[0].weights[0] ?? {}, { shape: [2, 2] });
    });
    expect(fault.message).toBe('tiny: node "product": Mul: shapes [1,4] and [2,2] do not broadcast');
  });
});

describe('the graph', () => {
  it('with an operation that is not known names it and the node', () => {
    const fault = faultOf((json) => {
      node(json, 'product').op = 'Einsum';
    });
    expect(fault.message).toBe('tiny: node "product": Einsum: this operation is not known to the compiler');
  });

  it('with a node that reads what is not there names both', () => {
    const fault = faultOf((json) => {
      node(json, 'sum').input = ['product', 'nothing'];
    });
    expect(fault.message).toBe('tiny: node "sum": it reads "nothing", which is not in the graph');
  });

  it('with a node that reads an output another does not have names both', () => {
    const fault = faultOf((json) => {
      node(json, 'sum').input = ['product:1', 'b'];
    });
    expect(fault.message).toBe('tiny: node "sum": there is no output 1 of "product"');
  });

  it('with too few inputs names the node', () => {
    const fault = faultOf((json) => {
      node(json, 'sum').input = ['product'];
    });
    expect(fault.message).toBe('tiny: node "sum": Add: it needs at least 2 inputs, but has 1');
  });

  it('that goes in a circle names a node on it', () => {
    const fault = faultOf((json) => {
      node(json, 'product').input = ['x', 'sum'];
      json.signature = { inputs: { x: { name: 'x' } }, outputs: { sum: { name: 'sum' } } };
    });
    expect(fault.message).toMatch(/^tiny: node "(product|sum)": it reads its own output: the graph has a cycle$/);
  });

  it('with two nodes of one name names it', () => {
    const fault = faultOf((json) => {
      node(json, 'sum').name = 'product';
    });
    expect(fault.message).toBe('tiny: node "product": there are two nodes of this name');
  });

  it('of an input whose size is not known names it', () => {
    const fault = faultOf((json) => {
      node(json, 'x').attr = {
        dtype: { type: 'DT_FLOAT' },
        shape: { shape: { dim: [{ size: '-1' }, { size: '-1' }] } },
      };
    });
    expect(fault.message).toBe(
      'tiny: node "x": Placeholder: its shape must be known but for the batch, and is [-1,-1]',
    );
  });

  it('without anything to compute has no outputs', () => {
    const fault = faultOf((json) => {
      json.modelTopology.node = json.modelTopology.node.filter(({ op }) => op === 'Placeholder' || op === 'Const');
    });
    expect(fault.message).toBe('tiny: it has no outputs');
  });
});

describe('the signature', () => {
  const dim = (...sizes: number[]): object => ({ dim: sizes.map((size) => ({ size: String(size) })) });

  it('that promises another shape than is computed names the node', () => {
    const fault = faultOf((json) => {
      json.signature = { inputs: { x: { name: 'x' } }, outputs: { y: { name: 'sum:0', tensorShape: dim(-1, 5) } } };
    });
    expect(fault.message).toBe('tiny: node "sum": its shape is [1,4], the signature\'s [-1,5]');
  });

  it('that names a node which is not there says so', () => {
    const fault = faultOf((json) => {
      json.signature = { inputs: { x: { name: 'x' } }, outputs: { y: { name: 'total' } } };
    });
    expect(fault.message).toBe('tiny: its signature names "total", which is not in the graph');
  });

  it('that leaves an input out names it', () => {
    const fault = faultOf((json) => {
      json.signature = { inputs: {}, outputs: { y: { name: 'sum' } } };
    });
    expect(fault.message).toBe('tiny: node "x": Placeholder: it is not an input of the signature');
  });

  it('that takes something computed for an input names it', () => {
    const fault = faultOf((json) => {
      json.signature = { inputs: { x: { name: 'product' } }, outputs: { y: { name: 'sum' } } };
    });
    expect(fault.message).toMatch(/^tiny: node "(x|product)": /);
  });

  it('that calls an input and an output the same says so', () => {
    const fault = faultOf((json) => {
      json.signature = { inputs: { y: { name: 'x' } }, outputs: { y: { name: 'sum' } } };
    });
    expect(fault.message).toBe('tiny: node "sum": both an input and an output are called "y"');
  });
});

describe('the JSON', () => {
  it.each([
    ['nothing', undefined],
    ['a list', []],
    ['a layers model', { format: 'layers-model' }],
    ['a model without a topology', { format: 'graph-model', weightsManifest: [{ weights: [] }] }],
    [
      'a model with a negative shape',
      {
        format: 'graph-model',
        modelTopology: { node: [] },
        weightsManifest: [{ weights: [{ name: 'w', shape: [-1], dtype: 'float32' }] }],
      },
    ],
  ])('that is %s is refused with the field at fault', (_, json) => {
    expect(() => compile('tiny', json, new Uint8Array())).toThrow(/^tiny: not a TF.js GraphModel: /);
  });
});
