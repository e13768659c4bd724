/** The compiled models: where they are, what goes in and comes out, and running them on onnxruntime. */
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { reason } from '../log.ts';

/** What made an embedding: those of different makers cannot be compared. Changes with the model and with how faces are cut out for it. */
export const embeddingModel = 'faceres-1';

/** Each takes one picture, size x size x 3 floats, row by row; the names are those of the models' own signatures. */
const catalogue = {
  centernet: { size: 512, outputs: { 'tower_0/detections': 600 } },
  blazeface: { size: 256, outputs: { Identity: 512, Identity_1: 384, Identity_2: 512 * 16, Identity_3: 384 * 16 } },
  facemesh: { size: 192, outputs: { output_mesh: 1404, output_faceflag: 1 } },
  faceres: { size: 224, outputs: { 'global_pooling/Mean': 1024 } },
  antispoof: { size: 128, outputs: { activation_4: 1 } },
  liveness: { size: 32, outputs: { activation_6: 2 } },
} as const;

export type ModelName = keyof typeof catalogue;
export type Models = { readonly [Name in ModelName]: Model };

export interface ModelOptions {
  /** A folder with the `.onnx` files, ending in a slash. */
  folder?: URL;
  /** Threads one run may use. */
  threads?: number;
}

/** A model that cannot be used; the message names its file and the mend. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

const modelsFolder = new URL('../../models/', import.meta.url);

/** Loads all models. Throws `ModelError`. */
export async function loadModels(options: ModelOptions = {}): Promise<Models> {
  const names = Object.keys(catalogue) as ModelName[];
  const loaded = await Promise.all(names.map(async (name) => [name, await load(name, options)] as const));
  return Object.fromEntries(loaded) as Models;
}

async function load(name: ModelName, { folder = modelsFolder, threads }: ModelOptions): Promise<Model> {
  const file = `models/${name}.onnx`;
  const path = fileURLToPath(new URL(`${name}.onnx`, folder));
  try {
    await access(path);
  } catch {
    throw new ModelError(`${file} is missing: run \`npm run build\`.`);
  }
  // Not imported above: Homebridge's own process reads names from this file and should not hold 45 MB of native code for it.
  const onnxruntime = await import('onnxruntime-node');
  let session: InferenceSession;
  try {
    session = await onnxruntime.InferenceSession.create(path, {
      graphOptimizationLevel: 'all',
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      // Threads that spin between runs would take a core from Homebridge, and slow each other down where cores are few.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw new ModelError(`${file} cannot be loaded; run \`npm run build\` to make it anew (${reason(error)}).`);
  }
  const { size, outputs } = catalogue[name];
  const missing = Object.keys(outputs).filter((output) => !session.outputNames.includes(output));
  const [input] = session.inputNames;
  if (input === undefined || missing.length > 0) {
    throw new ModelError(`${file} is not the expected model (no output ${missing.join(', ')}); run \`npm run build\`.`);
  }
  const pixels = new onnxruntime.Tensor('float32', new Float32Array(size * size * 3), [1, size, size, 3]);
  return new Model({ session, file, feeds: { [input]: pixels }, pixels: pixels.data, size, outputs });
}

interface ModelParts {
  session: InferenceSession;
  /** As messages name it. */
  file: string;
  size: number;
  pixels: Float32Array;
  feeds: Readonly<Record<string, Tensor>>;
  /** Names and lengths. */
  outputs: Readonly<Record<string, number>>;
}

/** One loaded model. Not re-entrant: fill `pixels`, await `run`. */
export class Model {
  readonly size: number;
  /** What the next run looks at. */
  readonly pixels: Float32Array;
  readonly #session: InferenceSession;
  readonly #file: string;
  readonly #feeds: ModelParts['feeds'];
  readonly #outputs: ModelParts['outputs'];
  #spent = 0;

  constructor(parts: ModelParts) {
    this.size = parts.size;
    this.pixels = parts.pixels;
    this.#session = parts.session;
    this.#file = parts.file;
    this.#feeds = parts.feeds;
    this.#outputs = parts.outputs;
  }

  /** Milliseconds inside `session.run` since loading. */
  get spent(): number {
    return this.#spent;
  }

  /** Looks at `pixels`; the outputs by name. Throws `ModelError`. */
  async run(): Promise<(output: string) => Float32Array> {
    const started = performance.now();
    const results = await this.#session.run(this.#feeds, Object.keys(this.#outputs)).finally(() => {
      this.#spent += performance.now() - started;
    });
    for (const [name, length] of Object.entries(this.#outputs)) {
      const data = results[name]?.data;
      if (!(data instanceof Float32Array) || data.length !== length) {
        throw new ModelError(
          `${this.#file} answered with an unexpected ${name}; run \`npm run build\` to make it anew.`,
        );
      }
    }
    return (output) => results[output]?.data as Float32Array;
  }

  /** Frees the model's memory. */
  release(): Promise<void> {
    return this.#session.release();
  }
}
