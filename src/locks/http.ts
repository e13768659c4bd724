/** A lock that is moved and read by HTTP requests of the owner's own. */
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { readAnswer } from './answer.ts';
import { DrivenLock } from './driven-lock.ts';
import { backOff, type LockDriver } from './driver.ts';
import type { Exchange, HttpAnswer, HttpRequest } from './exchange.ts';
import { LockFailure } from './failure.ts';
import type { HttpLockConfig } from './http-config.ts';
import { LOCAL_READ_BACK_MS, PASSING_MOST_MS } from './local.ts';

const MAX_BYTES = 64 * 1024;

export function httpLock(
  config: HttpLockConfig,
  surroundings: { clock: Clock; log: Log; exchange: Exchange },
): DrivenLock {
  return new DrivenLock(config, httpDriver(config, surroundings.exchange), surroundings);
}

export function httpDriver(config: HttpLockConfig, exchange: Exchange): LockDriver {
  const ask = async (request: HttpLockConfig['lock'], signal: AbortSignal) => {
    const whole = wholeRequest(request, config.timeLimitSeconds);
    return succeeded(await exchange(whole, signal), whole.peer);
  };
  return {
    readBackMs: LOCAL_READ_BACK_MS,
    send: async (command, signal) => {
      await ask(config[command], signal);
    },
    read: async (_purpose, signal) => readAnswer((await ask(config.status, signal)).text, config.status),
    pace: (_state, trouble) => {
      const wanted = config.pollSeconds * 1000;
      return trouble ? backOff(wanted, trouble.times, PASSING_MOST_MS) : wanted;
    },
  };
}

function wholeRequest(request: HttpLockConfig['lock'], seconds: number): HttpRequest {
  return {
    // Only the host: paths, parameters and user names may be secret.
    peer: `the lock at ${new URL(request.url).host}`,
    method: request.method,
    url: request.url,
    headers: Object.fromEntries(request.headers.map(({ name, value }) => [name, value])),
    ...(request.body !== undefined && { body: request.body }),
    timeLimitMs: seconds * 1000,
    maxBytes: MAX_BYTES,
  };
}

function succeeded(answer: HttpAnswer, peer: string): HttpAnswer {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  const who = peer.charAt(0).toUpperCase() + peer.slice(1);
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
