/** Whom a face is nearest to, and what may be enrolled. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { enrolmentFace, enrolmentLimits } from '../../src/people/enrolment.ts';
import { cosine, Gallery, meanEmbedding, type Person } from '../../src/people/people.ts';
import { analysis, embedding, face } from '../visits/house.ts';

const person = (id: number, ...templates: Float32Array[]): Person => {
  return { id, name: `p${id}`, displayName: `P${id}`, templates };
};

const vectors = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 })
  .filter((values) => Math.hypot(...values) > 0.1)
  .map((values) => Float32Array.from(values, (value) => value / Math.hypot(...values)));

describe('Gallery', () => {
  it('has nobody to offer where nobody is enrolled, or nobody has a template', () => {
    expect(new Gallery([]).nearest(embedding(1))).toBeNull();
    expect(new Gallery([person(1)]).nearest(embedding(1))).toBeNull();
  });

  it('finds the person with the greatest similarity, and how far the second is behind', () => {
    fc.assert(
      fc.property(fc.array(vectors, { minLength: 2, maxLength: 6 }), vectors, (templates, probe) => {
        const people = templates.map((template, index) => person(index, template));
        const sorted = templates.map((template) => cosine(template, probe)).sort((a, b) => b - a);
        const match = new Gallery(people).nearest(probe);
        expect(match?.similarity).toBeCloseTo(sorted[0] as number, 5);
        expect(match?.margin).toBeCloseTo((sorted[0] as number) - (sorted[1] as number), 5);
      }),
    );
  });

  it('means several pictures of a person into one template', () => {
    const template = meanEmbedding([embedding(1), embedding(2)]) as Float32Array;
    expect(cosine(template, template)).toBeCloseTo(1, 5);
    const match = new Gallery([person(1, embedding(1), embedding(2))]).nearest(embedding(1));
    expect(match?.similarity).toBeCloseTo(Math.SQRT1_2, 5);
    expect(match?.margin).toBeCloseTo(1 + Math.SQRT1_2, 5);
  });
});

describe('enrolmentFace', () => {
  const me = embedding(1);
  const beside = (size: number) => face(embedding(2), { size });

  it.each([
    ['no face', [], 'no face was found'],
    ['only a doubtful face', [face(me, { confidence: 0.3 })], 'no face was found'],
    ['two faces of a size', [face(me), beside(100)], '2 faces were found'],
    ['a small face', [face(me, { size: enrolmentLimits.pixels - 1 })], 'too small'],
    ['a blurred face', [face(me, { sharpness: enrolmentLimits.sharpness - 1 })], 'blurred'],
    ['a face turned away', [face(me, { pose: { yaw: -31, pitch: 0, roll: 0 } })], 'turned to the side'],
    ['a face looking up', [face(me, { pose: { yaw: 0, pitch: -26, roll: 0 } })], 'looks up or down'],
    ['somebody else', [face(embedding(2))], 'unlike the pictures enrolled before'],
  ])('refuses %s and says so', (_what, faces, problem) => {
    expect(enrolmentFace(analysis(faces), [me])).toEqual({ ok: false, problem: expect.stringContaining(problem) });
  });

  it('takes the one good face, and the large one before somebody far behind', () => {
    expect(enrolmentFace(analysis([face(me)]), [me])).toMatchObject({ ok: true });
    const found = enrolmentFace(analysis([beside(40), face(me)]), []);
    expect(found.ok && found.face.embedding).toBe(me);
  });
});
