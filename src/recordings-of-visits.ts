/** Wires what looks at recordings to the history: nothing else of the house, and no lock, is within its reach. */
import type { EventStore } from './store/event-store.ts';
import { embeddingModel } from './vision/models.ts';
import { Recordings, type RecordingsPorts, recordedVisit } from './visits/recordings.ts';

export interface RecordingsOfVisitsPorts extends Omit<RecordingsPorts, 'history' | 'ignored'> {
  /** More is known of a visit. */
  onFilled(eventId: number): void;
}

export function recordingsOfVisits(store: EventStore, { onFilled, ...ports }: RecordingsOfVisitsPorts): Recordings {
  return new Recordings({
    ...ports,
    ignored: () => store.ignored(embeddingModel),
    history: {
      awaiting: async (since) =>
        (await store.awaitingRecordings(since)).flatMap((event) => recordedVisit(event.id, event) ?? []),
      fill: async (eventId, recorded) => {
        const filled = (await store.fillFromRecording(eventId, recorded)) !== null;
        if (filled) onFilled(eventId);
        return filled;
      },
      settle: (eventId, state) => store.settleRecording(eventId, state),
    },
  });
}
