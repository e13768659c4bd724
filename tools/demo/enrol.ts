/** Enrols people from pictures, as `latchkey enrol` does. */
import { systemClock } from '../../src/clock.ts';
import { enrolmentFace } from '../../src/people/enrolment.ts';
import { EventStore } from '../../src/store/event-store.ts';
import { VisionClient } from '../../src/vision/client.ts';
import { embeddingModel } from '../../src/vision/models.ts';
import type { Story } from './story.ts';

/** `folder` is Latchkey's own in Homebridge's storage. Throws an Error whose message is one sentence. */
export async function enrolAll(folder: string, enrolled: Story['enrolled']): Promise<void> {
  const vision = new VisionClient({ clock: systemClock });
  const store = await EventStore.open(folder);
  try {
    await vision.start();
    for (const { name, pictures } of enrolled) {
      const embeddings: Float32Array[] = [];
      for (const [index, bytes] of pictures.entries()) {
        const found = enrolmentFace(await vision.analyze({ kind: 'encoded', bytes }), embeddings);
        if (!found.ok) throw new Error(`Picture ${index + 1} of ${name} cannot be enrolled: ${found.problem}.`);
        embeddings.push(found.face.embedding);
      }
      const templates = embeddings.map((embedding, index) => ({
        embedding,
        model: embeddingModel,
        source: `demo:${index + 1}`,
      }));
      await store.enrol(name, name, templates);
    }
  } finally {
    await vision.stop();
    await store.close();
  }
}
