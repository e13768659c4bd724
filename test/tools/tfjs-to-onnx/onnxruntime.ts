// Runs a compiled model on onnxruntime.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Numbers } from './tfjs.ts';

export async function runOnnx(bytes: Uint8Array, inputs: Record<string, Numbers>): Promise<Record<string, Numbers>> {
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    const feeds = Object.entries(inputs).map(([name, { shape, data }]) => [name, tensor(shape, data)] as const);
    const results = await session.run(Object.fromEntries(feeds));
    const outputs = session.outputNames.map((name) => {
      const { dims, data } = results[name] as Tensor;
      if (data instanceof Float32Array || data instanceof Int32Array) return [name, { shape: dims, data }] as const;
      return [name, { shape: dims, data: Int32Array.from(data as Uint8Array) }] as const;
    });
    return Object.fromEntries(outputs);
  } finally {
    await session.release();
  }
}

function tensor(shape: readonly number[], data: Float32Array | Int32Array): Tensor {
  return data instanceof Float32Array ? new Tensor('float32', data, shape) : new Tensor('int32', data, shape);
}
