/** The plugin's side of the vision process: hands it one request at a time and gives up on it when it does not answer. */
import { type Clock, systemClock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Analysis, AnalyzeOptions, Picture } from './analysis.ts';
import { forkVisionProcess, type StartProcess } from './fork.ts';
import type { Answer, WorkRequest } from './messages.ts';
import { Pending, PendingQueue, VisionError, type WaitOptions } from './pending.ts';
import { Supervisor, type VisionHealth } from './supervisor.ts';

export { VisionError } from './pending.ts';
export type { VisionHealth } from './supervisor.ts';

export interface VisionClientOptions {
  clock?: Clock;
  log?: Log;
  /** Threads one run may use; onnxruntime chooses where absent. */
  threads?: number | undefined;
  /** A folder with the models, ending in a slash; the package's own where absent. */
  models?: URL | undefined;
  /** How long a request may wait for its turn, and again for its answer, in milliseconds. */
  timeoutMs?: number | undefined;
  startProcess?: StartProcess;
  /** Hears when the process is ready, and when it went down. Must not throw. */
  onHealth?: (health: VisionHealth) => void;
}

const defaultTimeoutMs = 20_000;
/** Pictures that wait are held in memory, up to six megabytes each. */
const maxWaiting = 32;
/** `stop` waits this long for the answer to the request in flight. */
const lastAnswerMs = 2000;

/**
 * What becomes of requests when the process dies or hangs: the one in flight fails, since its picture may be the cause; those
 * waiting for their turn go to the next process, within their time limit; new ones fail at once until the back-off is over.
 * All failures are `VisionError`s, except that an aborted request rejects with its signal's reason.
 */
export class VisionClient {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #supervisor: Supervisor;
  readonly #queue = new PendingQueue();
  #inFlight: Pending | null = null;
  #cancelLimit: () => void = () => undefined;
  #lastId = 0;
  #starting: Promise<void> | null = null;
  #stopping: Promise<void> | null = null;
  #onIdle: () => void = () => undefined;

  constructor(options: VisionClientOptions = {}) {
    const { clock = systemClock, log, threads, models, timeoutMs = defaultTimeoutMs } = options;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#supervisor = new Supervisor({
      clock,
      log,
      startProcess: options.startProcess ?? forkVisionProcess,
      startRequest: {
        kind: 'start',
        ...(threads === undefined ? {} : { threads }),
        ...(models === undefined ? {} : { models: models.href }),
      },
      listener: {
        onReady: () => {
          this.#serveNext();
          options.onHealth?.(this.health);
        },
        onAnswer: (answer) => this.#onAnswer(answer),
        onDown: (why) => {
          this.#endTurn((pending) => pending.fail(`${why} It was looking at this picture.`));
          options.onHealth?.(this.health);
        },
      },
    });
  }

  get health(): VisionHealth {
    return this.#supervisor.health;
  }

  /**
   * Starts the process; resolves once its models are loaded. Rejects with `VisionError` where the first attempt fails, and
   * goes on trying until `stop`.
   */
  start(): Promise<void> {
    if (this.#stopping) return Promise.reject(new VisionError('The vision process was stopped.'));
    this.#starting ??= this.#supervisor.start();
    return this.#starting;
  }

  /**
   * Objects and faces of a picture. One that is looked at in the background waits until nobody waits for anything else.
   * `newer` is asked when its turn comes: a picture to look at in the place of this one, which may have grown old waiting.
   * Rejects with `VisionError`; see above.
   */
  async analyze(picture: Picture, options: AnalyzeOptions & WaitOptions = {}): Promise<Analysis> {
    const { signal, background, newer, ...rest } = options;
    const request: WorkRequest = { kind: 'analyze', id: ++this.#lastId, picture, options: rest };
    const answer = await this.#ask(request, { signal, background, newer });
    if (answer.kind !== 'analysis') throw new VisionError('The vision process gave the wrong kind of answer.');
    return answer.analysis;
  }

  /** A JPEG at most `width` pixels wide. Waits until no picture is to be looked at. Rejects with `VisionError`. */
  async thumbnail(picture: Picture, width: number): Promise<Uint8Array> {
    const answer = await this.#ask({ kind: 'thumbnail', id: ++this.#lastId, picture, width });
    if (answer.kind !== 'thumbnail') throw new VisionError('The vision process gave the wrong kind of answer.');
    return answer.jpeg;
  }

  /** Fails what waits, lets the request in flight finish where it soon does, and ends the process. Never rejects. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#queue.failAll('Latchkey is stopping.');
    if (this.#inFlight) await this.#lastAnswer();
    await this.#supervisor.stop();
    this.#endTurn((pending) => pending.fail('Latchkey is stopping.'));
  }

  #lastAnswer(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(lastAnswerMs, resolve);
      this.#onIdle = () => {
        cancel();
        resolve();
      };
    });
  }

  #ask(request: WorkRequest, options: WaitOptions = {}): Promise<Answer> {
    const pending = new Pending(request, options);
    const refusal = this.#refusal();
    if (refusal) pending.fail(refusal);
    else {
      pending.awaitTurn(this.#clock, this.#timeoutMs);
      this.#queue.add(pending);
      this.#serveNext();
    }
    return pending.answer;
  }

  /** Why a request cannot be taken now. */
  #refusal(): string | null {
    if (this.#stopping) return 'Latchkey is stopping.';
    if (!this.#starting) return 'The vision process has not been started.';
    if (!this.#supervisor.alive)
      return `The vision process is being started again. ${this.health.lastError ?? ''}`.trim();
    if (this.#queue.length >= maxWaiting) return `The vision process is too busy: ${maxWaiting} pictures are waiting.`;
    return null;
  }

  #serveNext(): void {
    if (this.#inFlight || this.health.state !== 'ready') return;
    const pending = this.#queue.next();
    if (!pending) return;
    const request = pending.beginTurn();
    this.#inFlight = pending;
    this.#cancelLimit = this.#clock.after(this.#timeoutMs, () => this.#onLate(pending));
    this.#supervisor.send(request);
  }

  #onAnswer(answer: Answer): void {
    if (answer.id !== this.#inFlight?.request.id) return;
    this.#endTurn((pending) => pending.settle(answer));
    this.#serveNext();
  }

  #onLate(pending: Pending): void {
    const why = `The vision process did not answer within ${this.#timeoutMs / 1000} s.`;
    pending.fail(why);
    this.#supervisor.replace(why);
  }

  #endTurn(settle: (pending: Pending) => void): void {
    const pending = this.#inFlight;
    this.#inFlight = null;
    this.#cancelLimit();
    if (pending) settle(pending);
    this.#onIdle();
  }
}
