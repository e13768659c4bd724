/** Face unlock in the whole house: its mode, the owner's switch that arms it, and a doorkeeper for each lock. */
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Lock } from './locks/lock.ts';
import type { StateStore } from './locksmith.ts';
import { type Log, reason } from './log.ts';
import type { Guard } from './policy/guard.ts';
import type { UnlockMode } from './policy/unlock-input.ts';
import { Arming } from './visits/arming.ts';
import { Doorkeeper } from './visits/doorkeeper.ts';

type Settings = Pick<Config, 'unlock' | 'telegram' | 'home' | 'locks'>;

export class FaceUnlock {
  readonly mode: UnlockMode;
  /** An IANA name: the zone of the home. */
  readonly timeZone: string;
  readonly #settings: Settings;
  readonly #log: Log;
  readonly #arming: Arming;
  readonly #doorkeepers: ReadonlyMap<string, Doorkeeper>;
  /** By lock: resolves once its guard is known. */
  readonly #started = new Map<string, Promise<Doorkeeper>>();

  constructor(
    settings: Settings,
    locks: readonly Lock[],
    { state, clock, log }: { state: StateStore; clock: Clock; log: Log },
  ) {
    this.#settings = settings;
    this.#log = log;
    this.mode = effectiveMode(settings);
    this.timeZone = settings.home.timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone;
    this.#arming = new Arming(
      { load: () => state.state<boolean>('armed'), save: (armed) => state.setState('armed', armed) },
      log,
    );
    const arming = this.#arming;
    const ports = {
      clock,
      arming: {
        get armed() {
          return arming.armed;
        },
        disarm: () => this.#disarm('too many faces were refused'),
      },
    };
    this.#doorkeepers = new Map(
      locks.map((lock) => {
        const key = `guard:${lock.id}`;
        const store = {
          load: () => state.state<Partial<Guard>>(key),
          save: (guard: Guard) => state.setState(key, guard),
        };
        return [lock.id, new Doorkeeper({ ...ports, lock, store })];
      }),
    );
  }

  /** Reads what the last run left. A lock whose guard cannot be read is said when it is asked for. */
  async start(): Promise<void> {
    const { unlock, locks } = this.#settings;
    if (unlock.mode === 'confirm' && this.mode === 'off' && locks.length > 0) {
      this.#log.warn(
        'Face unlock is off: unlock.mode is "confirm", and there is no owner to ask. Set telegram.token and a chat with the role "owner", or choose another mode.',
      );
    }
    await this.#arming.start({ disarmed: unlock.disarmAtStart });
    for (const [lockId, doorkeeper] of this.#doorkeepers) {
      const started = doorkeeper.start().then(() => doorkeeper);
      // Whoever asks for it hears of it.
      started.catch(() => undefined);
      this.#started.set(lockId, started);
    }
  }

  /** No lock is opened from now on. */
  stop(): void {
    for (const doorkeeper of this.#doorkeepers.values()) doorkeeper.stop();
  }

  /** Rejects with a sentence where the lock has none, or its guard could not be read. */
  doorkeeper(lockId: string): Promise<Doorkeeper> {
    return this.#started.get(lockId) ?? Promise.reject(new Error('There is no such lock.'));
  }

  /** There is something to arm. */
  get canBeArmed(): boolean {
    return this.mode !== 'off' && this.#doorkeepers.size > 0;
  }

  get armed(): boolean {
    return this.#arming.armed;
  }

  onArmed(listener: (armed: boolean) => void): () => void {
    return this.#arming.onChange(listener);
  }

  /** Arming also ends a lock-out. Rejects where it cannot be written; disarming counts all the same. */
  async arm(armed: boolean): Promise<void> {
    if (armed) for (const doorkeeper of this.#doorkeepers.values()) await doorkeeper.rearm();
    await this.#arming.set(armed);
  }

  onEnrolled(): void {
    if (this.#settings.unlock.disarmAfterEnrolment) this.#disarm('somebody was enrolled');
  }

  /** `face unlock is automatic, and armed`. */
  get inWords(): string {
    if (this.#doorkeepers.size === 0) return 'there is no lock to open';
    if (this.mode === 'off') return 'face unlock is off';
    const asks = this.mode === 'confirm' ? 'face unlock asks an owner' : 'face unlock is automatic';
    return `${asks}, and ${this.armed ? 'armed' : 'disarmed'}`;
  }

  #disarm(why: string): void {
    if (!this.armed) return;
    this.#log.warn(`Face unlock is disarmed: ${why}. Arm it again in the Home app or over Telegram.`);
    this.#arming.set(false).catch((error) => {
      this.#log.error(`That face unlock is disarmed would be lost by a restart: ${reason(error)}`);
    });
  }
}

/** Asking needs somebody to ask. */
function effectiveMode({ unlock, telegram }: Settings): UnlockMode {
  if (unlock.mode !== 'confirm') return unlock.mode;
  const owner = telegram.chats.some(({ role }) => role === 'owner');
  return telegram.token !== '' && owner ? 'confirm' : 'off';
}
