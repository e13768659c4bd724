/** The local dashboard: the page and the history for browsers and programs on the home's network. Off unless turned on. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import fastifyRateLimit from '@fastify/rate-limit';
import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Clock, systemClock } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import type { EventStore } from '../store/event-store.ts';
import type { History } from './api.ts';
import { BadRequest } from './bad-request.ts';
import { isCommand, mostCommandBytes, runCommand } from './commands.ts';
import type { House } from './house.ts';
import { metricsText } from './metrics.ts';
import { openApiDocument, questionPaths } from './openapi.ts';
import { pageDocument } from './page-document.ts';
import { answer, exportSchema, read } from './questions.ts';
import { isOwnHost, isSameOrigin } from './same-origin.ts';
import { type Credentials, Sessions, sessionCookie, sessionMs } from './sessions.ts';
import { SignedPaths } from './signed-path.ts';

export interface DashboardOptions extends Credentials {
  history: History;
  store: EventStore;
  house: House;
  log: Pick<Log, 'info' | 'warn'>;
  version: string;
  /** The folder of the built page. */
  page: string;
  /** `127.0.0.1` where not given: nobody but this machine. */
  host?: string | undefined;
  port: number;
  /** Names this machine is reached by, besides addresses and names that end in `.local`. */
  hostNames?: readonly string[] | undefined;
  clock?: Clock | undefined;
}

/** A message nobody reads for this many bytes is a viewer that went to sleep. */
const mostWaitingBytes = 1_000_000;

export class Dashboard {
  readonly #app: FastifyInstance;
  readonly #options: DashboardOptions;
  readonly #sessions: Sessions;
  readonly #paths = new SignedPaths(randomBytes(32));
  readonly #clock: Clock;

  private constructor(options: DashboardOptions, sessions: Sessions) {
    this.#options = options;
    this.#sessions = sessions;
    this.#clock = options.clock ?? systemClock;
    this.#app = fastify({
      bodyLimit: 16_384,
      trustProxy: false,
      routerOptions: { maxParamLength: 500 },
      requestTimeout: 30_000,
    });
  }

  /** Rejects with a sentence where it cannot be started; an open door to the history is one it refuses to be. */
  static async start(options: DashboardOptions): Promise<Dashboard> {
    if (!options.token && !options.password) {
      throw new Error('The dashboard needs a password or a token: set dashboard.password, or turn the dashboard off.');
    }
    const sessions = await Sessions.create(options, () => (options.clock ?? systemClock).now());
    const dashboard = new Dashboard(options, sessions);
    await dashboard.#build();
    const { host = '127.0.0.1', port } = options;
    await dashboard.#app.listen({ host, port }).catch((error) => {
      throw new Error(`The dashboard cannot listen on ${host} port ${port}: ${reason(error)}`);
    });
    options.log.info(`The dashboard is at ${dashboard.address}`);
    return dashboard;
  }

  /** As in `http://127.0.0.1:8583`. */
  get address(): string {
    const bound = this.#app.server.address();
    if (bound === null || typeof bound === 'string') return 'nowhere';
    return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`;
  }

  stop(): Promise<void> {
    return this.#app.close();
  }

  async #build(): Promise<void> {
    const app = this.#app;
    await app.register(fastifyRateLimit, { max: 1200, timeWindow: '1 minute' });
    await app.register(fastifyWebsocket, { options: { maxPayload: 4096 } });
    app.addHook('onRequest', (request, reply) => this.#guard(request, reply));
    app.setErrorHandler((error, _request, reply) => this.#fail(error, reply));
    app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'There is nothing at this address.' }));
    await this.#servePage(app);
    this.#serveLogIn(app);
    this.#serveThumbnails(app);
    await app.register(async (inside) => {
      inside.addHook('onRequest', async (request, reply) => {
        if (!this.#isKnown(request))
          return reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'Log in first.' });
      });
      this.#serveHistory(inside);
      this.#serveHouse(inside);
    });
  }

  /** What holds for every request, logged in or not. */
  async #guard(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    reply.headers(securityHeaders);
    const { host, origin, upgrade } = request.headers;
    const site = request.headers['sec-fetch-site'];
    if (!isOwnHost(host, this.#options.hostNames ?? [])) {
      return reply.code(421).send({ error: 'The dashboard does not go by this name: add it to dashboard.hostNames.' });
    }
    const asked = { method: request.method, host, origin, site: site?.toString(), upgrade: upgrade !== undefined };
    // Following a link to the page is the one thing another site may make a browser do.
    if (!isSameOrigin(asked) && !isPageVisit(request))
      return reply.code(403).send({ error: 'This request came from another site.' });
  }

  async #servePage(app: FastifyInstance): Promise<void> {
    const document = await pageDocument(this.#options.page);
    await app.register(fastifyStatic, {
      root: this.#options.page,
      prefix: '/page/',
      index: false,
      dotfiles: 'deny',
      maxAge: '1h',
    });
    app.get('/', (_request, reply) => reply.type('text/html; charset=utf-8').send(document));
  }

  #serveLogIn(app: FastifyInstance): void {
    const rateLimit = { max: 5, timeWindow: '1 minute' };
    app.post('/login', { config: { rateLimit } }, async (request, reply) => {
      const password = (request.body as { password?: unknown } | null)?.password;
      if (typeof password !== 'string' || password.length > 1000) throw new BadRequest('password is missing.');
      const secret = await this.#sessions.logIn(password);
      if (secret === null) return reply.code(401).send({ error: 'The password is wrong.' });
      const cookie = `${sessionCookie}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${sessionMs / 1000}`;
      return reply.header('set-cookie', cookie).send({ ok: true });
    });
    app.post('/logout', async (request, reply) => {
      this.#sessions.logOut(sessionOf(request) ?? '');
      return reply
        .header('set-cookie', `${sessionCookie}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`)
        .send({ ok: true });
    });
    app.get('/session', async (request) => ({
      loggedIn: this.#isKnown(request),
      password: this.#sessions.hasPassword,
    }));
  }

  #serveThumbnails(app: FastifyInstance): void {
    app.get<{ Params: { file: string }; Querystring: { until?: string; signature?: string } }>(
      '/thumbnails/:file',
      (request, reply) => {
        const { file } = request.params;
        const { until, signature } = request.query;
        if (!this.#paths.isGood(file, until, signature, this.#clock.now())) {
          return reply.code(403).send({ error: 'This address of a picture is not good (any more).' });
        }
        const path = this.#options.store.thumbnailFile(file);
        if (!path) return reply.code(404).send({ error: 'There is no such picture.' });
        const stream = createReadStream(path);
        stream.once(
          'error',
          () => void reply.code(404).type('application/json').send({ error: 'The picture is gone.' }),
        );
        stream.once(
          'open',
          () => void reply.type('image/jpeg').header('cache-control', 'private, max-age=3600').send(stream),
        );
        return reply;
      },
    );
  }

  #serveHistory(app: FastifyInstance): void {
    const { history, version } = this.#options;
    for (const [path, name] of Object.entries(questionPaths)) {
      app.get(path, async (request) => {
        const params = { ...(request.query as object), ...(request.params as object) };
        const found = await answer(history, name, params);
        if (found === null) throw new Missing('There is no such event (any more).');
        return this.#signed(found);
      });
    }
    app.get('/export', async (request, reply) => {
      const { format, ...filter } = read(exportSchema, request.query);
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8';
      return reply
        .type(type)
        .header('content-disposition', `attachment; filename="latchkey.${format}"`)
        .send(Readable.from(history.export(filter, format)));
    });
    app.get('/metrics', async (_request, reply) => {
      const [health, today] = [await history.health(), await history.stats({ range: { days: 1 } })];
      return reply.type('text/plain; version=0.0.4; charset=utf-8').send(metricsText(health, today));
    });
    app.get('/openapi.json', async () => openApiDocument(version));
  }

  #serveHouse(app: FastifyInstance): void {
    const { house } = this.#options;
    app.get('/status', async () => ({ running: true, ...(await house.status()) }));
    app.post<{ Params: { name: string } }>('/commands/:name', { bodyLimit: mostCommandBytes }, async (request) => {
      const { name } = request.params;
      if (!isCommand(name)) throw new Missing('There is no such command.');
      return { result: await runCommand(house, name, request.body) };
    });
    app.get('/live', { websocket: true }, (socket) => {
      const end = house.onVisit((visit) => {
        if (socket.bufferedAmount > mostWaitingBytes) socket.terminate();
        else socket.send(JSON.stringify({ visit: this.#signed(visit) }));
      });
      socket.on('close', end);
      socket.on('error', () => socket.terminate());
      // Viewers only listen.
      socket.on('message', () => socket.close(1008));
    });
  }

  #isKnown(request: FastifyRequest): boolean {
    const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
    if (scheme?.toLowerCase() === 'bearer' && token) return this.#sessions.isToken(token);
    const session = sessionOf(request);
    return session !== null && this.#sessions.isSession(session);
  }

  /** The same with addresses in the place of the paths of thumbnails. */
  #signed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#signed(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        typeof inner === 'string' && (key === 'thumbnail' || key === 'path')
          ? this.#paths.address(inner, this.#clock.now())
          : this.#signed(inner),
      ]),
    );
  }

  #fail(error: unknown, reply: FastifyReply): FastifyReply {
    const status = error instanceof BadRequest ? 400 : error instanceof Missing ? 404 : statusOf(error);
    if (status >= 500) this.#options.log.warn(`The dashboard could not answer: ${reason(error)}`);
    return reply.code(status).send({ error: reason(error) });
  }
}

class Missing extends Error {
  override name = 'Missing';
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 600 ? status : 500;
}

function sessionOf(request: FastifyRequest): string | null {
  const cookies = request.headers.cookie?.split(/; */) ?? [];
  const found = cookies.find((cookie) => cookie.startsWith(`${sessionCookie}=`));
  return found?.slice(sessionCookie.length + 1) ?? null;
}

function isPageVisit(request: FastifyRequest): boolean {
  return request.method === 'GET' && request.url === '/' && request.headers['sec-fetch-mode'] === 'navigate';
}

const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'cache-control': 'no-store',
};
