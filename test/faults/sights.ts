/** What the model's cameras see: people and pictures of people, in frames that are late, old, doubled or broken. */
import type { Camera, Frame, Trigger, TriggerKind } from '../../src/cameras/camera.ts';
import type { Clock } from '../../src/clock.ts';
import type { Analysis, Face, Picture } from '../../src/vision/analysis.ts';
import type { Vision } from '../../src/visits/visiting.ts';
import { analysis, embedding, face } from '../visits/house.ts';

export const visitors = ['kurt', 'ada', 'near miss', 'stranger', 'print', 'phone', 'two', 'blurred', 'cat'] as const;
export type Visitor = (typeof visitors)[number];

export const flaws = ['stale', 'out of order', 'from the future', 'recorded', 'vision fails', 'vision hangs'] as const;
export type Flaw = (typeof flaws)[number];

function sightOf(visitor: Visitor): Analysis {
  const kurts = (changes: Partial<Face> = {}) => face(embedding(1, 0.85), changes);
  switch (visitor) {
    case 'kurt':
      return analysis([kurts()]);
    case 'ada':
      return analysis([face(embedding(2, 0.9))]);
    case 'near miss':
      return analysis([face(embedding(1, 0.65))]);
    case 'stranger':
      return analysis([face(embedding(5))]);
    case 'print':
      return analysis([kurts({ antispoof: 0.1 })]);
    case 'phone':
      return analysis([kurts()], ['person', 'cell phone']);
    case 'two':
      return analysis([kurts(), face(embedding(5), { box: [300, 100, 420, 220] })]);
    case 'blurred':
      return analysis([kurts({ sharpness: 5 })]);
    case 'cat':
      return analysis([], ['cat']);
  }
}

interface Shown {
  visitor: Visitor;
  flaw: Flaw | null;
}

const shownIn = new WeakMap<Picture, Shown>();

export class FaultyCamera implements Camera {
  readonly id: string;
  readonly name: string;
  readonly #clock: Clock;
  readonly #queue: Frame[] = [];
  #onTrigger: (trigger: Trigger) => void = () => {};
  #wake = () => {};

  constructor(name: string, clock: Clock) {
    this.id = name.toLowerCase();
    this.name = name;
    this.#clock = clock;
  }

  async start(onTrigger: (trigger: Trigger) => void): Promise<void> {
    this.#onTrigger = onTrigger;
  }

  trigger(kind: TriggerKind): void {
    this.#onTrigger({ kind, at: this.#clock.now() });
  }

  show(visitor: Visitor, flaw: Flaw | null): void {
    const picture: Picture = { kind: 'encoded', bytes: new Uint8Array() };
    shownIn.set(picture, { visitor, flaw });
    const age = flaw === 'stale' ? 8000 : flaw === 'out of order' ? 1500 : flaw === 'from the future' ? -5000 : 0;
    this.#queue.push({ picture, takenAt: this.#clock.now() - age, live: flaw !== 'recorded' });
    this.#wake();
  }

  async *frames(_trigger: Trigger, signal: AbortSignal): AsyncGenerator<Frame> {
    // Whoever was shown before this visit began is not part of it.
    this.#queue.length = 0;
    while (!signal.aborted) {
      const frame = this.#queue.shift();
      if (frame) yield frame;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
    }
  }

  async stop(): Promise<void> {}
}

export function faultyVision(clock: Clock, alive: () => boolean): Vision {
  return {
    async analyze(picture) {
      const shown = shownIn.get(picture);
      if (!shown || !alive()) throw new Error('nothing is shown');
      if (shown.flaw === 'vision hangs') await new Promise<void>((resolve) => void clock.after(10_000, resolve));
      if (shown.flaw?.startsWith('vision')) throw new Error('The vision process was restarted.');
      return sightOf(shown.visitor);
    },
    thumbnail: async () => new Uint8Array([0xff, 0xd8]),
  };
}
