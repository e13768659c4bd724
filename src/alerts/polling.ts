/** Reads what people tap and write, each thing once, for as long as the plugin runs. */
import { type Clock, pause } from '../clock.ts';
import { type Log, reason } from '../log.ts';
import { type Bot, type Incoming, TelegramFault } from './bot.ts';
import { backOff, type Chance } from './chance.ts';
import { remembered, type State } from './state.ts';

const key = 'telegram.offset';

/** After a week without updates Telegram may number them anew, possibly lower: the old offset would hide those for ever. */
const offsetCountsFor = 6 * 24 * 3600_000;

const mostRemembered = 200;

export interface PollingPorts {
  bot: Bot;
  state: State;
  clock: Clock;
  chance: Chance;
  log: Log;
  /** Must return at once and not throw. */
  onIncoming(incoming: Incoming): void;
  /** One sentence on why nothing can be heard; null once it can. */
  onTrouble(trouble: string | null): void;
}

export class Polling {
  readonly #ports: PollingPorts;
  #next: { offset: number; at: number } | null = null;
  /** Telegram hands an update over again until it is confirmed; none of these counts twice. */
  readonly #seen = new Set<number>();
  #failures = 0;

  constructor(ports: PollingPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const stored = (await remembered(this.#ports.state, key)) as { offset?: unknown; at?: unknown } | null;
    if (Number.isSafeInteger(stored?.offset) && typeof stored?.at === 'number') {
      this.#next = { offset: Number(stored.offset), at: stored.at };
    }
  }

  /** Resolves when `signal` aborts. Rejects with a `TelegramFault` of kind `token` only. */
  async run(signal: AbortSignal): Promise<void> {
    const { bot, clock } = this.#ports;
    while (!signal.aborted) {
      try {
        const updates = await bot.updates(this.#offset(), signal);
        this.#well();
        for (const incoming of updates) await this.#take(incoming);
      } catch (error) {
        if (signal.aborted) return;
        await pause(clock, this.#waitAfter(error), signal);
      }
    }
  }

  #offset(): number | undefined {
    if (!this.#next) return undefined;
    return this.#ports.clock.now() - this.#next.at > offsetCountsFor ? undefined : this.#next.offset;
  }

  /** The offset is stored before anything is done: an update whose handling is cut short is lost, not repeated. */
  async #take(incoming: Incoming): Promise<void> {
    const { state, clock, log } = this.#ports;
    const { updateId } = incoming;
    const offset = this.#offset();
    if (this.#seen.has(updateId) || (offset !== undefined && updateId < offset)) return;
    this.#seen.add(updateId);
    for (const oldest of this.#seen) {
      if (this.#seen.size <= mostRemembered) break;
      this.#seen.delete(oldest);
    }
    this.#next = { offset: updateId + 1, at: clock.now() };
    try {
      await state.setState(key, this.#next);
    } catch (error) {
      log.debug(`Telegram: the place in the list of updates could not be stored: ${reason(error)}`);
    }
    this.#ports.onIncoming(incoming);
  }

  #well(): void {
    if (this.#failures > 0) this.#ports.log.info('Telegram can be reached again.');
    this.#failures = 0;
    this.#ports.onTrouble(null);
  }

  #waitAfter(error: unknown): number {
    const { chance, log, onTrouble } = this.#ports;
    const fault = error instanceof TelegramFault ? error : new TelegramFault('unreachable', reason(error));
    if (fault.kind === 'token') throw fault;
    const trouble =
      fault.kind === 'conflict'
        ? 'Another program reads the messages of this Telegram bot, so buttons and commands may not reach Latchkey: stop it, or make a bot of its own for Latchkey.'
        : fault.message;
    onTrouble(trouble);
    if (++this.#failures === 1) log.warn(trouble);
    if (fault.kind === 'conflict') return backOff(this.#failures, 3000, 60_000, chance);
    return Math.max(fault.retryAfterMs ?? 0, backOff(this.#failures, 1000, 60_000, chance));
  }
}
