/** One visit, frame by frame. */
import { expect, it } from 'vitest';
import type { Camera, Frame } from '../../src/cameras/camera.ts';
import type { Picture } from '../../src/vision/analysis.ts';
import { type Vision, Visiting } from '../../src/visits/visiting.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { analysis, embedding, face, kurt, rules } from './house.ts';

it('looks at the newest frame when its turn comes, and takes what it saw for that frame’s', async () => {
  const clock = new VirtualClock();
  const picture = (): Picture => ({ kind: 'encoded', bytes: new Uint8Array() });
  const newer: Frame = { picture: picture(), takenAt: clock.now(), live: true };
  const old: Frame = { picture: picture(), takenAt: clock.now() - 10_000, live: true, newer: () => newer };
  const looked: Picture[] = [];
  const vision: Vision = {
    async analyze(given, options) {
      looked.push(options.newer?.() ?? given);
      return analysis([face(embedding(1, 0.85))]);
    },
    thumbnail: async () => new Uint8Array(),
  };
  const camera: Camera = {
    id: 'front-door',
    name: 'Front Door',
    start: async () => undefined,
    stop: async () => undefined,
    async *frames() {
      yield old;
    },
  };
  const heard: Frame[] = [];
  const onAnalysis = (_: Camera, __: unknown, frame: Frame) => heard.push(frame);
  const trigger = { kind: 'ding', at: clock.now() } as const;
  const visiting = new Visiting(camera, trigger, null, Promise.resolve([kurt]), { vision, clock, rules, onAnalysis });
  const visit = await visiting.conclude(await visiting.look(new AbortController().signal), []);
  expect(looked).toEqual([newer.picture]);
  expect(heard).toEqual([newer]);
  expect(visit.bestFrame?.takenAt).toBe(newer.takenAt);
});
