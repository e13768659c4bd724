/** A lock that is moved and read by HTTP requests of the owner's own. */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { capital } from '../wording.ts';
import { type Meaning, readAnswer } from './answer.ts';
import { DrivenLock } from './driven-lock.ts';
import { backOff, type LockDriver } from './driver.ts';
import type { Exchange, HttpAnswer, HttpRequest } from './exchange.ts';
import { LockFailure } from './failure.ts';
import { LOCAL_READ_BACK_MS, PASSING_MOST_MS } from './local.ts';

const MAX_BYTES = 64 * 1024;

export interface LockRequest {
  method: string;
  /** http or https; may hold a user name and password. */
  url: string;
  headers: readonly { name: string; value: string }[];
  /** Empty or absent: none is sent. */
  body?: string | undefined;
}

export interface HttpLockOptions extends Meaning {
  id: string;
  name: string;
  lockRequest: LockRequest;
  unlockRequest: LockRequest;
  statusRequest: LockRequest;
  timeLimitSeconds: number;
  pollSeconds: number;
}

export function httpLock(
  options: HttpLockOptions,
  surroundings: { clock: Clock; log: Log; exchange: Exchange },
): DrivenLock {
  return new DrivenLock(options, httpDriver(options, surroundings.exchange), surroundings);
}

export function httpDriver(options: HttpLockOptions, exchange: Exchange): LockDriver {
  const ask = async (request: LockRequest, signal: AbortSignal) => {
    const whole = wholeRequest(request, options.timeLimitSeconds);
    return succeeded(await exchange(whole, signal), whole.peer);
  };
  return {
    readBackMs: LOCAL_READ_BACK_MS,
    send: async (command, signal) => {
      await ask(command === 'lock' ? options.lockRequest : options.unlockRequest, signal);
    },
    read: async (_purpose, signal) => readAnswer((await ask(options.statusRequest, signal)).text, options),
    pace: (_state, trouble) => {
      const wanted = options.pollSeconds * 1000;
      return trouble ? backOff(wanted, trouble.times, PASSING_MOST_MS) : wanted;
    },
  };
}

function wholeRequest(request: LockRequest, seconds: number): HttpRequest {
  return {
    // Only the host: paths, parameters and user names may be secret.
    peer: `the lock at ${new URL(request.url).host}`,
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers.map(({ name, value }) => [name, value])),
    ...(request.body && { body: request.body }),
    timeLimitMs: seconds * 1000,
    maxBytes: MAX_BYTES,
  };
}

function succeeded(answer: HttpAnswer, peer: string): HttpAnswer {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  const who = capital(peer);
  if (status === 401 || status === 403) {
    throw new LockFailure('unauthorised', `${who} refused the request (HTTP ${status}): check its password.`, true);
  }
  if (status >= 300 && status < 400) {
    const sentence = `${who} answered with a redirection (HTTP ${status}), which is not followed`;
    throw new LockFailure('refused', `${sentence}: put the final address into the config.`);
  }
  if (status === 404 || status === 405) {
    throw new LockFailure('refused', `${who} knows no such request (HTTP ${status}): check its URL and method.`, true);
  }
  throw new LockFailure('unexplained', `${who} answered HTTP ${status}.`);
}
