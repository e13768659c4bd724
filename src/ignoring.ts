/** "Ignore this face": the owner's wish to hear nothing of a stranger, and the refusals. */
import { enrolmentFace } from './people/enrolment.ts';
import { resembles, showsOnlyIgnored } from './people/ignored.ts';
import { cosine, Gallery, type Person } from './people/people.ts';
import { isUsable } from './policy/sighting.ts';
import type { StoredEvent, StoredFace } from './store/event.ts';
import type { EventStore } from './store/event-store.ts';
import { embeddingModel } from './vision/models.ts';
import type { Recognition } from './visits/findings.ts';

export interface IgnoringPorts {
  store: Pick<EventStore, 'event' | 'ignored' | 'ignore'>;
  people(): Promise<Person[]>;
  recognition: Recognition;
}

/** Two embeddings this near are of one picture. */
const samePicture = 0.999;

/** The face mutes alerts from now on, and does nothing else. Rejects with a sentence. */
export async function ignoreFace(ports: IgnoringPorts, eventId: number, faceId: number): Promise<void> {
  const { store, people, recognition } = ports;
  const event = await store.event(eventId);
  const face = event?.faces.find(({ id }) => id === faceId);
  if (!event || !face) throw new Error('That visit or face is not in the history any more.');
  const embedding = embeddingOf(face);
  const gallery = new Gallery(await people());
  const like = resembles(embedding, gallery, recognition.threshold);
  if (like) {
    const words = `This face looks like ${like.name} (${like.similarity.toFixed(2)})`;
    throw new Error(
      `${words}: nobody who is enrolled is ignored. If it is ${like.name}, enrol it; if not, wait for a clearer picture.`,
    );
  }
  const before = await store.ignored(embeddingModel);
  if (before.some((one) => cosine(one.embedding, embedding) > samePicture))
    throw new Error('This face is ignored already.');
  const tracks = usableFaces(event, recognition);
  const whole =
    tracks !== null && showsOnlyIgnored(tracks, [...before, { id: 0, embedding }], gallery, recognition.threshold);
  await store.ignore({ event: eventId, embedding, model: embeddingModel, whole });
}

/** Throws the sentence why a face is none to be ignored. */
function embeddingOf({ face, personName: name }: StoredFace): Float32Array {
  const { embedding } = face;
  if (name !== null) throw new Error(`This face was taken for ${name}: if it is not ${name}, say so first.`);
  if (!embedding) throw new Error('What made this face recognisable was erased: choose another visit.');
  // The template of a poor picture is like too many other poor pictures.
  if (enrolmentFace({ faces: [{ ...face, embedding }] }, []).ok) return embedding;
  throw new Error(
    'This picture is too poor to tell the face from others: wait for a visit that shows it larger, sharper and from the front.',
  );
}

/** One of each track, as far as the history has them; null where one of them was erased. */
function usableFaces({ faces }: StoredEvent, { quality }: Recognition): Float32Array[][] | null {
  const usable = faces.filter(({ face: { size, sharpness, pose } }) => isUsable({ size, sharpness, ...pose }, quality));
  const embeddings = usable.flatMap(({ face }) => face.embedding ?? []);
  return embeddings.length === usable.length ? embeddings.map((embedding) => [embedding]) : null;
}
