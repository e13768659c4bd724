/** What the plugin and the vision process say to each other, over Node's IPC channel with structured clones. */
import type { Analysis, AnalyzeOptions, Picture } from './analysis.ts';

/** To the vision process. `start` comes first; the others are served one at a time, in order. */
export type Request = StartRequest | WorkRequest | { kind: 'shutdown' };

export interface StartRequest {
  kind: 'start';
  /** Threads one run may use; onnxruntime chooses where absent. */
  threads?: number;
  /** A folder with the models, as a file URL ending in a slash; the package's own where absent. */
  models?: string;
}

/** Work is answered under the `id` it came with. */
export type WorkRequest =
  | { kind: 'analyze'; id: number; picture: Picture; options: AnalyzeOptions }
  | { kind: 'thumbnail'; id: number; picture: Picture; width: number };

/** From the vision process. */
export type Response =
  | { kind: 'ready' }
  /** It cannot start, and ends; the message is a sentence. */
  | { kind: 'unable'; message: string }
  | Answer;

export type Answer =
  | { kind: 'analysis'; id: number; analysis: Analysis }
  | { kind: 'thumbnail'; id: number; jpeg: Uint8Array }
  /** This request failed, the process lives; the message is a sentence. */
  | { kind: 'failed'; id: number; message: string };
