/** One HTTP request and its answer, with a time limit, a size limit and errors that hold no secret; the only user of axios. */
import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import type { Clock } from '../clock.ts';
import { capital } from '../wording.ts';
import { LockFailure } from './failure.ts';
import { timeLimit } from './time-limit.ts';

export interface HttpRequest {
  /** Who is asked, as sentences name it: `SwitchBot`, `the lock at 192.168.1.20`. Never the URL, which may hold a secret. */
  peer: string;
  method: string;
  /** Absolute, http or https. */
  url: string;
  headers: Record<string, string>;
  body?: string;
  timeLimitMs: number;
  /** An answer with more bytes is an error. */
  maxBytes: number;
}

export interface HttpAnswer {
  status: number;
  text: string;
  /** The answering machine's own time where it tells, milliseconds since the epoch. */
  date: number | null;
}

/** Sends once, never again, and follows no redirect. Throws LockFailure. */
export type Exchange = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>;

// A kept-alive connection can be closed by the other side just as a command is written to it, which looks like a
// command that may have arrived. A fresh connection costs a handshake and spares that doubt.
const httpAgent = new http.Agent({ keepAlive: false });
const httpsAgent = new https.Agent({ keepAlive: false });

export function axiosExchange(clock: Clock): Exchange {
  return async (request, signal) => {
    const limit = timeLimit(clock, request.timeLimitMs, signal);
    try {
      const response = await axios.request<string>({
        method: request.method,
        url: request.url,
        headers: {
          'User-Agent': 'homebridge-latchkey',
          Accept: 'application/json, text/plain, */*',
          ...request.headers,
        },
        data: request.body,
        signal: limit.signal,
        maxRedirects: 0,
        maxContentLength: request.maxBytes,
        // A proxy named in the environment would be handed the credentials.
        proxy: false,
        httpAgent,
        httpsAgent,
        responseType: 'text',
        transformRequest: (data) => data,
        transformResponse: (data) => data,
        validateStatus: () => true,
      });
      const date = Date.parse(String(response.headers.date ?? ''));
      return { status: response.status, text: String(response.data ?? ''), date: Number.isNaN(date) ? null : date };
    } catch (error) {
      // axios puts headers, URL and body into its errors: none of that goes further than this line.
      throw failureOf(error, request, limit.isOver, signal.aborted);
    } finally {
      limit.release();
    }
  };
}

function failureOf(error: unknown, request: HttpRequest, expired: boolean, stopped: boolean): LockFailure {
  const { peer } = request;
  if (stopped) return new LockFailure('stopped', `Latchkey stopped while ${peer} was being asked.`);
  const seconds = request.timeLimitMs / 1000;
  if (expired) return new LockFailure('timeout', `${capital(peer)} did not answer within ${seconds} s.`);
  const { code, connecting } = describe(error);
  if (!connecting) return brokenOff(peer, code, request.maxBytes);
  return new LockFailure('unreachable', `${capital(peer)} cannot be reached: ${neverConnected(code)}.`, true);
}

function brokenOff(peer: string, code: string, maxBytes: number): LockFailure {
  if (code === 'ERR_BAD_RESPONSE' || code === 'ERR_BAD_REQUEST') {
    const limit = Math.round(maxBytes / 1024);
    return new LockFailure('unexplained', `${capital(peer)} gave an answer over ${limit} kB, or one that is not HTTP.`);
  }
  return new LockFailure(
    'unreachable',
    `The connection to ${peer} broke off before its answer was complete (${code}).`,
  );
}

function neverConnected(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return "its name is not found; check this machine's network";
  if (code === 'ECONNREFUSED') return 'nothing listens there; check the address and port, and that it is switched on';
  if (/CERT|SIGNATURE|SSL|TLS|SELF_SIGNED|ALTNAME/.test(code)) {
    return `its certificate is not to be trusted (${code}); check this machine's clock and the address`;
  }
  return `no connection (${code}); check the network`;
}

const CERTIFICATE = /^(CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT|HOSTNAME_MISMATCH)/;

/** The error's code, made safe to print, and whether it arose before a single byte of the request could leave. */
function describe(error: unknown): { code: string; connecting: boolean } {
  const outer = error as { code?: unknown; cause?: unknown };
  const inner = (outer.cause ?? error) as { code?: unknown; syscall?: unknown; errors?: unknown };
  const attempts = Array.isArray(inner.errors) && inner.errors.length > 0 ? inner.errors : [inner];
  const code = String(outer.code ?? inner.code ?? 'unknown')
    .replace(/[^A-Za-z0-9_]/g, '')
    .slice(0, 40);
  const connecting = attempts.every(({ syscall }: { syscall?: unknown }) => {
    return syscall === 'connect' || syscall === 'getaddrinfo' || CERTIFICATE.test(code);
  });
  return { code, connecting };
}
