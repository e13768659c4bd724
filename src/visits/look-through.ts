/** What a recording shows, frame by frame: for the history alone. No doorkeeper and no lock can be reached from here. */
import type { Frame } from '../cameras/camera.ts';
import type { IgnoredFace } from '../people/ignored.ts';
import { Gallery, type Person } from '../people/people.ts';
import type { Analysis, Picture } from '../vision/analysis.ts';
import { drawBest } from './best-frame.ts';
import { Findings, type Recognition } from './findings.ts';
import type { Recorded, VisitTimes } from './visit.ts';

export interface LookThroughPorts {
  vision: {
    analyze(
      picture: Picture,
      options: { minConfidence: number; signal: AbortSignal; background: true },
    ): Promise<Analysis>;
    thumbnail(picture: Picture, width: number): Promise<Uint8Array>;
  };
  people: readonly Person[];
  /** Faces the owner wants to hear nothing of. */
  ignored: readonly IgnoredFace[];
  recognition: Recognition;
  /** Least confidence of an object, 0 to 1. */
  minConfidence: number;
  /** Awaited before each frame: whoever has more of a hurry goes first. */
  myTurn(): Promise<void>;
}

export interface Shown extends Omit<Recorded, 'sentence'> {
  ms: Omit<VisitTimes, 'decision' | 'unlock'>;
}

/** A minute at three frames a second: who comes to a door has come by then. */
const mostFrames = 180;
/** So many frames after somebody was named, no more is to be learnt; a face like nobody's takes longer to be sure of. */
const enoughNamed = 6;
const enoughStranger = 12;

/** Looks one frame after another. Rejects with what the frames rejected with, or the vision process where it saw none. */
export async function lookThrough(
  frames: AsyncIterable<Frame>,
  { vision, people, ignored, recognition, minConfidence, myTurn }: LookThroughPorts,
  signal: AbortSignal,
): Promise<Shown> {
  const options = { minConfidence, signal, background: true } as const;
  const findings = new Findings(new Gallery(people), recognition);
  let failure: unknown = null;
  let [looked, named] = [0, 0];
  for await (const frame of frames) {
    await myTurn();
    signal.throwIfAborted();
    try {
      findings.add({ ...frame, live: false }, await vision.analyze(frame.picture, options));
    } catch (error) {
      signal.throwIfAborted();
      failure = error;
    }
    named += Number(findings.identity.kind === 'person');
    if (++looked === mostFrames || named === enoughNamed || findings.strangerFrames === enoughStranger) break;
  }
  signal.throwIfAborted();
  if (findings.frames === 0 && failure) throw failure;
  const { identity, detections, faces, times } = findings;
  const seen = { identity, frames: findings.frames, detections, faces, ignored: findings.isIgnored(ignored) };
  await myTurn();
  return { ...seen, bestFrame: await drawBest(findings.bestFrame, vision), ms: times };
}

/** It shows more than the visit saw, which was somebody without a face, or nothing. */
export function showsMore(
  { identity, detections }: Pick<Shown, 'identity' | 'detections'>,
  sawPerson: boolean,
): boolean {
  if (identity.kind !== 'nobody') return true;
  return sawPerson ? detections.some(({ label }) => label === 'person') : detections.length > 0;
}

/** What was seen in a recording, as a sentence that goes after that of the visit. */
export function recordedSentence({ identity, detections }: Pick<Shown, 'identity' | 'detections'>): string {
  if (identity.kind === 'person') return `Its recording shows ${identity.name}.`;
  if (identity.kind === 'stranger') return 'Its recording shows a stranger.';
  const labels = [...new Set(detections.map(({ label }) => label))];
  if (labels.includes('person')) return 'Its recording shows someone whose face could not be made out.';
  return `Its recording shows ${labels.length > 0 ? `only ${labels.join(', ')}` : 'nothing known'}.`;
}
