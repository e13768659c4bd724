/** A small house to try visits in: scripted cameras and vision, a lock that counts, the real policy. */
import type { Camera, Frame, Trigger, TriggerKind } from '../../src/cameras/camera.ts';
import { type Lock, LockError, type LockState } from '../../src/locks/lock.ts';
import type { Person } from '../../src/people/people.ts';
import type { Guard } from '../../src/policy/guard.ts';
import type { Analysis, Face, Picture } from '../../src/vision/analysis.ts';
import { Doorkeeper } from '../../src/visits/doorkeeper.ts';
import { Pipeline, type PipelinePorts, type VisitListener } from '../../src/visits/pipeline.ts';
import type { Visit } from '../../src/visits/visit.ts';
import type { VisitRules } from '../../src/visits/visiting.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { rules as unlockRules } from '../policy/rules.ts';

export const rules: VisitRules = {
  unlock: { ...unlockRules, globalCooldownSeconds: 0, dailyCap: 50 },
  recognition: { threshold: 0.62, quality: { minFacePixels: 60, minSharpness: 20, maxYaw: 35, maxPitch: 30 } },
  minConfidence: 0.4,
};

/** An embedding with cosine `likeness` to axis `axis`, the rest on an axis nobody has. */
export function embedding(axis: number, likeness = 1): Float32Array {
  const vector = new Float32Array(16);
  vector[axis] = likeness;
  vector[15] = Math.sqrt(1 - likeness ** 2);
  return vector;
}

export const kurt: Person = { id: 1, name: 'kurt', displayName: 'Kurt', templates: [embedding(1)] };
export const ada: Person = { id: 2, name: 'ada', displayName: 'Ada', templates: [embedding(2)] };

export function face(of: Float32Array, changes: Partial<Face> = {}): Face {
  const point = [150, 150] as const;
  return {
    box: [100, 100, 220, 220],
    landmarks: { rightEye: point, leftEye: point, nose: point, mouth: point, rightEar: point, leftEar: point },
    confidence: 0.98,
    pose: { yaw: 3, pitch: -4, roll: 0 },
    size: 120,
    sharpness: 90,
    antispoof: 0.9,
    liveness: 0.9,
    embedding: of,
    ...changes,
  };
}

export function analysis(faces: Face[], labels: string[] = ['person']): Analysis {
  return {
    width: 640,
    height: 360,
    objects: labels.map((label) => ({ label, confidence: 0.8, box: [50, 50, 400, 350] })),
    faces,
    ms: { decode: 10, objects: 60, faces: 8, embeddings: 14, models: 75, total: 92 },
  };
}

/** What the scripted vision makes of a picture: an analysis, or an error to throw. */
type Sight = Analysis | Error;

/** A camera that shows what it is told, one sight after another. */
export class ScriptedCamera implements Camera {
  readonly #clock: VirtualClock;
  #onTrigger: (trigger: Trigger) => void = () => undefined;
  #sights: (Sight | null)[] = [];
  #wake: () => void = () => undefined;
  readonly id: string;
  readonly name: string;

  constructor(clock: VirtualClock, name = 'Front Door') {
    this.#clock = clock;
    this.name = name;
    this.id = name.toLowerCase().replace(' ', '-');
  }

  async start(onTrigger: (trigger: Trigger) => void): Promise<void> {
    this.#onTrigger = onTrigger;
  }

  trigger(kind: TriggerKind = 'motion'): void {
    this.#onTrigger({ kind, at: this.#clock.now() });
  }

  /** Queues a sight; null ends the frames. */
  show(sight: Sight | null): void {
    this.#sights.push(sight);
    this.#wake();
  }

  async *frames(_trigger: Trigger, signal: AbortSignal): AsyncGenerator<Frame> {
    for (;;) {
      if (signal.aborted) return;
      const sight = this.#sights.shift();
      if (sight === null) return;
      if (sight) yield { picture: asPicture(sight), takenAt: this.#clock.now(), live: true };
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
    }
  }

  async stop(): Promise<void> {}
}

const sights = new WeakMap<Picture, Sight>();

function asPicture(sight: Sight): Picture {
  const picture: Picture = { kind: 'encoded', bytes: new Uint8Array() };
  sights.set(picture, sight);
  return picture;
}

const scriptedVision = {
  async analyze(picture: Picture): Promise<Analysis> {
    const sight = sights.get(picture);
    if (!sight || sight instanceof Error) throw sight ?? new Error('nothing was scripted');
    return sight;
  },
  async thumbnail(): Promise<Uint8Array> {
    return new Uint8Array([0xff, 0xd8]);
  },
};

/** A lock that counts its commands; `answer` is awaited before it moves. */
export class CountingLock implements Lock {
  readonly id = 'front-door';
  readonly name = 'Front Door';
  state: LockState = 'locked';
  unlocks = 0;
  answer: () => Promise<void> = async () => undefined;

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  onState(): () => void {
    return () => undefined;
  }
  async lock(): Promise<void> {
    this.state = 'locked';
  }
  async unlock(): Promise<void> {
    this.unlocks++;
    await this.answer();
    this.state = 'unlocked';
  }
}

export const jams = async () => {
  throw new LockError('The lock is jammed: look whether the door is shut.');
};

export async function makeHouse(changes: Partial<PipelinePorts> = {}, names = ['Front Door']) {
  const clock = new VirtualClock();
  const lock = new CountingLock();
  const visits: Visit[] = [];
  const log: string[] = [];
  const heard: string[] = [];
  let saved: Guard | undefined;
  const guardStore = {
    load: async () => saved,
    save: async (guard: Guard) => {
      saved = guard;
    },
  };
  const write = (line: string) => void log.push(line);
  const ended = new Set<() => void>();
  const listener: VisitListener = {
    triggered: (camera, { kind }) => heard.push(`${camera.id} ${kind}`),
    analysed: (camera) => heard.push(`${camera.id} analysed`),
    ended: (camera, visit, id) => {
      heard.push(`${camera.id} ended ${id}`);
      visits.push(visit);
      for (const wake of ended) wake();
    },
  };
  const ports: PipelinePorts = {
    vision: scriptedVision,
    clock,
    rules,
    people: async () => [kurt, ada],
    record: async () => visits.length + 1,
    log: { debug: write, info: write, warn: write, error: write },
    ...changes,
  };
  const arming = {
    armed: true,
    disarm() {
      this.armed = false;
    },
  };
  const doorkeeper = new Doorkeeper({ lock, store: guardStore, clock, arming });
  await doorkeeper.start();
  const pipeline = new Pipeline(ports, listener);
  const cameras = names.map((name) => new ScriptedCamera(clock, name));
  for (const camera of cameras) await pipeline.watch({ camera, doorkeeper, visitSeconds: 20 });
  const visit = async (count = 1) => {
    while (visits.length < count) {
      await new Promise<void>((resolve) => {
        ended.add(resolve);
      });
    }
    return visits[count - 1] as Visit;
  };
  return {
    clock,
    lock,
    log,
    heard,
    visits,
    visit,
    guardStore,
    arming,
    doorkeeper,
    pipeline,
    camera: cameras[0] as ScriptedCamera,
    cameras,
    savedGuard: () => saved,
  };
}
