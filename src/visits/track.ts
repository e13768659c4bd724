/** Which faces of successive frames are the same one: a track. Pure. */

import type { Frame } from '../cameras/camera.ts';
import { type Gallery, meanEmbedding } from '../people/people.ts';
import type { Sighting } from '../policy/sighting.ts';
import type { Candidate } from '../policy/unlock.ts';
import { type Analysis, type Box, certainFace, type Face } from '../vision/analysis.ts';

/** A sighting with the face it was made from. */
export interface TrackedFace extends Sighting {
  face: Face;
}

/** One face over successive frames, oldest first. */
export type Track = readonly TrackedFace[];

/** A face may be gone for this long and still be the same track, milliseconds. */
const longestGap = 3000;

/** Faces at least this large beside another, as a share of it, stand at the door with it. */
const nearShare = 0.5;

/** The faces of one frame, each with the enrolled person it is nearest to. */
export function sight(analysis: Analysis, frame: Frame, gallery: Gallery): TrackedFace[] {
  const faces = analysis.faces.filter(({ confidence }) => confidence >= certainFace);
  return faces.map((face) => {
    const match = gallery.nearest(face.embedding);
    return {
      takenAt: frame.takenAt,
      live: frame.live,
      box: face.box,
      personId: match?.person.id ?? null,
      similarity: match?.similarity ?? -1,
      facesNear: faces.filter((other) => other.size >= face.size * nearShare).length,
      size: face.size,
      sharpness: face.sharpness,
      yaw: face.pose.yaw,
      pitch: face.pose.pitch,
      antispoof: face.antispoof,
      face,
    };
  });
}

/** The tracks with one more frame's faces: each face goes on with the track it overlaps most, or begins one. */
export function extendTracks(tracks: readonly Track[], faces: readonly TrackedFace[]): Track[] {
  const extended: TrackedFace[][] = tracks.map((track) => [...track]);
  const taken = new Set<TrackedFace[]>();
  for (const face of [...faces].sort((a, b) => b.size - a.size)) {
    const nearest = extended
      .filter((track) => !taken.has(track))
      .map((track) => ({ track, overlap: follows(track.at(-1), face) }))
      .filter(({ overlap }) => overlap > 0)
      .sort((a, b) => b.overlap - a.overlap)[0];
    const track = nearest?.track ?? [];
    if (!nearest) extended.push(track);
    track.push(face);
    taken.add(track);
  }
  return extended;
}

/** Overlap of the two boxes, each enlarged to twice its size because people move between frames; 0 where too long ago. */
function follows(last: TrackedFace | undefined, next: TrackedFace): number {
  if (!last || Math.abs(next.takenAt - last.takenAt) > longestGap) return 0;
  return intersectionOverUnion(enlarge(last.box, 2), enlarge(next.box, 2));
}

function enlarge([x1, y1, x2, y2]: Box, factor: number): Box {
  const [dx, dy] = [((x2 - x1) * (factor - 1)) / 2, ((y2 - y1) * (factor - 1)) / 2];
  return [x1 - dx, y1 - dy, x2 + dx, y2 + dy];
}

function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = (box: Box) => (box[2] - box[0]) * (box[3] - box[1]);
  return (width * height) / (area(a) + area(b) - width * height);
}

/**
 * Whom a track's faces are taken for: the person most of them are nearest to (among those over `frameThreshold`, where
 * there are any), seen as the mean of those faces' embeddings. Null for no faces or nobody enrolled.
 */
export function candidateOf(faces: readonly TrackedFace[], gallery: Gallery, frameThreshold: number): Candidate | null {
  const over = faces.filter((face) => face.similarity >= frameThreshold);
  const voting = over.length > 0 ? over : faces;
  const votes = new Map<number, TrackedFace[]>();
  for (const face of voting) {
    if (face.personId !== null) votes.set(face.personId, [...(votes.get(face.personId) ?? []), face]);
  }
  const strength = (group: TrackedFace[]) => group.reduce((sum, face) => sum + face.similarity, 0) / group.length;
  const winner = [...votes.values()].sort((a, b) => b.length - a.length || strength(b) - strength(a))[0];
  const mean = winner && meanEmbedding(winner.map(({ face }) => face.embedding));
  const match = mean && gallery.nearest(mean);
  if (!match) return null;
  return {
    personId: match.person.id,
    name: match.person.displayName,
    similarity: match.similarity,
    margin: match.margin,
  };
}
