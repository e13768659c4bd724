/** Looking at one picture, from its bytes to objects, faces and embeddings, in this process. */
import type { Analysis, AnalyzeOptions, Face, Picture, StageTimes } from './analysis.ts';
import { detectObjects } from './detector.ts';
import { embedFace } from './faceres.ts';
import { findFaces } from './faces.ts';
import { decode } from './image.ts';
import { loadModels, type ModelOptions, type Models } from './models.ts';
import { Pyramid } from './resample.ts';

const defaultConfidence = 0.3;
/** Below what any caller may ask for, people still guide the search for faces. */
const guidingConfidence = 0.25;

/** The models, loaded. One picture at a time: await one analysis before the next. */
export class Vision {
  readonly #models: Models;

  private constructor(models: Models) {
    this.#models = models;
  }

  /** Loads the models. Throws `ModelError`. */
  static async load(options: ModelOptions = {}): Promise<Vision> {
    return new Vision(await loadModels(options));
  }

  /** Throws `PictureError`, or `ModelError` where a model misbehaves. */
  async analyze(picture: Picture, options: AnalyzeOptions = {}): Promise<Analysis> {
    const { minConfidence = defaultConfidence, faces: wanted = true } = options;
    const watch = new StageWatch(this.#models);
    const image = await decode(picture);
    const pyramid = new Pyramid(image);
    watch.end('decode');
    const guiding = Math.min(minConfidence, guidingConfidence);
    const objects = await detectObjects(this.#models.centernet, pyramid, guiding);
    watch.end('objects');
    const measured = wanted ? await findFaces(this.#models, pyramid, objects) : [];
    watch.end('faces');
    const faces: Face[] = [];
    for (const { face, mesh } of measured) {
      faces.push({ ...face, embedding: await embedFace(this.#models.faceres, pyramid, mesh, face.pose.roll) });
    }
    watch.end('embeddings');
    const { width, height } = image;
    return {
      width,
      height,
      objects: objects.filter(({ confidence }) => confidence >= minConfidence),
      faces,
      ms: watch.times(),
    };
  }

  /** Frees the models' memory. */
  async close(): Promise<void> {
    await Promise.all(Object.values(this.#models).map((model) => model.release()));
  }
}

/** Milliseconds of one analysis, stage by stage. */
class StageWatch {
  readonly #models: Models;
  readonly #started = performance.now();
  readonly #modelsBefore: number;
  readonly #stages = { decode: 0, objects: 0, faces: 0, embeddings: 0 };
  #last = this.#started;

  constructor(models: Models) {
    this.#models = models;
    this.#modelsBefore = inModels(models);
  }

  end(stage: 'decode' | 'objects' | 'faces' | 'embeddings'): void {
    const now = performance.now();
    this.#stages[stage] = now - this.#last;
    this.#last = now;
  }

  times(): StageTimes {
    return { ...this.#stages, models: inModels(this.#models) - this.#modelsBefore, total: this.#last - this.#started };
  }
}

function inModels(models: Models): number {
  return Object.values(models).reduce((sum, model) => sum + model.spent, 0);
}
