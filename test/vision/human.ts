// Human itself, on tfjs-wasm, as the yardstick for what is in a picture.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Human as HumanType } from '@vladmandic/human';
import type { Box, Picture } from '../../src/vision/analysis.ts';
import { decode } from '../../src/vision/image.ts';

const modules = join(import.meta.dirname, '../../node_modules');

export interface Seen {
  objects: { label: string; confidence: number; box: Box }[];
  faces: { confidence: number; box: Box }[];
}

export class Human {
  readonly #human: HumanType;

  private constructor(human: HumanType) {
    this.#human = human;
  }

  static async load(minConfidence: number): Promise<Human> {
    const require = createRequire(import.meta.filename);
    // The package's main entry wants a native TensorFlow; this build of it runs anywhere.
    const { default: Class } = require(join(modules, '@vladmandic/human/dist/human.node-wasm.js'));
    const human: HumanType = new Class({
      backend: 'wasm',
      debug: false,
      wasmPath: `${join(modules, '@tensorflow/tfjs-backend-wasm/dist')}/`,
      modelBasePath: `${pathToFileURL(join(modules, '@vladmandic/human/models'))}/`,
      cacheSensitivity: 0,
      filter: { enabled: false },
      gesture: { enabled: false },
      body: { enabled: false },
      hand: { enabled: false },
      face: {
        detector: { minConfidence, maxDetected: 20 },
        iris: { enabled: false },
        emotion: { enabled: false },
        description: { enabled: false },
        antispoof: { enabled: false },
        liveness: { enabled: false },
      },
      object: { enabled: true, minConfidence, maxDetected: 50 },
    });
    await withFileFetch(() => human.load());
    return new Human(human);
  }

  async look(picture: Picture): Promise<Seen> {
    const { data, width, height, channels } = await decode(picture);
    const pixels = Int32Array.from(
      { length: width * height * 3 },
      (_, i) => data[Math.floor(i / 3) * channels + (i % 3)] ?? 0,
    );
    const tensor = this.#human.tf.tensor(pixels, [1, height, width, 3], 'int32');
    const { face, object, error } = await this.#human.detect(tensor);
    this.#human.tf.dispose(tensor);
    if (error) throw new Error(`Human failed: ${error}`);
    const corners = ([x, y, w, h]: number[]): Box => [x ?? 0, y ?? 0, (x ?? 0) + (w ?? 0), (y ?? 0) + (h ?? 0)];
    return {
      objects: object.map(({ label, score, box }) => ({ label, confidence: score, box: corners(box) })),
      faces: face.map(({ score, boxScore, box }) => ({ confidence: Math.min(score, boxScore), box: corners(box) })),
    };
  }
}

/** Node's fetch reads no files, and Human knows no other way to its models. */
async function withFileFetch<T>(task: () => Promise<T>): Promise<T> {
  const real = globalThis.fetch;
  globalThis.fetch = async (input) => {
    const url = new URL(String(input));
    const type = url.pathname.endsWith('.json') ? 'application/json' : 'application/octet-stream';
    return new Response(await readFile(url), { headers: { 'content-type': type } });
  };
  try {
    return await task();
  } finally {
    globalThis.fetch = real;
  }
}
