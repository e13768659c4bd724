/** Enrolled people, and which of them a face is nearest to. Pure: embeddings in, similarities out. */

export interface Person {
  id: number;
  /** Unique, as typed at enrolment. */
  name: string;
  displayName: string;
  /** One L2-normalised embedding of 1024 numbers for each enrolled picture. */
  templates: Float32Array[];
}

export interface Match {
  person: Person;
  /** Cosine similarity to the person's template, -1 to 1. */
  similarity: number;
  /** How far the second-nearest person is behind; the similarity itself plus 1 where only one is enrolled. */
  margin: number;
}

/** The dot product, which for L2-normalised embeddings is the cosine of the angle between them. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** The L2-normalised mean of embeddings; an empty list has none. */
export function meanEmbedding(embeddings: readonly Float32Array[]): Float32Array | null {
  const first = embeddings[0];
  if (!first) return null;
  const mean = new Float32Array(first.length);
  for (const embedding of embeddings) {
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + (embedding[i] as number);
  }
  const length = Math.sqrt(cosine(mean, mean));
  if (length === 0) return null;
  return mean.map((value) => value / length);
}

/** The enrolled people, each as one template: the normalised mean of their embeddings. */
export class Gallery {
  readonly #templates: { person: Person; template: Float32Array }[] = [];

  constructor(people: readonly Person[]) {
    for (const person of people) {
      const template = meanEmbedding(person.templates);
      if (template) this.#templates.push({ person, template });
    }
  }

  get size(): number {
    return this.#templates.length;
  }

  /** The nearest person, or null where nobody is enrolled. */
  nearest(embedding: Float32Array): Match | null {
    let best: { person: Person; similarity: number } | null = null;
    let second = -1;
    for (const { person, template } of this.#templates) {
      const similarity = cosine(embedding, template);
      if (!best || similarity > best.similarity) {
        second = best?.similarity ?? -1;
        best = { person, similarity };
      } else if (similarity > second) second = similarity;
    }
    return best && { ...best, margin: best.similarity - second };
  }
}
