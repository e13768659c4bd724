/** Adds visits and prints the id of each event once it is written. Arguments: the folder, and how many visits. */
import { EventStore } from '../../../src/store/event-store.ts';
import type { Visit } from '../../../src/visits/visit.ts';

const [folder = '', count = ''] = process.argv.slice(2);
const start = Date.UTC(2026, 10, 22, 18, 30);
const store = await EventStore.open(folder);

function visit(number: number): Visit {
  const triggeredAt = start + number * 1000;
  return {
    cameraId: `door-${process.pid}`,
    trigger: 'motion',
    triggeredAt,
    decidedAt: triggeredAt + 1000,
    recordingId: null,
    identity: { kind: 'nobody' },
    decision: { unlock: false, gates: [{ gate: 'faces', pass: false, value: 0, limit: 1 }] },
    unlocked: false,
    lockId: null,
    lockError: null,
    failure: null,
    frames: 1,
    bestFrame: { width: 640, height: 360, takenAt: triggeredAt, thumbnail: new Uint8Array(2000).fill(number) },
    detections: [
      { label: 'cat', confidence: 0.9, box: [1, 2, 3, 4] },
      { label: 'dog', confidence: 0.8, box: [5, 6, 7, 8] },
    ],
    faces: [],
    ignored: false,
    sentence: `Visit ${number}.`,
    ms: { decode: 1, objects: 2, faces: 3, embeddings: 4, decision: 1000, unlock: null },
  };
}

for (let number = 0; number < Number(count); number++) {
  const { id } = await store.addVisit(visit(number));
  console.log(String(id));
}
await store.close();
