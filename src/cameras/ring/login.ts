/** Logging in to Ring with an e-mail address, a password and the code of the second factor. */
import { z } from 'zod';
import { packToken, type TokenFile, unpackToken } from './token.ts';

/** What is to be done next, with a sentence for the owner. */
export type LoginStep =
  | { state: 'done'; sentence: string }
  /** Ring wants the code of the second factor: call `code`. */
  | { state: 'code'; sentence: string }
  /** It did not work: begin anew, or mend what the sentence says. */
  | { state: 'refused'; sentence: string };

export interface Login {
  begin(email: string, password: string): Promise<LoginStep>;
  code(code: string): Promise<LoginStep>;
}

const granted = z.object({ refresh_token: z.string().min(1) });
const wanted = z.object({ phone: z.string().optional(), tsv_state: z.string().optional() });
const refused = z.object({ error: z.string().catch(''), error_description: z.string().catch('') });

const tokenDesk = 'https://oauth.ring.com/oauth/token';
const answerLimit = 20_000;

interface Answer {
  status: number;
  body: unknown;
}

/** Ring's password login, as its Android app does it. The token goes into the file; nothing else is kept. */
export class RingLogin implements Login {
  readonly #tokens: TokenFile;
  #credentials: { email: string; password: string } | undefined;

  constructor(tokens: TokenFile) {
    this.#tokens = tokens;
  }

  async begin(email: string, password: string): Promise<LoginStep> {
    this.#credentials = { email: email.trim(), password };
    return this.#ask('');
  }

  async code(code: string): Promise<LoginStep> {
    if (!this.#credentials) return refusedStep('Enter the e-mail address and the password first.');
    const digits = code.replace(/\s/g, '');
    if (!/^\d{4,8}$/.test(digits))
      return { state: 'code', sentence: 'The code is made of digits only. Enter it again.' };
    return this.#ask(digits);
  }

  async #ask(code: string): Promise<LoginStep> {
    try {
      const hardwareId = this.#hardwareId();
      const answer = await this.#post(code, hardwareId);
      const step = nextStep(answer);
      if (step.state === 'done') {
        this.#keep(granted.parse(answer.body).refresh_token, hardwareId);
        this.#credentials = undefined;
      }
      return step;
    } catch (error) {
      return refusedStep(failure(error));
    }
  }

  async #post(code: string, hardwareId: string): Promise<Answer> {
    const response = await fetch(tokenDesk, {
      method: 'POST',
      signal: AbortSignal.timeout(answerLimit),
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        '2fa-support': 'true',
        '2fa-code': code,
        hardware_id: hardwareId,
        'user-agent': 'android:com.ringapp',
      },
      body: JSON.stringify({
        client_id: 'ring_official_android',
        scope: 'client',
        grant_type: 'password',
        username: this.#credentials?.email,
        password: this.#credentials?.password,
      }),
    });
    const text = await response.text();
    return { status: response.status, body: parsed(text) };
  }

  /** The id Ring knows this installation by: that of the last login, so that its push credentials go on working. */
  #hardwareId(): string {
    return this.#last()?.hid ?? this.#tokens.systemId;
  }

  #last() {
    const token = this.#tokens.read();
    return token === null ? undefined : unpackToken(token);
  }

  #keep(refreshToken: string, hardwareId: string): void {
    const pnc = this.#last()?.pnc;
    this.#tokens.replace(packToken({ rt: refreshToken, hid: hardwareId, ...(pnc === undefined ? {} : { pnc }) }));
  }
}

/** What Ring's answer means for the owner. */
function nextStep({ status, body }: Answer): LoginStep {
  const { error, error_description } = refused.safeParse(body).data ?? { error: '', error_description: '' };
  if (status === 429 || /too many requests/i.test(error_description)) {
    return refusedStep(
      'Ring was asked for too many codes. It allows ten in ten minutes: wait ten minutes, then try again.',
    );
  }
  if (status === 412) return { state: 'code', sentence: whereTheCodeIs(wanted.safeParse(body).data ?? {}) };
  if (status === 400 && error.startsWith('Verification Code')) {
    return { state: 'code', sentence: 'That code is wrong or too old. Enter the newest one.' };
  }
  if (status === 400 || status === 401) {
    return refusedStep('Ring does not know this e-mail address with this password. Check both and try again.');
  }
  if (status === 406) {
    return refusedStep(
      'Ring no longer lets this account log in with a password from here (406). Look for a newer Latchkey, or paste a refresh token from another tool into the settings.',
    );
  }
  if (status >= 200 && status < 300) {
    if (granted.safeParse(body).success) return { state: 'done', sentence: 'Latchkey is logged in to Ring.' };
    return refusedStep('Ring answered, but without a token. Try again in a few minutes.');
  }
  return refusedStep(`Ring's login is out of order (${status}). Try again in a few minutes.`);
}

function whereTheCodeIs({ phone, tsv_state }: z.infer<typeof wanted>): string {
  const to = phone ? ` to ${phone}` : '';
  switch (tsv_state) {
    case 'totp':
      return 'Enter the code from your authenticator app.';
    case 'email':
      return `Ring has sent a code by e-mail${to}. Enter it.`;
    case 'sms':
      return `Ring has sent a code by SMS${to}. Enter it.`;
    default:
      return `Ring has sent a code${to}. Enter it.`;
  }
}

function refusedStep(sentence: string): LoginStep {
  return { state: 'refused', sentence };
}

function failure(error: unknown): string {
  if (!(error instanceof Error)) return 'Logging in to Ring failed.';
  if (error.name === 'TimeoutError') return 'Ring did not answer within 20 s. Try again in a few minutes.';
  if (error instanceof TypeError) {
    const { code } = (error.cause ?? {}) as { code?: unknown };
    return `Ring could not be reached (${typeof code === 'string' ? code : error.message}). Check the internet connection.`;
  }
  return error.message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
