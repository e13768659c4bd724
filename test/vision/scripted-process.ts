// A vision process that does what the test says, instead of looking at pictures.
import type { Analysis, Picture } from '../../src/vision/analysis.ts';
import type { ProcessListener, StartProcess, VisionProcess } from '../../src/vision/fork.ts';
import type { Request, WorkRequest } from '../../src/vision/messages.ts';

export class ScriptedProcess implements VisionProcess {
  readonly received: Request[] = [];
  readonly #listener: ProcessListener;
  killed = false;
  #gone = false;

  constructor(listener: ProcessListener) {
    this.#listener = listener;
  }

  send(request: Request): void {
    if (!this.#gone) this.received.push(request);
  }

  kill(): void {
    this.killed = true;
    queueMicrotask(() => this.exit('was ended by SIGKILL'));
  }

  /** Pictures and thumbnails it was asked for, in order. */
  get work(): WorkRequest[] {
    return this.received.filter((request) => request.kind === 'analyze' || request.kind === 'thumbnail');
  }

  get askedToStop(): boolean {
    return this.received.some(({ kind }) => kind === 'shutdown');
  }

  ready(): void {
    this.#listener.onMessage({ kind: 'ready' });
  }

  unable(message: string): void {
    this.#listener.onMessage({ kind: 'unable', message });
    this.exit('ended with code 1');
  }

  /** Answers the latest request, or the one given. */
  answer(request: WorkRequest | undefined = this.work.at(-1)): void {
    if (!request) throw new Error('Nothing was asked.');
    const { id } = request;
    if (request.kind === 'analyze') this.#listener.onMessage({ kind: 'analysis', id, analysis: analysisOf(id) });
    else this.#listener.onMessage({ kind: 'thumbnail', id, jpeg: Uint8Array.of(id) });
  }

  fail(message: string): void {
    this.#listener.onMessage({ kind: 'failed', id: this.work.at(-1)?.id ?? 0, message });
  }

  exit(why: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#listener.onExit(why);
  }
}

/** Starts scripted processes and keeps them all, the present one last. */
export class ScriptedProcesses {
  readonly all: ScriptedProcess[] = [];

  readonly start: StartProcess = (listener) => {
    const process = new ScriptedProcess(listener);
    this.all.push(process);
    return process;
  };

  get present(): ScriptedProcess {
    const process = this.all.at(-1);
    if (!process) throw new Error('No process was started.');
    return process;
  }
}

/** An analysis that tells by its width which request it answers. */
export function analysisOf(id: number): Analysis {
  const ms = { decode: 1, objects: 2, faces: 3, embeddings: 4, models: 8, total: 10 };
  return { width: id, height: 1, objects: [], faces: [], ms };
}

export const anyPicture: Picture = { kind: 'encoded', bytes: new Uint8Array(1) };
