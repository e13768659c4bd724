/** The owner's Ring account: one ring-client-api at a time, built from the saved token and built anew when it fails. */
import { RingApi, type RingCamera } from 'ring-client-api';
import { useLogger } from 'ring-client-api/util';
import { config as rxjs } from 'rxjs';
import type { Clock } from '../../clock.ts';
import { type Log, reason } from '../../log.ts';
import { LimitError, pause, within } from '../limit.ts';
import { Troubles } from '../trouble.ts';
import type { TokenFile } from './token.ts';

export interface RingAccountOptions {
  tokens: TokenFile;
  log: Log;
  clock: Clock;
  /** A token the owner pasted into the config: taken over once. */
  pastedToken?: string;
  /** Only cameras of these locations; all where unset. */
  locationIds?: string[];
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

interface Generation {
  id: number;
  api: RingApi;
  cameras: Map<string, RingCamera>;
}

const firstWait = 5_000;
const longestWait = 5 * 60_000;
/** Ring has logged us out: only a new login helps, and asking often does not. */
const loggedOutWait = 30 * 60_000;
const fileCheckEvery = 60_000;
const firstBootLimit = 60_000;
const tokenLimit = 25_000;

export class RingAccount {
  readonly troubles: Troubles;
  readonly #options: RingAccountOptions;
  readonly #listeners = new Set<RingListener>();
  readonly #stopped = new AbortController();
  #started: Promise<void> | undefined;
  #tellFirst: () => void = () => {};
  #generation: Generation | undefined;
  #generations = 0;
  #rebuilding: Promise<void> | undefined;
  #wake = new AbortController();
  #oauthStatus: number | null = null;
  #lastPush: number | null = null;
  #lastTokenSave: number | null = null;
  #cancelFileCheck: () => void = () => {};

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
    this.#watchFile();
    const told = new Promise<void>((resolve) => {
      this.#tellFirst = resolve;
    });
    await Promise.race([this.rebuild(), told]);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#cancelFileCheck();
    this.#retire();
    await this.#rebuilding;
  }

  /** Every camera of the account, as last listed by Ring. */
  get cameras(): RingCamera[] {
    return [...(this.#generation?.cameras.values() ?? [])];
  }

  listen(listener: RingListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Asks Ring something about one camera, within a limit. Rejects with a sentence: `what` says what was wanted, such as
   * "the snapshot of Front".
   */
  async ask<T>(
    device: string,
    what: string,
    task: (camera: RingCamera) => Promise<T>,
    options: { limit?: number; signal?: AbortSignal; late?: (value: T) => void } = {},
  ): Promise<T> {
    const camera = this.#generation?.cameras.get(device);
    if (!camera) throw new Error(`Ring could not be asked for ${what}: it is not connected.`);
    const limit = options.limit ?? this.#options.callLimit ?? 15_000;
    const sentence = `Ring did not answer within ${Math.round(limit / 1000)} s when asked for ${what}.`;
    try {
      return await within(this.#options.clock, limit, sentence, task(camera), options);
    } catch (error) {
      if (error instanceof LimitError) throw error;
      throw new Error(`Ring refused ${what}: ${refusal(error)}`);
    }
  }

  health(): RingAccountHealth {
    return {
      up: this.#generation !== undefined,
      troubles: this.troubles.sentences,
      lastPush: this.#lastPush,
      lastTokenSave: this.#lastTokenSave,
      reconnects: Math.max(0, this.#generations - 1),
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
      try {
        await this.#build();
        this.troubles.end('connection', 'Ring is connected again.');
        return;
      } catch (error) {
        if (this.#stopped.signal.aborted) return;
        const loggedOut = this.#oauthStatus === 400 || this.#oauthStatus === 401 || error instanceof NoTokenError;
        this.#tell(connectionTrouble(this.#oauthStatus, error));
        log.debug(`Ring: attempt ${attempt + 1} to connect failed: ${reason(error)}`);
        const wait = loggedOut ? loggedOutWait : Math.min(firstWait * 2 ** attempt, longestWait);
        await pause(clock, wait, AbortSignal.any([this.#stopped.signal, this.#wake.signal]));
      }
    }
  }

  async #build(): Promise<void> {
    const { tokens, clock, locationIds } = this.#options;
    await this.#settleToken();
    this.#retire();
    this.#oauthStatus = null;
    const id = ++this.#generations;
    const current = () => id === this.#generations && !this.#stopped.signal.aborted;
    const token = tokens.read();
    if (token === null) throw new NoTokenError();
    const api = new RingApi({
      refreshToken: token,
      systemId: tokens.systemId,
      controlCenterDisplayName: 'Latchkey',
      cameraStatusPollingSeconds: 60,
      ...(locationIds?.length ? { locationIds } : {}),
    });
    // A connection that was given up must not write: its token is older than the one in the file.
    api.onRefreshTokenUpdated.subscribe(({ newRefreshToken }) => current() && this.#keep(newRefreshToken));
    const cameras = await this.#boot(api).catch((error) => {
      api.disconnect();
      throw error;
    });
    this.#generation = { id, api, cameras: new Map(cameras.map((camera) => [String(camera.id), camera])) };
    for (const camera of cameras) {
      camera.onNewNotification.subscribe((notification) => {
        if (!current()) return;
        this.#lastPush = clock.now();
        for (const listener of this.#listeners) listener.push(String(camera.id), notification);
      });
    }
    for (const listener of this.#listeners) listener.connected?.();
  }

  #tell(sentence: string): void {
    this.troubles.begin('connection', sentence);
    this.#tellFirst();
  }

  /** The client retries an unanswered request for ever: it is left to, but the owner hears of it. */
  async #boot(api: RingApi): Promise<RingCamera[]> {
    const cancel = this.#options.clock.after(firstBootLimit, () =>
      this.#tell('Ring does not answer. Latchkey keeps trying.'),
    );
    const stopped = new Promise<never>((_, reject) => {
      const give = () => reject(new Error('it was stopped'));
      this.#stopped.signal.addEventListener('abort', give, { once: true });
      this.#wake.signal.addEventListener('abort', give, { once: true });
    });
    stopped.catch(() => {});
    try {
      return await Promise.race([api.getCameras(), stopped]);
    } finally {
      cancel();
    }
  }

  /** A connection that still works may be fetching a new token just now: it must not be lost. */
  async #settleToken(): Promise<void> {
    const client = this.#generation?.api.restClient;
    if (client?.refreshToken === undefined) return;
    await within(this.#options.clock, tokenLimit, '', client.getCurrentAuth()).catch(() => {});
  }

  #retire(): void {
    const old = this.#generation;
    this.#generation = undefined;
    old?.api.disconnect();
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
    const status = (message as { response?: { status?: unknown } } | null)?.response?.status;
    if (typeof status === 'number') this.#oauthStatus = status;
    this.#options.log.debug(`Ring: ${describe([message])}`);
    const api = this.#generation?.api;
    if (api && api.restClient.refreshToken === undefined) this.#reconnect();
  }

  #reconnect(): void {
    if (this.#stopped.signal.aborted || this.#rebuilding) return;
    const status = this.#oauthStatus;
    if (status !== null) this.#tell(connectionTrouble(status, null));
    void this.rebuild();
  }

  /** A login on the page or the command line puts a new token into the file while we run. */
  #watchFile(): void {
    this.#cancelFileCheck = this.#options.clock.after(fileCheckEvery, () => {
      this.#watchFile();
      try {
        if (!this.#options.tokens.changed()) return;
      } catch (error) {
        this.#options.log.debug(`Ring: ${reason(error)}`);
        return;
      }
      this.#options.log.info('There is a new login to Ring. Latchkey connects with it.');
      this.#wake.abort();
      this.#reconnect();
    });
  }
}

class NoTokenError extends Error {}

function connectionTrouble(oauthStatus: number | null, error: unknown): string {
  if (error instanceof NoTokenError) {
    return 'Latchkey is not logged in to Ring. Log in on the plugin\'s page, or run "latchkey login".';
  }
  switch (oauthStatus) {
    case 400:
    case 401:
      return 'Ring has logged Latchkey out. Log in again on the plugin\'s page, or run "latchkey login".';
    case 406:
      return 'Ring refuses this way of logging in (406). Update Latchkey; until then the doorbell cannot be watched.';
    case 429:
      return 'Ring says that it was asked too often (429). Latchkey waits and tries again by itself.';
    case null:
      return `Ring could not be reached: ${refusal(error)}. Latchkey keeps trying.`;
    default:
      return `Ring's token desk is out of order (${oauthStatus}). Latchkey keeps trying.`;
  }
}

/** Why Ring refused, without anything of the request: that may hold a token. */
function refusal(error: unknown): string {
  const status = (error as { response?: { status?: unknown } } | null)?.response?.status;
  if (typeof status === 'number') return `it answered ${status}`;
  return reason(error).replace(/\s*See https:\S+.*$/s, '');
}

/** One line for the debug log, without what Ring answered and without anything as long as a token. */
function describe(message: unknown[]): string {
  return message
    .map((part) => (typeof part === 'string' ? part : refusal(part)))
    .join(' ')
    .replace(/(response body|with response|returned unknown errors):.*$/is, '')
    .replace(/[A-Za-z0-9+_=-]{40,}/g, '[...]')
    .trim();
}
