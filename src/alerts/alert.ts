/** What there is to tell: something that happened at a door, to a lock or to the plugin itself. */
import type { AlertFacts } from '../policy/alert.ts';
import type { Visit } from '../visits/visit.ts';
import type { Named } from './house.ts';
import type { BoxedPicture, LabelledBox } from './picture.ts';

/** What a message lets the reader do. `unlock` opens one lock, `who` enrols from the visit. */
export type Offer =
  | { action: 'unlock'; lockId: string; lockName: string; eventId: number | null }
  | { action: 'ignore'; eventId: number }
  | { action: 'who'; eventId: number };

export interface Alert extends AlertFacts {
  /** When it happened, milliseconds since the epoch. */
  at: number;
  /** What the message says. */
  text: string;
  picture: BoxedPicture | null;
  offers: Offer[];
}

/** A visit as an alert: null where there is nobody to tell of. `lock` is the one the camera may open, null for none. */
export function visitAlert(visit: Visit, eventId: number | null, lock: Named | null): Alert | null {
  const kind = kindOf(visit);
  if (!kind) return null;
  return {
    kind,
    cameraId: visit.cameraId,
    at: visit.triggeredAt,
    text: visit.sentence,
    picture: pictureOf(visit),
    offers: eventId === null || kind === 'unlocked' ? [] : offersOf(visit, eventId, lock),
  };
}

function kindOf({ identity, unlocked, trigger, ignored }: Visit): 'stranger' | 'person' | 'unlocked' | null {
  if (unlocked) return 'unlocked';
  // Whoever rings is told of, whoever they are.
  if (ignored && trigger !== 'ding') return null;
  if (identity.kind !== 'nobody') return identity.kind;
  // Somebody rang and hid their face, or the camera gave no picture: the owner wants to know as for any stranger.
  return trigger === 'ding' ? 'stranger' : null;
}

function offersOf(visit: Visit, eventId: number, lock: Named | null): Offer[] {
  const offers: Offer[] = [];
  if (lock) offers.push({ action: 'unlock', lockId: lock.id, lockName: lock.name, eventId });
  offers.push({ action: 'ignore', eventId });
  if (visit.identity.kind === 'stranger') offers.push({ action: 'who', eventId });
  return offers;
}

function pictureOf({ bestFrame, faces, detections }: Visit): BoxedPicture | null {
  if (!bestFrame?.thumbnail) return null;
  const things = detections.map(
    ({ box, label, confidence }): LabelledBox => ({
      box: [...box],
      label: `${label} ${Math.round(confidence * 100)} %`,
      tone: 'thing',
    }),
  );
  const people = faces.map(
    ({ face, personName }): LabelledBox => ({
      box: [...face.box],
      label: personName ?? 'stranger',
      tone: personName === null ? 'stranger' : 'known',
    }),
  );
  const { width, height, thumbnail } = bestFrame;
  return { jpeg: thumbnail, width, height, boxes: [...things, ...people] };
}

/** A lock that would not move. */
export function jammedAlert(lock: Named, at: number, sentence?: string): Alert {
  return plainAlert('jammed', at, sentence ?? `${lock.name} is jammed: look at the door.`);
}

/** A door or lock that stayed open for too long. */
export function leftOpenAlert(lock: Named, minutes: number, at: number): Alert {
  return plainAlert('left-open', at, `${lock.name} has been open for ${minutes} minutes.`);
}

/** Something of the plugin's own broke, or works again: one sentence. */
export function healthAlert(sentence: string, healed: boolean, at: number): Alert {
  return plainAlert('health', at, healed ? `Works again: ${sentence}` : `Needs attention: ${sentence}`);
}

function plainAlert(kind: Alert['kind'], at: number, text: string): Alert {
  return { kind, cameraId: null, at, text, picture: null, offers: [] };
}
