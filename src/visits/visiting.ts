/** One visit, from its trigger to its decision: frames go to the vision process, the policy is asked after each. */
import type { Camera, Frame, Trigger } from '../cameras/camera.ts';
import type { Clock } from '../clock.ts';
import { reason } from '../log.ts';
import type { IgnoredFace } from '../people/ignored.ts';
import { barredFromAuto, lookAlikes } from '../people/look-alikes.ts';
import { Gallery, type Person } from '../people/people.ts';
import { freshGuard } from '../policy/guard.ts';
import { decideUnlock, isSettled } from '../policy/unlock.ts';
import type { UnlockRules } from '../policy/unlock-input.ts';
import type { Analysis, Picture } from '../vision/analysis.ts';
import { drawBest } from './best-frame.ts';
import type { Doorkeeper, Verdict, VisitEvidence } from './doorkeeper.ts';
import { Findings, type Recognition } from './findings.ts';
import { sentenceFor } from './sentence.ts';
import type { Visit } from './visit.ts';

export interface LookOptions {
  minConfidence: number;
  signal: AbortSignal;
  /** Asked when the picture's turn comes, for one that has come since. */
  newer?(): Picture | undefined;
}

/** What the pipeline needs of the vision process. */
export interface Vision {
  analyze(picture: Picture, options: LookOptions): Promise<Analysis>;
  /** A JPEG, `width` pixels wide at most. */
  thumbnail(picture: Picture, width: number): Promise<Uint8Array>;
}

export interface VisitRules {
  unlock: UnlockRules;
  recognition: Recognition;
  /** Least confidence of an object, 0 to 1. */
  minConfidence: number;
}

export interface VisitPorts {
  vision: Vision;
  clock: Clock;
  rules: VisitRules;
  /** Hears of every frame looked at. */
  onAnalysis(camera: Camera, analysis: Analysis, frame: Frame): void;
}

/** A face seen this many times the frames that naming needs, and like nobody enrolled, is settled to be a stranger. */
const strangerFactor = 3;

export class Visiting {
  readonly #camera: Camera;
  readonly #doorkeeper: Doorkeeper | null;
  readonly #ports: VisitPorts;
  readonly #people: Promise<readonly Person[]>;
  #findings: Findings;
  #barred: ReadonlySet<number> = new Set();
  #trigger: Trigger;
  #failure: string | null = null;

  constructor(
    camera: Camera,
    trigger: Trigger,
    doorkeeper: Doorkeeper | null,
    people: Promise<readonly Person[]>,
    ports: VisitPorts,
  ) {
    this.#camera = camera;
    this.#trigger = trigger;
    this.#doorkeeper = doorkeeper;
    this.#ports = ports;
    this.#findings = new Findings(new Gallery([]), ports.rules.recognition);
    this.#people = people;
  }

  /** Another trigger while the visit runs belongs to it; a press of the bell is what the visit is then known by. */
  join(trigger: Trigger): void {
    if (trigger.kind === 'ding' && this.#trigger.kind !== 'ding') this.#trigger = { ...this.#trigger, kind: 'ding' };
    if (trigger.recordingId && !this.#trigger.recordingId)
      this.#trigger = { ...this.#trigger, recordingId: trigger.recordingId };
  }

  /** Looks until it is decided, the camera has no more frames, or `signal` aborts. Never throws. */
  async look(signal: AbortSignal): Promise<Verdict> {
    const { rules } = this.#ports;
    const people = await this.#people;
    this.#findings = new Findings(new Gallery(people), rules.recognition);
    this.#barred = barredFromAuto(lookAlikes(people, rules.unlock.threshold));
    const enough = new AbortController();
    let verdict = this.#consider();
    try {
      for await (const frame of this.#camera.frames(this.#trigger, AbortSignal.any([signal, enough.signal]))) {
        await this.#see(frame, signal);
        // What was seen still goes into the history, but a visit that was ended opens nothing any more.
        if (signal.aborted) break;
        verdict = this.#consider();
        if (verdict.opening || this.#isSettled(verdict)) break;
      }
    } catch (error) {
      this.#failure = `${this.#camera.name} gave no more pictures: ${reason(error)}`;
    }
    enough.abort();
    return verdict;
  }

  async #see(frame: Frame, signal: AbortSignal): Promise<void> {
    const { vision, rules, onAnalysis } = this.#ports;
    let seen = frame;
    // Where several cameras share the models, a picture that waits is too old to open a door.
    const newer = () => {
      seen = frame.newer?.() ?? seen;
      return seen.picture;
    };
    try {
      const analysis = await vision.analyze(frame.picture, { minConfidence: rules.minConfidence, signal, newer });
      this.#findings.add(seen, analysis);
      onAnalysis(this.#camera, analysis, seen);
    } catch (error) {
      // A visit that was ended did not fail.
      if (!signal.aborted) this.#failure = reason(error);
    }
  }

  #consider(): Verdict {
    const evidence = this.#evidence();
    if (this.#doorkeeper) return this.#doorkeeper.consider(evidence);
    const now = this.#ports.clock.now();
    return { decision: decideUnlock({ ...evidence, now, guard: freshGuard, lock: null, armed: false }), opening: null };
  }

  #evidence(): VisitEvidence {
    const candidate = this.#findings.candidate(this.#ports.clock.now());
    return {
      rules: this.#ports.rules.unlock,
      candidate,
      barred: this.#barred,
      sightings: this.#findings.mainTrack,
      rang: this.#trigger.kind === 'ding',
    };
  }

  /** More frames would change nothing: a stranger seen often enough, or a person whom only a standing gate keeps out. */
  #isSettled({ decision }: Verdict): boolean {
    if (this.#findings.strangerFrames >= this.#ports.rules.unlock.frames * strangerFactor) return true;
    return isSettled(decision) && this.#findings.identity.kind === 'person';
  }

  /** Waits for the lock, and tells the visit. `ignored` are faces that only mute. Never throws. */
  async conclude({ decision, opening }: Verdict, ignored: readonly IgnoredFace[]): Promise<Visit> {
    const { clock } = this.#ports;
    const decidedAt = clock.now();
    const evidence = this.#evidence();
    const opened = await opening;
    if (!opened) await this.#doorkeeper?.refused(evidence, decision);
    const findings = this.#findings;
    const outcome = {
      trigger: this.#trigger.kind,
      identity: findings.identity,
      decision,
      unlocked: opened?.unlocked ?? false,
      lockId: this.#doorkeeper?.lockId ?? null,
      lockError: opened?.error ?? null,
      failure: this.#failure,
      frames: findings.frames,
      detections: findings.detections,
    };
    return {
      ...outcome,
      cameraId: this.#camera.id,
      triggeredAt: this.#trigger.at,
      decidedAt,
      recordingId: this.#trigger.recordingId ?? null,
      bestFrame: await drawBest(findings.bestFrame, this.#ports.vision),
      faces: findings.faces,
      ignored: findings.isIgnored(ignored),
      sentence: sentenceFor({ ...outcome, cameraName: this.#camera.name, candidate: evidence.candidate }),
      ms: { ...findings.times, decision: decidedAt - this.#trigger.at, unlock: opened?.ms ?? null },
    };
  }
}
