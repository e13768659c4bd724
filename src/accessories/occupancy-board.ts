/** All occupancy sensors of the house: hears what was seen and turns each off again after its hold time. */
import type { Clock } from '../clock.ts';
import {
  isOccupied,
  type LastSeen,
  type Observation,
  observe,
  type SensorId,
  untilNextChange,
} from '../policy/occupancy.ts';

export interface Occupiable {
  set(occupied: boolean): void;
}

export class OccupancyBoard {
  readonly #clock: Clock;
  readonly #holdSeconds: number;
  readonly #sensors = new Map<SensorId, Occupiable>();
  #lastSeen: LastSeen = new Map();
  #cancel: () => void = () => {};

  constructor(clock: Clock, holdSeconds: number) {
    this.#clock = clock;
    this.#holdSeconds = holdSeconds;
  }

  get ids(): SensorId[] {
    return [...this.#sensors.keys()];
  }

  add(id: SensorId, sensor: Occupiable): void {
    this.#sensors.set(id, sensor);
    sensor.set(isOccupied(this.#lastSeen, id, this.#clock.now(), this.#holdSeconds));
  }

  remove(id: SensorId): void {
    this.#sensors.delete(id);
  }

  observe(observation: Observation): void {
    this.#lastSeen = observe(this.#lastSeen, observation, this.#clock.now());
    this.#show();
  }

  stop(): void {
    this.#cancel();
  }

  #show(): void {
    const now = this.#clock.now();
    for (const [id, sensor] of this.#sensors) sensor.set(isOccupied(this.#lastSeen, id, now, this.#holdSeconds));
    this.#cancel();
    const wait = untilNextChange(this.#lastSeen, now, this.#holdSeconds);
    if (wait !== null) this.#cancel = this.#clock.after(wait, () => this.#show());
  }
}
