/** Keeps one vision process alive: starts it, replaces it with exponential back-off when it ends, stops it when asked. */
import type { Clock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import type { StartProcess, VisionProcess } from './fork.ts';
import type { Answer, Response, StartRequest, WorkRequest } from './messages.ts';
import { VisionError } from './pending.ts';

export interface VisionHealth {
  state: 'starting' | 'ready' | 'restarting' | 'stopped';
  /** How often the process was started anew. */
  restarts: number;
  /** Why it last ended, in one sentence. */
  lastError: string | null;
}

export interface SupervisorListener {
  onReady(): void;
  onAnswer(answer: Answer): void;
  /** The process is gone; `why` is a sentence. */
  onDown(why: string): void;
}

/** Loading the models takes under a second on a desktop machine, several on a Raspberry Pi with a slow card. */
const loadingMs = 60_000;
const stoppingMs = 2000;
const firstBackOffMs = 1000;
const longestBackOffMs = 60_000;
/** A process that served for this long was sound: the next failure starts from the shortest back-off again. */
const soundAfterMs = 60_000;

export class Supervisor {
  readonly #startProcess: StartProcess;
  readonly #startRequest: StartRequest;
  readonly #clock: Clock;
  readonly #log: Log | undefined;
  readonly #listener: SupervisorListener;
  readonly #started = Promise.withResolvers<void>();
  #health: VisionHealth = { state: 'stopped', restarts: 0, lastError: null };
  #process: VisionProcess | null = null;
  /** Why the present process is about to end, where that is known before it does. */
  #ending: string | null = null;
  #failures = 0;
  #readyAt: number | null = null;
  #cancelTimer: () => void = () => undefined;
  #gone: (() => void) | null = null;

  constructor(ports: {
    startProcess: StartProcess;
    startRequest: StartRequest;
    clock: Clock;
    log: Log | undefined;
    listener: SupervisorListener;
  }) {
    this.#startProcess = ports.startProcess;
    this.#startRequest = ports.startRequest;
    this.#clock = ports.clock;
    this.#log = ports.log;
    this.#listener = ports.listener;
    // Whoever does not wait for the start learns of its failure from `health`.
    this.#started.promise.catch(() => undefined);
  }

  get health(): VisionHealth {
    return { ...this.#health };
  }

  /** There is a process, ready or about to be; false during back-off. */
  get alive(): boolean {
    return this.#process !== null && this.#ending === null;
  }

  /** Resolves once the process is ready. Rejects with `VisionError` where the first one fails; trying goes on all the same. */
  start(): Promise<void> {
    this.#launch('starting');
    return this.#started.promise;
  }

  send(request: WorkRequest): void {
    this.#process?.send(request);
  }

  /** Ends the process at once; another takes its place. `why` is a sentence. */
  replace(why: string): void {
    if (!this.alive) return;
    this.#ending = why;
    this.#health.state = 'restarting';
    this.#process?.kill();
  }

  /** Lets the process end by itself, kills it where it does not, and resolves when it is gone. */
  async stop(): Promise<void> {
    this.#cancelTimer();
    this.#health.state = 'stopped';
    const process = this.#process;
    if (!process) return;
    await new Promise<void>((resolve) => {
      this.#gone = resolve;
      this.#cancelTimer = this.#clock.after(stoppingMs, () => process.kill());
      process.send({ kind: 'shutdown' });
    });
  }

  #launch(state: 'starting' | 'restarting'): void {
    this.#health.state = state;
    this.#ending = null;
    try {
      this.#process = this.#startProcess({
        onMessage: (response) => this.#onMessage(response),
        onExit: (why) => this.#onExit(`The vision process ${why}.`),
      });
    } catch (error) {
      this.#onExit(`The vision process could not be started: ${reason(error)}.`);
      return;
    }
    this.#cancelTimer = this.#clock.after(loadingMs, () =>
      this.replace(`The vision process did not load its models within ${loadingMs / 1000} s.`),
    );
    this.#process.send(this.#startRequest);
  }

  #onMessage(response: Response): void {
    if (response.kind === 'unable') this.#ending = response.message;
    else if (!this.alive || this.#gone) return;
    else if (response.kind === 'ready') this.#onReady();
    else this.#listener.onAnswer(response);
  }

  #onReady(): void {
    this.#cancelTimer();
    this.#readyAt = this.#clock.now();
    this.#health.state = 'ready';
    if (this.#health.restarts > 0) this.#log?.info('The vision process is ready again.');
    this.#started.resolve();
    this.#listener.onReady();
  }

  #onExit(fallback: string): void {
    this.#cancelTimer();
    this.#process = null;
    if (this.#gone) this.#gone();
    else this.#startAgain(this.#ending ?? fallback);
  }

  #startAgain(why: string): void {
    const delay = this.#backOff();
    this.#report(why, delay);
    this.#health = { state: 'restarting', restarts: this.#health.restarts, lastError: why };
    this.#cancelTimer = this.#clock.after(delay, () => {
      this.#health.restarts++;
      this.#launch('restarting');
    });
    this.#started.reject(new VisionError(why));
    this.#listener.onDown(why);
  }

  #backOff(): number {
    const sound = this.#readyAt !== null && this.#clock.now() - this.#readyAt >= soundAfterMs;
    this.#failures = sound ? 1 : this.#failures + 1;
    this.#readyAt = null;
    return Math.min(firstBackOffMs * 2 ** (this.#failures - 1), longestBackOffMs);
  }

  /** The same failure in a row is said once. */
  #report(why: string, delay: number): void {
    const message = `${why} It is started again in ${delay / 1000} s.`;
    if (this.#failures > 1 && why === this.#health.lastError) this.#log?.debug(message);
    else this.#log?.warn(message);
  }
}
