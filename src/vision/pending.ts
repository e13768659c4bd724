/** Requests to the vision process that have no answer yet. */
import type { Clock } from '../clock.ts';
import type { Picture } from './analysis.ts';
import type { Answer, WorkRequest } from './messages.ts';

/** Why a picture was not looked at, in one sentence. */
export class VisionError extends Error {
  override readonly name = 'VisionError';
}

export interface WaitOptions {
  signal?: AbortSignal | undefined;
  /** Nobody is kept waiting by it. */
  background?: boolean | undefined;
  /** A picture that has come since, to be looked at in the place of the request's own. Must not throw. */
  newer?: (() => Picture | undefined) | undefined;
}

/** One request and the promise of its answer. Settles once; whatever comes later is ignored. */
export class Pending {
  readonly request: WorkRequest;
  readonly answer: Promise<Answer>;
  /** Nobody is kept waiting by it. */
  readonly background: boolean;
  readonly #settled = Promise.withResolvers<Answer>();
  readonly #signal: AbortSignal | undefined;
  readonly #newer: () => Picture | undefined;
  #cancelWait: () => void = () => undefined;
  #open = true;

  constructor(request: WorkRequest, { signal, background = false, newer = () => undefined }: WaitOptions = {}) {
    this.request = request;
    this.answer = this.#settled.promise;
    this.background = background;
    this.#signal = signal;
    this.#newer = newer;
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  /** Still waited for by whoever asked. */
  get open(): boolean {
    return this.#open;
  }

  /** Fails unless its turn comes (`beginTurn`) within `ms`. */
  awaitTurn(clock: Clock, ms: number): void {
    const message = `The vision process was too busy: this picture waited ${ms / 1000} s for its turn.`;
    if (this.#open) this.#cancelWait = clock.after(ms, () => this.fail(message));
  }

  /** What is to be sent. */
  beginTurn(): WorkRequest {
    this.#cancelWait();
    return { ...this.request, picture: this.#newer() ?? this.request.picture };
  }

  settle(answer: Answer): void {
    if (answer.kind === 'failed') this.fail(answer.message);
    else this.#close(() => this.#settled.resolve(answer));
  }

  fail(message: string): void {
    this.#close(() => this.#settled.reject(new VisionError(message)));
  }

  readonly #onAbort = () => this.#close(() => this.#settled.reject(this.#signal?.reason));

  #close(settle: () => void): void {
    if (!this.#open) return;
    this.#open = false;
    this.#cancelWait();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    settle();
  }
}

/** Requests that wait for their turn: pictures to look at, thumbnails to draw, the background; each in the order they came. */
export class PendingQueue {
  #waiting: Pending[] = [];

  add(pending: Pending): void {
    this.#waiting.push(pending);
  }

  /** How many somebody still waits for. */
  get length(): number {
    this.#waiting = this.#waiting.filter(({ open }) => open);
    return this.#waiting.length;
  }

  /** Takes the next that somebody still waits for. */
  next(): Pending | null {
    if (this.length === 0) return null;
    const rank = ({ request, background }: Pending) => (background ? 2 : request.kind === 'analyze' ? 0 : 1);
    const first = Math.min(...this.#waiting.map(rank));
    const next = this.#waiting.findIndex((pending) => rank(pending) === first);
    return this.#waiting.splice(next, 1)[0] ?? null;
  }

  failAll(message: string): void {
    for (const pending of this.#waiting.splice(0)) pending.fail(message);
  }
}
