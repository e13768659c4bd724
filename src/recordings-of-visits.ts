/** Wires what looks at recordings to the history: nothing else of the house, and no lock, is within its reach. */
import type { EventStore } from './store/event-store.ts';
import { Recordings, type RecordingsPorts, recordedVisit } from './visits/recordings.ts';

export function recordingsOfVisits(store: EventStore, ports: Omit<RecordingsPorts, 'history'>): Recordings {
  return new Recordings({
    ...ports,
    history: {
      awaiting: async (since) =>
        (await store.awaitingRecordings(since)).flatMap((event) => recordedVisit(event.id, event) ?? []),
      fill: async (eventId, recorded) => (await store.fillFromRecording(eventId, recorded)) !== null,
      settle: (eventId, state) => store.settleRecording(eventId, state),
    },
  });
}
