// Runs a compiled model on onnxruntime.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Named, Numbers, Runnable } from './tfjs.ts';

export async function loadOnnx(bytes: Uint8Array): Promise<Runnable> {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const session = await InferenceSession.create(bytes, options);

  async function run(inputs: Named): Promise<Named> {
    const feeds = Object.entries(inputs).map(([name, numbers]) => [name, tensor(numbers)] as const);
    const results = await session.run(Object.fromEntries(feeds));
    return Object.fromEntries(session.outputNames.map((name) => [name, numbersOf(results[name] as Tensor)]));
  }

  return { run, close: () => session.release() };
}

function tensor({ shape, data }: Numbers): Tensor {
  return data instanceof Float32Array ? new Tensor('float32', data, shape) : new Tensor('int32', data, shape);
}

function numbersOf({ dims, data }: Tensor): Numbers {
  if (data instanceof Float32Array || data instanceof Int32Array) return { shape: dims, data };
  throw new Error('an output is neither float32 nor int32');
}
