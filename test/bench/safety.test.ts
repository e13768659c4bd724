/** The safety bench can fail: people who look alike are counted where they get in, and nobody else is. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import type { Analysis, Face } from '../../src/vision/analysis.ts';
import { visitRules } from '../../src/visit-rules.ts';
import { type Subject, subject } from './safety/album.ts';
import { bootstrap, ruleOfThree } from './safety/bounds.ts';
import { verify } from './safety/full-path.ts';
import { type Outcome, opens } from './safety/judge.ts';
import { Likeness } from './safety/likeness.ts';
import { seeded } from './safety/random.ts';
import { report } from './safety/report.ts';
import { falseUnlocks, type Result, run } from './safety/run.ts';
import { judged, type Tally } from './safety/tally.ts';
import { Trials } from './safety/trials.ts';

const dimensions = 32;
const parsed = parseConfig({ unlock: { mode: 'auto' } });
if (!parsed.ok) throw new Error(parsed.problems.join(' '));
const rules = visitRules(parsed.config, { mode: 'auto', timeZone: 'UTC' });

const good: Omit<Face, 'embedding'> = {
  box: [75, 75, 175, 175],
  landmarks: {
    rightEye: [105, 110],
    leftEye: [145, 110],
    nose: [125, 130],
    mouth: [125, 150],
    rightEar: [80, 120],
    leftEar: [170, 120],
  },
  confidence: 0.95,
  pose: { yaw: 0, pitch: 0, roll: 0 },
  size: 100,
  sharpness: 100,
  antispoof: 0.8,
  liveness: 0.9,
};

const noise = seeded(7);

/** A face that points along `axis`, with a little of everything else; two of one axis are about 0.97 alike. */
function face(axis: number, changes: Partial<Face> = {}): Face {
  const values = Float32Array.from({ length: dimensions }, (_, at) =>
    at === axis ? 1 : (noise.below(1000) - 500) / 8000,
  );
  const length = Math.hypot(...values);
  return { ...good, embedding: values.map((value) => value / length), ...changes };
}

function picture(...faces: Face[]): Analysis {
  return {
    width: 250,
    height: 250,
    objects: [],
    faces,
    ms: { decode: 0, objects: 0, faces: 0, embeddings: 0, models: 0, total: 0 },
  };
}

function person(name: string, axis: number, pictures = 8, changes: Partial<Face> = {}): Subject {
  const taken = Array.from({ length: pictures }, () => picture(face(axis, changes)));
  return subject(name, taken);
}

const strangers = [person('Ada', 0), person('Ben', 1), person('Cleo', 2), person('Dan', 3, 1)];
const twin = person('Aida', 0);

function replay(album: readonly Subject[], householdSizes = [1]): Result {
  return run(album, rules, { trials: 400, checks: 400, seed: 1, householdSizes });
}

function tallyOf(result: Result, size = 1): Tally {
  return result.tallies.get(size) as Tally;
}

describe('the safety bench', () => {
  it('lets in residents and no stranger where nobody looks alike', () => {
    const { impostors, genuine } = tallyOf(replay(strangers));
    expect(impostors).toMatchObject({ visits: 400, refused: 0 });
    expect(impostors.opened[0]).toBe(0);
    expect(genuine.opened[0]).toBe(genuine.visits);
    expect(genuine.asAnother[0]).toBe(0);
  });

  it('counts a false unlock each time a twin comes to the door, and says so', () => {
    const result = replay([...strangers, twin]);
    const pairs = result.trials.pairs.length;
    // Ada at Aida's door, and Aida at Ada's.
    expect(pairs).toBe(16);
    expect(falseUnlocks(result)).toBe((400 / pairs) * 2);
    expect(report(result, rules)).toMatch(/50 false unlocks happened/);
    expect(report(result, rules)).toContain('Aida for Ada');
  });

  it('counts a false unlock by somebody of whom there is one picture only', () => {
    const result = replay([...strangers, person('Aida', 0, 1)]);
    expect(falseUnlocks(result)).toBeGreaterThan(0);
    expect(tallyOf(result).similarities.stillImpostors.length).toBeGreaterThan(0);
  });

  it('refuses both of two twins who live in one household, by the margin between them', () => {
    const trials = new Trials([person('Ada', 0), twin, person('Ben', 1)], seeded(3));
    const seen = { twins: 0, others: 0 };
    trials.residentsAtTheirDoor(60, 2, rules, ({ household, visitor }, visit, outcome) => {
      const twins = household.every((member) => member.subject < 2);
      seen[twins ? 'twins' : 'others']++;
      expect(opens(visit, outcome, rules.unlock)).toBe(!twins);
      if (!twins) expect(outcome?.nearest.subject).toBe(visitor);
    });
    expect(Math.min(seen.twins, seen.others)).toBeGreaterThan(0);
  });

  it.each([
    ['a blurred face', [face(0, { sharpness: 1 })]],
    ['a second face', [face(0), face(5, { box: [0, 75, 90, 165], size: 90 })]],
    ['no face', []],
  ])('tells visits with %s from those that were judged', (_what, faces) => {
    const unfit = { ...twin, pictures: [picture(...faces)], enrollable: [] };
    const result = replay([...strangers, unfit]);
    const { impostors } = tallyOf(result);
    expect(impostors.refused).toBe(400 / 4);
    expect(judged(impostors)).toBe(400 - 400 / 4);
    expect(falseUnlocks(result)).toBe(0);
  });

  it('comes to the same figures with the same seed', () => {
    expect(report(replay([...strangers, twin], [1, 2]), rules)).toBe(
      report(replay([...strangers, twin], [1, 2]), rules),
    );
  });

  it('says what is missing where nobody can be enrolled', () => {
    expect(() => replay([person('Ada', 0, 4), person('Ben', 1, 1)])).toThrow(/Nobody can be enrolled/);
  });
});

describe('the check of the arithmetic', () => {
  const trials = new Trials([...strangers, twin], seeded(3));

  it('passes where the product says the same', () => {
    trials.impostors(50, 2, rules, (...seen) => expect(() => verify(trials, ...seen, rules)).not.toThrow());
    trials.residentsAtTheirDoor(50, 2, rules, (...seen) => expect(() => verify(trials, ...seen, rules)).not.toThrow());
  });

  it.each<[string, Partial<Outcome>]>([
    ['another decision', { unanimous: false }],
    ['another similarity', { similarity: 0.9 }],
    ['another margin', { margin: 0.5 }],
  ])('fails loudly where the product comes to %s', (_what, wrong) => {
    trials.residentsAtTheirDoor(5, 1, rules, (trial, visit, outcome) => {
      const tampered = { ...(outcome as Outcome), ...wrong };
      expect(() => verify(trials, trial, visit, tampered, rules)).toThrow(/The arithmetic is not the policy/);
    });
  });

  it('fails loudly where the product refuses a stranger whom the arithmetic lets in', () => {
    let tried = 0;
    trials.impostors(5, 1, rules, (trial, visit, outcome) => {
      if (!outcome || outcome.similarity > 0.5) return;
      tried++;
      const tampered = { ...outcome, similarity: 0.95, weakest: 0.95 };
      expect(() => verify(trials, trial, visit, tampered, rules)).toThrow(/refuses/);
    });
    expect(tried).toBeGreaterThan(0);
  });
});

describe('the arithmetic of likeness', () => {
  it('is that of normalised means', () => {
    const faces = [face(0), face(0), face(1), face(2)];
    const likeness = new Likeness(faces);
    const mean = (some: Face[]) =>
      Array.from({ length: dimensions }, (_, at) => sum(some.map(({ embedding }) => embedding[at] as number)));
    const [a, b] = [mean(faces.slice(0, 2)), mean(faces.slice(2))];
    const cosine = sum(a.map((value, at) => value * (b[at] as number))) / (Math.hypot(...a) * Math.hypot(...b));
    expect(likeness.between([0, 1], [2, 3])).toBeCloseTo(cosine, 6);
  });
});

describe('the bounds', () => {
  it('is 3 in n where nothing happened in n, and never over one', () => {
    expect(ruleOfThree(300)).toBeCloseTo(0.01);
    expect(ruleOfThree(1)).toBe(1);
  });

  it('is wider where one pair of people did it all than where every pair did a little', () => {
    const pairs = (hits: (resident: number) => number) =>
      Array.from({ length: 10 }, (_, resident) => ({
        resident,
        visitor: 10 + resident,
        judged: 100,
        opened: [hits(resident)],
        highest: 0,
      }));
    const [one] = bootstrap(
      pairs((resident) => (resident === 0 ? 100 : 0)),
      20,
      400,
      seeded(1),
    );
    const [all] = bootstrap(
      pairs(() => 10),
      20,
      400,
      seeded(1),
    );
    expect(all).toBeCloseTo(0.1, 10);
    expect(one).toBeGreaterThan(0.2);
  });
});

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
