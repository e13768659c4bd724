/** What Ring refused, and why, in words that hold nothing of the request or the answer: those may hold a token. */
import { reason } from '../../log.ts';

/** Nobody has logged in to Ring yet. */
export class NoTokenError extends Error {}

/** Ring was asked and refused: `message` is a sentence. */
export class RefusalError extends Error {
  /** Of the HTTP answer; null where there was none. */
  readonly status: number | null;

  constructor(what: string, error: unknown) {
    super(`Ring refused ${what}: ${refusal(error)}`);
    this.status = answered(error);
  }
}

/** The HTTP status of Ring's answer; null where there was none. */
export function statusOf(error: unknown): number | null {
  const status = (error as { response?: { status?: unknown } } | null)?.response?.status;
  return typeof status === 'number' ? status : null;
}

/** The client has an error of its own for 404, which holds the whole answer. */
function answered(error: unknown): number | null {
  if (error instanceof Error && error.message.startsWith('Not found with response')) return 404;
  return statusOf(error);
}

/** Why Ring refused, as the rest of a sentence. */
export function refusal(error: unknown): string {
  const status = answered(error);
  if (status !== null) return `it answered ${status}`;
  return reason(error).replace(/\s*See https:\S+.*$/s, '');
}

/** Why there is no connection, and what to do; `oauthStatus` is what the token desk last answered. */
export function connectionTrouble(oauthStatus: number | null, error: unknown): string {
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
      return askedTooOften;
    case null:
      return unconnected(error);
    default:
      return `Ring's token desk is out of order (${oauthStatus}). Latchkey keeps trying.`;
  }
}

const askedTooOften = 'Ring says that it was asked too often (429). Latchkey waits and tries again by itself.';

/** The token desk did its part; what came after it did not. */
function unconnected(error: unknown): string {
  const status = answered(error);
  if (status === null) return `Ring could not be reached: ${refusal(error)}. Latchkey keeps trying.`;
  if (status === 429) return askedTooOften;
  return `Ring is out of order (${status}). Latchkey keeps trying.`;
}

/** One line of the client for the debug log, without what Ring answered and without anything as long as a token. */
export function describe(message: readonly unknown[]): string {
  return message
    .map((part) => (typeof part === 'string' ? part : refusal(part)))
    .join(' ')
    .replace(/(response body|with response|returned unknown errors):.*$/is, '')
    .replace(/[A-Za-z0-9+_=-]{40,}/g, '[...]')
    .trim();
}
