/** A door with a SwitchBot lock: what is really so, whatever the cloud says. */

export interface DoorOptions {
  id: string;
  name?: string;
  type?: string;
  /** No hub: the empty text. */
  hub?: string;
  cloudService?: boolean;
  state?: 'locked' | 'unlocked' | 'jammed';
  door?: 'open' | 'closed' | null;
  battery?: number;
  /** Milliseconds the bolt takes from one end to the other. */
  travelMs?: number;
}

/** One lock on one door: what is really so, whatever the cloud says. */
export class FakeDoor {
  readonly id: string;
  readonly options: DoorOptions;
  door: 'open' | 'closed' | null;
  battery: number;
  hub: string;
  cloudService: boolean;
  /** More fields of its status, or other values for them. */
  says: Record<string, unknown> = {};
  /** How often the bolt was truly driven back. */
  opened = 0;
  #from: string;
  #to: string;
  #since = 0;

  constructor(options: DoorOptions) {
    this.id = options.id;
    this.options = options;
    this.door = options.door === undefined ? 'closed' : options.door;
    this.battery = options.battery ?? 100;
    this.hub = options.hub ?? 'FA7310762361';
    this.cloudService = options.cloudService ?? true;
    this.#from = this.#to = options.state ?? 'locked';
  }

  /** As somebody with a key would, at once. */
  turn(state: 'locked' | 'unlocked' | 'jammed'): void {
    this.#from = this.#to = state;
    this.#since = 0;
  }

  drive(command: string, now: number): void {
    const goal = command === 'unlock' ? 'unlocked' : 'locked';
    if (goal === 'unlocked') this.opened++;
    this.#from = this.stateAt(now);
    this.#to = goal;
    this.#since = now;
  }

  jam(now: number): void {
    this.#from = this.stateAt(now);
    this.#to = 'jammed';
    this.#since = now;
  }

  /** The state before the last command. */
  get past(): string {
    return this.#from;
  }

  stateAt(now: number): string {
    if (this.#from === this.#to || now - this.#since >= (this.options.travelMs ?? 1_500)) return this.#to;
    return this.#to === 'locked' ? 'locking' : 'unlocking';
  }
}
