/** Similarities of templates and fused faces by arithmetic over the dot products of all faces, which are taken once. */
import { cosine } from '../../../src/people/people.ts';
import type { Face } from '../../../src/vision/analysis.ts';

/** A face by its row in the table. */
export type FaceId = number;

export class Likeness {
  readonly #ids = new Map<Face, FaceId>();
  readonly #products: Float64Array;
  readonly #count: number;

  constructor(faces: readonly Face[]) {
    this.#count = faces.length;
    this.#products = new Float64Array(faces.length ** 2);
    faces.forEach((face, id) => {
      this.#ids.set(face, id);
      for (let other = 0; other <= id; other++) {
        const product = cosine(face.embedding, (faces[other] as Face).embedding);
        this.#products[id * this.#count + other] = product;
        this.#products[other * this.#count + id] = product;
      }
    });
  }

  idOf(face: Face): FaceId {
    const id = this.#ids.get(face);
    if (id === undefined) throw new Error('a face that is not in the table');
    return id;
  }

  /** The dot product of one face with the sum of others. */
  with(face: FaceId, others: readonly FaceId[]): number {
    const row = face * this.#count;
    let sum = 0;
    for (let i = 0; i < others.length; i++) sum += this.#products[row + (others[i] as number)] as number;
    return sum;
  }

  /** The length of the sum of faces. */
  length(faces: readonly FaceId[]): number {
    let sum = 0;
    for (let i = 0; i < faces.length; i++) sum += this.with(faces[i] as number, faces);
    return Math.sqrt(sum);
  }

  /** The cosine similarity of the means of two sets of faces. */
  between(some: readonly FaceId[], others: readonly FaceId[]): number {
    const product = some.reduce((sum, face) => sum + this.with(face, others), 0);
    return product / (this.length(some) * this.length(others));
  }
}
