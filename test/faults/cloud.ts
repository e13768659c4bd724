/** SwitchBot's cloud in the same process: it keeps, loses, delays and garbles what it is asked, as it is told to. */
import type { Clock } from '../../src/clock.ts';
import type { Exchange, HttpAnswer, HttpRequest } from '../../src/locks/exchange.ts';
import { LockFailure } from '../../src/locks/failure.ts';
import { FakeDoor } from '../fakes/switchbot-door.ts';

export type CloudFault =
  | { http: number }
  | { code: number }
  | { text: string }
  /** No answer at all; a command may have been carried out. */
  | { hang: boolean }
  /** The answer comes so many milliseconds later. */
  | { late: number }
  /** Accepted, and the bolt does not move, or jams. */
  | { bolt: 'still' | 'jams' }
  /** A reading tells what was before the last command. */
  | { stale: true };

export const cloudFaults: readonly CloudFault[] = [
  ...[401, 403, 429, 500, 502].map((http) => ({ http })),
  ...[151, 152, 160, 161, 171, 190, 400, 500, 1100].map((code) => ({ code })),
  { text: '' },
  { text: '<html>' },
  { hang: false },
  { hang: true },
  { late: 3000 },
  { late: 30_000 },
  { bolt: 'still' },
  { bolt: 'jams' },
  { stale: true },
];

export const account = { token: 'T0kenOfTheFaultyCloud', secret: 's3cretOfTheFaultyCloud', url: 'http://cloud' };

export class FaultyCloud {
  readonly door = new FakeDoor({ id: 'D708C25A1C21', door: null });
  readonly #clock: Clock;
  readonly #steadyNow: () => number;
  readonly #onUnlock: () => void;
  #faults: CloudFault[] = [];

  /**
   * `steadyNow` is a time that nobody sets, for the bolt. `onUnlock` hears of every unlock command that reaches the cloud,
   * answered or not.
   */
  constructor(clock: Clock, steadyNow: () => number, onUnlock: () => void) {
    this.#clock = clock;
    this.#steadyNow = steadyNow;
    this.#onUnlock = onUnlock;
  }

  /** The bolt's true state. */
  get state(): string {
    return this.door.stateAt(this.#steadyNow());
  }

  /** The next request goes wrong so. */
  fail(fault: CloudFault): void {
    this.#faults.push(fault);
  }

  heal(): void {
    this.#faults = [];
  }

  /** For one run of the plugin: `clock` is its own, which stops with it. */
  exchangeFor(clock: Clock): Exchange {
    return async (request, signal) => {
      const fault = this.#faults.shift();
      const answer = this.#answer(request, fault);
      const delay = fault && 'hang' in fault ? Number.POSITIVE_INFINITY : fault && 'late' in fault ? fault.late : 0;
      if (delay > 0) await this.#wait(Math.min(delay, request.timeLimitMs), clock, signal);
      if (signal.aborted) throw new LockFailure('stopped', 'SwitchBot was not waited for.');
      if (delay >= request.timeLimitMs) throw new LockFailure('timeout', 'SwitchBot did not answer in time.');
      return answer;
    };
  }

  #wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }

  #answer({ method, body }: HttpRequest, fault: CloudFault | undefined): HttpAnswer {
    const command = method === 'POST' ? (JSON.parse(body ?? '{}') as { command: string }).command : null;
    if (command === 'unlock') this.#onUnlock();
    if (fault && 'http' in fault) return this.#reply({ message: `fault ${account.token}` }, fault.http);
    if (fault && 'code' in fault) return this.#reply({ statusCode: fault.code, body: {}, message: account.secret });
    if (fault && 'text' in fault) return { status: 200, text: fault.text, date: null };
    if (command && !(fault && 'hang' in fault && !fault.hang)) this.#move(command, fault);
    const lockState = fault && 'stale' in fault ? this.door.past : this.state;
    return this.#reply({ statusCode: 100, message: 'success', body: { lockState, battery: 80, calibrate: true } });
  }

  #move(command: string, fault: CloudFault | undefined): void {
    if (fault && 'bolt' in fault) {
      if (fault.bolt === 'jams') this.door.jam(this.#steadyNow());
    } else this.door.drive(command, this.#steadyNow());
  }

  #reply(value: unknown, status = 200): HttpAnswer {
    return { status, text: JSON.stringify(value), date: this.#clock.now() };
  }
}
