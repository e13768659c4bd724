/** The owner's Ring account: one connection at a time, made from the saved token and made anew when it fails. */
import type { RingCamera } from 'ring-client-api';
import { useLogger } from 'ring-client-api/util';
import { config as rxjs } from 'rxjs';
import { type Clock, pause } from '../../clock.ts';
import { type Log, reason } from '../../log.ts';
import { LimitError, within } from '../limit.ts';
import { Troubles } from '../trouble.ts';
import { Connection } from './connection.ts';
import { connectionTrouble, describe, NoTokenError, RefusalError, statusOf } from './refusal.ts';
import type { TokenFile } from './token.ts';
import { watchToken } from './token-watch.ts';

export interface RingAccountOptions {
  tokens: TokenFile;
  log: Log;
  clock: Clock;
  /** A token the owner pasted into the config: taken over once. */
  pastedToken?: string;
  /** Only cameras of these locations; all where unset. */
  locationIds?: string[];
  /**
   * A command beside a Latchkey that runs: it hears no pushes, which would not reach the other any more.
   */
  guest?: boolean;
  /** Milliseconds a single call to Ring may take. */
  callLimit?: number;
}

export interface RingAccountHealth {
  /** Cameras are known and Ring answers. */
  up: boolean;
  troubles: string[];
  /** Milliseconds since the epoch, as are the other times; null: never in this run. */
  lastPush: number | null;
  lastTokenSave: number | null;
  /** How often the connection to Ring was built anew. */
  reconnects: number;
}

/** Hears what the cameras of the account are told, whichever connection brings it. */
export interface RingListener {
  push(device: string, notification: unknown): void;
  /** The cameras of the account are known, for the first time or anew. */
  connected?(): void;
}

const firstWait = 5_000;
const longestWait = 5 * 60_000;
/** Ring has logged us out: only a new login helps, and asking often does not. */
const loggedOutWait = 30 * 60_000;

export class RingAccount {
  readonly troubles: Troubles;
  readonly #options: RingAccountOptions;
  readonly #listeners = new Set<RingListener>();
  readonly #stopped = new AbortController();
  #started: Promise<void> | undefined;
  #tellFirst: () => void = () => {};
  #connection: Connection | undefined;
  #connections = 0;
  #rebuilding: Promise<void> | undefined;
  #wake = new AbortController();
  #oauthStatus: number | null = null;
  #lastPush: number | null = null;
  #lastTokenSave: number | null = null;
  #endWatch: () => void = () => {};

  constructor(options: RingAccountOptions) {
    this.#options = options;
    this.troubles = new Troubles(options.log);
  }

  /**
   * Connects, and goes on trying until it is stopped. Resolves once the cameras are known, or once the owner has been told
   * why they are not. May be called for each camera.
   */
  start(): Promise<void> {
    this.#started ??= this.#begin();
    return this.#started;
  }

  async #begin(): Promise<void> {
    const { tokens, pastedToken, log } = this.#options;
    if (pastedToken && tokens.adopt(pastedToken)) {
      log.info("The Ring token in the settings was taken over into Latchkey's own storage, and may be removed there.");
    }
    useLogger({
      logInfo: (...message: unknown[]) => log.debug(`Ring: ${describe(message)}`),
      logError: (message: unknown) => this.#hearError(message),
    });
    // Nonsense from Ring inside one of the client's subscriptions would otherwise be an uncaught exception.
    rxjs.onUnhandledError = (error) => this.#hearError(error);
    this.#endWatch = watchToken(tokens, this.#options.clock, {
      onLogin: () => this.#onLogin(),
      onRotation: () => this.#connection?.adopt(tokens.read() ?? ''),
    });
    const told = new Promise<void>((resolve) => {
      this.#tellFirst = resolve;
    });
    await Promise.race([this.rebuild(), told]);
  }

  #onLogin(): void {
    this.#options.log.info('There is a new login to Ring. Latchkey connects with it.');
    this.#wake.abort();
    this.#reconnect();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#endWatch();
    this.#retire();
    await this.#rebuilding;
  }

  /** Every camera of the account, as last listed by Ring. */
  get cameras(): RingCamera[] {
    return [...(this.#connection?.cameras.values() ?? [])];
  }

  listen(listener: RingListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Asks Ring something about one camera, within a limit. Rejects with a sentence, a RefusalError where Ring answered:
   * `what` says what was wanted, such as "the snapshot of Front".
   */
  async ask<T>(
    device: string,
    what: string,
    task: (camera: RingCamera) => Promise<T>,
    options: { limit?: number; signal?: AbortSignal; late?: (value: T) => void } = {},
  ): Promise<T> {
    const camera = this.#connection?.cameras.get(device);
    if (!camera) throw new Error(`Ring could not be asked for ${what}: it is not connected.`);
    const limit = options.limit ?? this.#options.callLimit ?? 15_000;
    const sentence = `Ring did not answer within ${Math.round(limit / 1000)} s when asked for ${what}.`;
    try {
      return await within(this.#options.clock, limit, sentence, task(camera), options);
    } catch (error) {
      if (error instanceof LimitError) throw error;
      throw new RefusalError(what, error);
    }
  }

  health(): RingAccountHealth {
    return {
      up: this.#connection !== undefined,
      troubles: this.troubles.sentences,
      lastPush: this.#lastPush,
      lastTokenSave: this.#lastTokenSave,
      reconnects: Math.max(0, this.#connections - 1),
    };
  }

  /** Builds the connection anew from the saved token, trying until it stands or the account is stopped. */
  rebuild(): Promise<void> {
    this.#rebuilding ??= this.#connect().finally(() => {
      this.#rebuilding = undefined;
    });
    return this.#rebuilding;
  }

  async #connect(): Promise<void> {
    const { clock, log } = this.#options;
    for (let attempt = 0; !this.#stopped.signal.aborted; attempt++) {
      this.#wake = new AbortController();
      const ended = AbortSignal.any([this.#stopped.signal, this.#wake.signal]);
      try {
        await this.#build(ended);
        this.troubles.end('connection', 'Ring is connected again.');
        return;
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        const loggedOut = this.#oauthStatus === 400 || this.#oauthStatus === 401 || error instanceof NoTokenError;
        this.#tell(connectionTrouble(this.#oauthStatus, error));
        log.debug(`Ring: attempt ${attempt + 1} to connect failed: ${reason(error)}`);
        await pause(clock, loggedOut ? loggedOutWait : Math.min(firstWait * 2 ** attempt, longestWait), ended);
      }
    }
  }

  async #build(signal: AbortSignal): Promise<void> {
    const { tokens, clock, locationIds, guest } = this.#options;
    // A connection that still works may be fetching a new token just now: it must not be lost.
    await this.#connection?.settle(clock);
    this.#stopped.signal.throwIfAborted();
    this.#retire();
    this.#oauthStatus = null;
    const id = ++this.#connections;
    const token = tokens.read();
    if (token === null) throw new NoTokenError();
    const { systemId } = tokens;
    const hearing = {
      current: () => id === this.#connections && !this.#stopped.signal.aborted,
      onToken: (fresh: string) => this.#keep(fresh),
      onPush: (device: string, notification: unknown) => this.#hearPush(device, notification),
      onSilence: () => this.#tell('Ring does not answer. Latchkey keeps trying.'),
    };
    this.#connection = await Connection.open({ token, systemId, locationIds, guest, clock, ...hearing }, signal);
    for (const listener of this.#listeners) listener.connected?.();
  }

  #hearPush(device: string, notification: unknown): void {
    this.#lastPush = this.#options.clock.now();
    for (const listener of this.#listeners) listener.push(device, notification);
  }

  #tell(sentence: string): void {
    this.troubles.begin('connection', sentence);
    this.#tellFirst();
  }

  #retire(): void {
    const old = this.#connection;
    this.#connection = undefined;
    old?.close();
  }

  #keep(token: string): void {
    try {
      if (this.#options.tokens.rotate(token)) this.#lastTokenSave = this.#options.clock.now();
      else this.#reconnect();
      this.troubles.end('token', "Ring's token could be saved again.");
    } catch (error) {
      this.troubles.begin('token', `${reason(error)} Without the token a restart will need a new login.`);
    }
  }

  /** ring-client-api says everything in its log, and only there that the token desk turned it away for good. */
  #hearError(message: unknown): void {
    this.#oauthStatus = statusOf(message) ?? this.#oauthStatus;
    this.#options.log.debug(`Ring: ${describe([message])}`);
    if (this.#connection?.dead) this.#reconnect();
  }

  #reconnect(): void {
    if (this.#stopped.signal.aborted || this.#rebuilding) return;
    const status = this.#oauthStatus;
    // Where our token was refused because another process was given the next one, there is nothing to tell.
    if (status !== null && this.#options.tokens.news() === null) this.#tell(connectionTrouble(status, null));
    void this.rebuild();
  }
}
