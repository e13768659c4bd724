/** All cameras at once: each trigger becomes a visit, each visit an event. One visit a camera at a time. */
import type { Camera, Trigger } from '../cameras/camera.ts';
import { type Log, reason } from '../log.ts';
import type { IgnoredFace } from '../people/ignored.ts';
import type { Person } from '../people/people.ts';
import type { Doorkeeper, Verdict } from './doorkeeper.ts';
import type { Visit } from './visit.ts';
import { Visiting, type VisitPorts } from './visiting.ts';

export interface PipelinePorts extends Omit<VisitPorts, 'onAnalysis'> {
  /** Read anew for each visit: people are enrolled and forgotten while the plugin runs. */
  people(): Promise<Person[]>;
  /** Faces the owner wants to hear nothing of; read anew for each visit. */
  ignored(): Promise<IgnoredFace[]>;
  /** Writes the visit; resolves to the event's id. */
  record(visit: Visit): Promise<number>;
  log: Log;
}

/** Hears what happens, in order: triggered, analysed any number of times, ended. Must not throw. */
export interface VisitListener {
  triggered?(camera: Camera, trigger: Trigger): void;
  analysed?: VisitPorts['onAnalysis'];
  /** `eventId` is null where the visit could not be written. */
  ended?(camera: Camera, visit: Visit, eventId: number | null): void;
}

export interface Watch {
  camera: Camera;
  /** Null where the camera has no lock. */
  doorkeeper: Doorkeeper | null;
  /** The longest a visit may last. */
  visitSeconds: number;
}

export class Pipeline {
  readonly #ports: PipelinePorts;
  readonly #listener: VisitListener;
  readonly #stopping = new AbortController();
  readonly #visits = new Map<string, Visiting>();
  readonly #running = new Set<Promise<void>>();

  constructor(ports: PipelinePorts, listener: VisitListener) {
    this.#ports = ports;
    this.#listener = listener;
  }

  /** The ids of the cameras somebody is at. */
  get busy(): string[] {
    return [...this.#visits.keys()];
  }

  /** Resolves when no visit is under way, at once where none is. */
  async quiet(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** Begins to watch a camera. Rejects with the camera's own sentence when it cannot be watched. */
  async watch(watch: Watch): Promise<void> {
    await watch.camera.start((trigger) => this.#onTrigger(watch, trigger));
  }

  /** Ends the visits under way, each with what it has, and resolves once they are written. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
  }

  #onTrigger(watch: Watch, trigger: Trigger): void {
    if (this.#stopping.signal.aborted) return;
    this.#listener.triggered?.(watch.camera, trigger);
    const underWay = this.#visits.get(watch.camera.id);
    if (underWay) {
      underWay.join(trigger);
      return;
    }
    const running = this.#visit(watch, trigger).catch((error) => {
      this.#ports.log.error(`A visit at ${watch.camera.name} failed: ${reason(error)}`);
    });
    this.#running.add(running);
    running.finally(() => this.#running.delete(running));
  }

  async #visit({ camera, doorkeeper, visitSeconds }: Watch, trigger: Trigger): Promise<void> {
    const onAnalysis: VisitPorts['onAnalysis'] = (...seen) => this.#listener.analysed?.(...seen);
    const visiting = new Visiting(camera, trigger, doorkeeper, this.#people(), { ...this.#ports, onAnalysis });
    const verdict = await this.#look(visiting, camera, visitSeconds);
    const visit = await visiting.conclude(verdict, await this.#ignored());
    // Written first, and also where nobody listens.
    const eventId = await this.#record(camera, visit);
    this.#listener.ended?.(camera, visit, eventId);
  }

  /** While it looks, a visit takes in further triggers of its camera; once it is decided, the next one begins a new visit. */
  async #look(visiting: Visiting, camera: Camera, visitSeconds: number): Promise<Verdict> {
    const overtime = new AbortController();
    const cancel = this.#ports.clock.after(visitSeconds * 1000, () => overtime.abort());
    this.#visits.set(camera.id, visiting);
    try {
      return await visiting.look(AbortSignal.any([overtime.signal, this.#stopping.signal]));
    } finally {
      cancel();
      this.#visits.delete(camera.id);
    }
  }

  /** Without the list of people everybody is a stranger: the visit goes on, and the door stays shut. */
  async #people(): Promise<Person[]> {
    try {
      return await this.#ports.people();
    } catch (error) {
      this.#ports.log.error(`The enrolled people could not be read, so nobody is recognised: ${reason(error)}`);
      return [];
    }
  }

  /** Without the list of ignored faces everybody is told of. */
  async #ignored(): Promise<IgnoredFace[]> {
    try {
      return await this.#ports.ignored();
    } catch (error) {
      this.#ports.log.error(`The ignored faces could not be read, so all strangers are told of: ${reason(error)}`);
      return [];
    }
  }

  async #record(camera: Camera, visit: Visit): Promise<number | null> {
    try {
      return await this.#ports.record(visit);
    } catch (error) {
      this.#ports.log.error(`The visit at ${camera.name} could not be written to the history: ${reason(error)}`);
      return null;
    }
  }
}
