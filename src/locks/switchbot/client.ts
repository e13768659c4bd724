/** SwitchBot's cloud, API v1.1: signed requests, none of them ever sent twice, and counted against the day's limit. */
import { createHmac, randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Command } from '../driver.ts';
import type { Exchange, HttpAnswer } from '../exchange.ts';
import { type Budget, bookReading, freshBudget, spendOnCommand } from './budget.ts';
import { ACCEPTED, type Call, codeFailure, gibberish, httpFailure, silence } from './errors.ts';

export interface Account {
  token: string;
  secret: string;
  /** Where the cloud is; SwitchBot's own where absent or empty. */
  url?: string | undefined;
}

/** A device as SwitchBot knows it, and as the owner calls it. */
export interface Device {
  id: string;
  name: string;
}

type Json = Readonly<Record<string, unknown>>;

const CLOUD_URL = 'https://api.switch-bot.com';
const STATUS_LIMIT_MS = 10_000;
/** A command may hang for two minutes; after this long, asking the lock is quicker than waiting for the answer. */
const COMMAND_LIMIT_MS = 15_000;
const MAX_BYTES = 1024 * 1024;

export class SwitchBotClient {
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #exchange: Exchange;
  readonly #nonce: () => string;
  #budget: Budget;
  #worked = false;

  constructor(account: Account, surroundings: { clock: Clock; exchange: Exchange; nonce?: () => string }) {
    this.#account = account;
    this.#clock = surroundings.clock;
    this.#exchange = surroundings.exchange;
    this.#nonce = surroundings.nonce ?? randomUUID;
    this.#budget = freshBudget(this.#clock.now());
  }

  /** Books a reading of the watch over all locks of the account: milliseconds until it may be made, `wantedMs` or more. */
  bookReading(wantedMs: number): number {
    const { budget, waitMs } = bookReading(this.#budget, this.#clock.now(), wantedMs);
    this.#budget = budget;
    return waitMs;
  }

  /** The devices of the account, as SwitchBot lists them. Throws LockFailure. */
  async devices(signal: AbortSignal): Promise<unknown[]> {
    this.#spend();
    const body = await this.#call(
      'GET',
      '/v1.1/devices',
      { about: 'The device list', limitMs: STATUS_LIMIT_MS },
      signal,
    );
    return Array.isArray(body.deviceList) ? body.deviceList : [];
  }

  /** A reading of the watch must have been booked; one that follows a command is counted here. Throws LockFailure. */
  async status(device: Device, purpose: 'watch' | 'confirm', signal: AbortSignal): Promise<Json> {
    if (purpose === 'confirm') this.#spend();
    const path = `/v1.1/devices/${encodeURIComponent(device.id)}/status`;
    const body = await this.#call('GET', path, { about: device.name, limitMs: STATUS_LIMIT_MS }, signal);
    if (Object.keys(body).length === 0) throw silence(device.name);
    return body;
  }

  /** Resolves once the cloud has accepted the command; the lock has not moved then. Throws LockFailure. */
  async command(device: Device, command: Command, signal: AbortSignal): Promise<void> {
    this.#spend();
    const path = `/v1.1/devices/${encodeURIComponent(device.id)}/commands`;
    // All three fields are needed: a command without its parameter is refused.
    const body = JSON.stringify({ commandType: 'command', command, parameter: 'default' });
    await this.#call('POST', path, { about: device.name, limitMs: COMMAND_LIMIT_MS, body }, signal);
  }

  #spend(): void {
    this.#budget = spendOnCommand(this.#budget, this.#clock.now());
  }

  async #call(
    method: 'GET' | 'POST',
    path: string,
    options: { about: string; limitMs: number; body?: string },
    signal: AbortSignal,
  ): Promise<Json> {
    const call: Call = { about: options.about, at: this.#clock.now(), workedBefore: this.#worked };
    const answer = await this.#exchange(
      {
        peer: 'SwitchBot',
        method,
        url: `${this.#account.url || CLOUD_URL}${path}`,
        headers: this.#headers(call.at),
        ...(options.body !== undefined && { body: options.body }),
        timeLimitMs: options.limitMs,
        maxBytes: MAX_BYTES,
      },
      signal,
    );
    const body = this.#open(answer, call);
    this.#worked = true;
    return body;
  }

  #headers(at: number): Record<string, string> {
    const { token, secret } = this.#account;
    const t = String(at);
    const nonce = this.#nonce();
    const sign = createHmac('sha256', secret).update(`${token}${t}${nonce}`).digest('base64');
    return { Authorization: token, t, nonce, sign, 'Content-Type': 'application/json; charset=utf8' };
  }

  /** The body of a success; its status code is looked at first, since a failure's body means nothing. */
  #open(answer: HttpAnswer, call: Call): Json {
    if (answer.status !== 200) throw httpFailure(answer, call);
    const whole = parse(answer.text);
    if (!whole) throw gibberish(call.about);
    if (Number(whole.statusCode) !== ACCEPTED) {
      throw codeFailure(whole.statusCode, whole.message, call, [this.#account.token, this.#account.secret]);
    }
    return isRecord(whole.body) ? whole.body : {};
  }
}

function parse(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
