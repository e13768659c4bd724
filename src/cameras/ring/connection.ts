/** One connection to Ring: a ring-client-api of its own, which a single refused token disables for good. */
import { RingApi, type RingCamera } from 'ring-client-api';
import type { Clock } from '../../clock.ts';
import { within } from '../limit.ts';
import { unpackToken } from './token.ts';

export interface ConnectionOptions {
  token: string;
  systemId: string;
  /** Only cameras of these locations; all where unset. */
  locationIds?: string[] | undefined;
  /** Hears no pushes: Ring sends them to whoever listened last, and that is to be a Latchkey that runs. */
  guest?: boolean | undefined;
  clock: Clock;
  /** Whether this is still the connection in use: what an older one says does not count. */
  current(): boolean;
  /** Ring handed out a token in place of the last one. */
  onToken(token: string): void;
  onPush(device: string, notification: unknown): void;
  /** Ring has not answered for a minute. */
  onSilence(): void;
}

const firstAnswerLimit = 60_000;
const tokenLimit = 25_000;
const untoldWaitSeconds = 200;

export class Connection {
  /** By Ring's id. */
  readonly cameras: ReadonlyMap<string, RingCamera>;
  readonly #api: RingApi;

  private constructor(api: RingApi, cameras: readonly RingCamera[]) {
    this.#api = api;
    this.cameras = new Map(cameras.map((camera) => [String(camera.id), camera]));
  }

  /** Resolves once the cameras are known. Rejects where Ring refuses, or when `signal` aborts. */
  static async open(options: ConnectionOptions, signal: AbortSignal): Promise<Connection> {
    const { token, systemId, locationIds, current, onToken, onPush } = options;
    const api = new RingApi({
      refreshToken: token,
      systemId,
      controlCenterDisplayName: 'Latchkey',
      cameraStatusPollingSeconds: 60,
      ...(locationIds?.length ? { locationIds } : {}),
    });
    oneTokenAtATime(api);
    waitWhereNotToldHowLong(api);
    // biome-ignore lint/complexity/useLiteralKeys: the client keeps this private, and there is no option to leave it out.
    if (options.guest) api['registerPushReceiver'] = async () => {};
    // A connection that was given up must not write: its token is older than the one in the file.
    api.onRefreshTokenUpdated.subscribe(({ newRefreshToken }) => current() && onToken(newRefreshToken));
    const cameras = await camerasOf(api, options, signal).catch((error) => {
      giveUp(api);
      throw error;
    });
    for (const camera of cameras) {
      camera.onNewNotification.subscribe((notification) => current() && onPush(String(camera.id), notification));
    }
    return new Connection(api, cameras);
  }

  /** The token desk turned it away: it can ask Ring nothing any more. */
  get dead(): boolean {
    return this.#api.restClient.refreshToken === undefined;
  }

  /** Resolves once no new token is being fetched: one that came later would be lost. */
  async settle(clock: Clock): Promise<void> {
    if (this.dead) return;
    await within(clock, tokenLimit, '', this.#api.restClient.getCurrentAuth()).catch(() => {});
  }

  /** Goes on with a token that another process was given in place of ours; what Ring has granted so far stays good. */
  adopt(token: string): void {
    if (this.dead || token === '') return;
    const client = this.#api.restClient;
    client.refreshToken = token;
    // biome-ignore lint/complexity/useLiteralKeys: the client keeps this private, and asks for its next token by it.
    client['authConfig'] = unpackToken(token);
  }

  close(): void {
    giveUp(this.#api);
  }
}

/** What it still has under way must not be given a new token: nobody would keep it. */
function giveUp(api: RingApi): void {
  api.restClient.getAuth = () => Promise.reject(new Error('This connection to Ring has been given up.'));
  api.disconnect();
}

/**
 * Where Ring refuses several requests at once, the client would ask for a new token for each, by the same one. Were it turned
 * away once and answered once, the answer would come to a connection that has been given up, and nobody would keep it.
 */
function oneTokenAtATime({ restClient }: RingApi): void {
  const getAuth = restClient.getAuth.bind(restClient);
  let asking: ReturnType<typeof getAuth> | undefined;
  restClient.getAuth = (code) => {
    // Turned away, it calls itself once more, only to fail.
    if (restClient.refreshToken === undefined) return getAuth(code);
    asking ??= getAuth(code).finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

/** Turned away without a word of when to come back, the client would ask for a session again at once, and again, without end. */
function waitWhereNotToldHowLong({ restClient }: RingApi): void {
  // biome-ignore lint/complexity/useLiteralKeys: the client keeps this private, and there is no option for the wait.
  const fetchNewSession = restClient['fetchNewSession'].bind(restClient);
  // biome-ignore lint/complexity/useLiteralKeys: as above.
  restClient['fetchNewSession'] = async (auth: unknown) => {
    try {
      return await fetchNewSession(auth);
    } catch (error) {
      const { response } = error as { response?: { status: number; headers: Headers } };
      if (response?.status === 429 && !response.headers.has('retry-after')) {
        response.headers = new Headers({ 'retry-after': String(untoldWaitSeconds) });
      }
      throw error;
    }
  };
}

/** The client retries an unanswered request for ever: it is left to, but the owner hears of it. */
async function camerasOf(api: RingApi, options: ConnectionOptions, signal: AbortSignal): Promise<RingCamera[]> {
  const cancel = options.clock.after(firstAnswerLimit, options.onSilence);
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('it was stopped')), { once: true });
  });
  stopped.catch(() => {});
  try {
    return await Promise.race([api.getCameras(), stopped]);
  } finally {
    cancel();
  }
}
