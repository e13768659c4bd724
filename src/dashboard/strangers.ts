/** Strangers who came back: faces of strangers' visits, put together where they are alike. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isLike } from '../people/ignored.ts';
import { cosine, meanEmbedding } from '../people/people.ts';
import { storedEmbedding } from '../store/columns.ts';
import type { Reads } from '../store/database.ts';
import { readIgnored } from '../store/ignored.ts';
import type { ReturningStranger, Strangers } from './api-types.ts';
import type { Range } from './range.ts';

/**
 * Least cosine to the mean of a stranger's faces. One picture against one of somebody else reaches it once in ten
 * thousand times (LFW); a stranger split in two is better than two made one.
 */
const alike = 0.678;

/** The newest faces that are compared: each one with each stranger found so far. */
const mostFaces = 200;

/** Faces compared before others get their turn on the event loop. */
const facesAtOnce = 16;

const eventsShown = 12;

interface FaceRow {
  face: number;
  event: number;
  at: string;
  thumbnail: string | null;
  embedding: Buffer;
}

interface Cluster {
  embeddings: Float32Array[];
  mean: Float32Array;
  faces: Omit<FaceRow, 'embedding'>[];
}

/** `term` is the word of the index that stands for strangers. Those nobody wants to hear of are left out. */
export async function returningStrangers(reads: Reads, range: Range, term: string): Promise<Strangers> {
  const rows = await reads.all<FaceRow>(
    `SELECT f.id AS face, e.id AS event, e.recorded_at AS at, e.thumbnail_path AS thumbnail, f.embedding
      FROM event_terms t CROSS JOIN event_order o ON o.moment = t.rowid CROSS JOIN events e ON e.id = o.event_id
        CROSS JOIN faces f ON f.event_id = e.id
      WHERE event_terms MATCH ? AND e.recorded_at >= ? AND e.recorded_at < ?
        AND e.ignored = 0 AND f.person_name IS NULL AND f.embedding IS NOT NULL
      ORDER BY t.rowid DESC LIMIT ?`,
    [term, range.from, range.to, mostFaces],
  );
  const ignored = await readIgnored(reads);
  const clusters: Cluster[] = [];
  for (const [index, { embedding: blob, ...face }] of rows.entries()) {
    const embedding = storedEmbedding(blob);
    // Those of visits from before the face was ignored.
    if (!ignored.some((one) => isLike([embedding], one.embedding))) join(clusters, embedding, face);
    if (index % facesAtOnce === 0) await nextTurn();
  }
  const strangers = clusters
    .map(strangerOf)
    .filter(({ visits }) => visits > 1)
    .sort((a, b) => b.visits - a.visits || b.lastSeen.localeCompare(a.lastSeen));
  return { strangers, faces: rows.length };
}

function join(clusters: Cluster[], embedding: Float32Array, face: Cluster['faces'][number]): void {
  let [best, likeness] = [null as Cluster | null, alike];
  for (const cluster of clusters) {
    // Embeddings of two models differ in length, and cannot be compared.
    if (cluster.mean.length !== embedding.length) continue;
    const similarity = cosine(cluster.mean, embedding);
    if (similarity >= likeness) [best, likeness] = [cluster, similarity];
  }
  if (!best) {
    clusters.push({ embeddings: [embedding], mean: embedding, faces: [face] });
    return;
  }
  best.embeddings.push(embedding);
  best.mean = meanEmbedding(best.embeddings) ?? best.mean;
  best.faces.push(face);
}

function strangerOf({ faces }: Cluster): ReturningStranger {
  const events = faces.filter((face, index) => faces.findIndex((other) => other.event === face.event) === index);
  return {
    visits: events.length,
    firstSeen: events.at(-1)?.at ?? '',
    lastSeen: events[0]?.at ?? '',
    events: events.slice(0, eventsShown),
  };
}
