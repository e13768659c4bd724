/** Who is logged in to the local dashboard: a bearer token of the configuration, or a session begun with the password. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hashPassword, isHash, isPassword } from './password.ts';

const hourMs = 60 * 60 * 1000;
export const sessionMs = 12 * hourMs;
const mostSessions = 100;
export const sessionCookie = 'latchkey-session';

export interface Credentials {
  token?: string | undefined;
  /** In clear, or as `hashPassword` wrote it. */
  password?: string | undefined;
}

export class Sessions {
  readonly #token: Buffer | null;
  readonly #hash: string | null;
  readonly #now: () => number;
  /** By the digest of its secret: what is in memory opens nothing. */
  readonly #until = new Map<string, number>();
  #checking: Promise<unknown> = Promise.resolve();

  private constructor(token: Buffer | null, hash: string | null, now: () => number) {
    this.#token = token;
    this.#hash = hash;
    this.#now = now;
  }

  static async create({ token, password }: Credentials, now: () => number): Promise<Sessions> {
    const hash = password ? (isHash(password) ? password : await hashPassword(password)) : null;
    return new Sessions(token ? digest(token) : null, hash, now);
  }

  get hasPassword(): boolean {
    return this.#hash !== null;
  }

  /** The secret of a new session; null for a wrong password. One guess at a time, whoever guesses. */
  logIn(password: string): Promise<string | null> {
    const hash = this.#hash;
    const check = this.#checking.then(async () => hash !== null && (await isPassword(password, hash)));
    this.#checking = check.catch(() => {});
    return check.then((right) => (right ? this.#begin() : null));
  }

  logOut(secret: string): void {
    this.#until.delete(digest(secret).toString('hex'));
  }

  isToken(token: string): boolean {
    return this.#token !== null && timingSafeEqual(digest(token), this.#token);
  }

  isSession(secret: string): boolean {
    const until = this.#until.get(digest(secret).toString('hex'));
    return until !== undefined && this.#now() < until;
  }

  #begin(): string {
    const now = this.#now();
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key);
    const oldest = this.#until.keys().next();
    if (this.#until.size >= mostSessions && !oldest.done) this.#until.delete(oldest.value);
    const secret = randomBytes(32).toString('base64url');
    this.#until.set(digest(secret).toString('hex'), now + sessionMs);
    return secret;
  }
}

/** Of equal length whatever was sent, so that comparing tells nothing. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
