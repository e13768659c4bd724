/**
 * Faces the owner wants to hear nothing of: the postman, a neighbour, a statue. They only mute; no gate of the door ever
 * sees them. Pure.
 */
import { cosine, type Gallery, meanEmbedding } from './people.ts';

export interface IgnoredFace {
  id: number;
  /** L2-normalised. */
  embedding: Float32Array;
}

/** The embeddings of one face over the frames of a visit, those good enough to be recognised. */
export type SeenTrack = readonly Float32Array[];

/**
 * Least cosine similarity of a face, as the mean of its pictures, to the one picture it was ignored from. On LFW somebody
 * else's single picture comes so near once in a hundred thousand times: an alert about a stranger that is not told is worse
 * than one too many about the postman. With the limit for each picture, 2 of 231,660 visits of three pictures by somebody
 * else were muted, and 68 % of those by the same person.
 */
export const ignoredLikeness = 0.716;

/** And of each single picture: whoever takes the postman's place before the camera is told of. One in a thousand on LFW. */
export const ignoredLikenessOfEach = 0.631;

/**
 * Whether a visit showed ignored faces and no other. An ignored face that is like somebody enrolled counts for nothing:
 * `namedAt` is the least similarity at which a face gets a name.
 */
export function showsOnlyIgnored(
  tracks: readonly SeenTrack[],
  ignored: readonly IgnoredFace[],
  gallery: Gallery,
  namedAt: number,
): boolean {
  const muting = ignored.filter(({ embedding }) => resembles(embedding, gallery, namedAt) === null);
  const seen = tracks.filter((track) => track.length > 0);
  return seen.length > 0 && seen.every((track) => muting.some(({ embedding }) => isLike(track, embedding)));
}

/** The enrolled person a face is so like that it must not be ignored; null where there is none. */
export function resembles(
  embedding: Float32Array,
  gallery: Gallery,
  namedAt: number,
): { name: string; similarity: number } | null {
  const match = gallery.nearest(embedding);
  if (!match || match.similarity < namedAt) return null;
  return { name: match.person.displayName, similarity: match.similarity };
}

/** Whether all pictures of a face show the ignored one. */
export function isLike(track: SeenTrack, ignored: Float32Array): boolean {
  const mean = meanEmbedding(track);
  if (!mean || cosine(mean, ignored) < ignoredLikeness) return false;
  return track.every((embedding) => cosine(embedding, ignored) >= ignoredLikenessOfEach);
}
