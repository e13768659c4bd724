/** Ring's pushes, told apart: which begins a visit, which only brings the picture of one, which says it all again. */
import { z } from 'zod';

const id = z.union([z.string(), z.number()]).transform(String);
const time = z.union([z.number(), z.string().transform(Number)]).pipe(z.number().positive());

const notification = z.object({
  android_config: z.object({ category: z.string() }),
  analytics: z
    .object({ triggered_at: time.optional().catch(undefined) })
    .optional()
    .catch(undefined),
  data: z.object({
    device: z.object({ id }),
    event: z.object({
      ding: z
        .object({
          id: id.optional().catch(undefined),
          created_at: z.string().optional().catch(undefined),
          subtype: z.string().optional().catch(undefined),
          detection_type: z.string().optional().catch(undefined),
        })
        .optional()
        .catch(undefined),
      eventito: z
        .object({ timestamp: time.optional().catch(undefined) })
        .optional()
        .catch(undefined),
    }),
  }),
  img: z
    .object({ snapshot_uuid: z.string().min(1) })
    .optional()
    .catch(undefined),
});

/** One push about a doorbell press or motion. */
export interface Push {
  kind: 'ding' | 'motion';
  device: string;
  /** Ring's id of the event, which also names its recording. */
  id?: string;
  /** The camera's own time of the event, where it is given. */
  timestamp?: number;
  /** When it happened at the camera, milliseconds since the epoch. */
  at: number;
  /** Ring thinks it saw a person: a hint, never a proof. */
  person: boolean;
  /** Names the picture of the moment. */
  snapshot?: string;
}

const kinds: Record<string, Push['kind']> = {
  'com.ring.pn.live-event.ding': 'ding',
  'com.ring.pn.live-event.motion': 'motion',
};

/** Reads what Ring pushed at `now`; undefined where it is about something else. */
export function readPush(value: unknown, now: number): Push | undefined {
  const { data: push } = notification.safeParse(value);
  const kind = push && kinds[push.android_config.category];
  if (!push || !kind) return undefined;
  const { ding, eventito } = push.data.event;
  const created = ding?.created_at === undefined ? Number.NaN : Date.parse(ding.created_at);
  const at = push.analytics?.triggered_at ?? eventito?.timestamp ?? (Number.isNaN(created) ? now : created);
  return {
    kind,
    device: push.data.device.id,
    at,
    person: ding?.subtype === 'human' || ding?.detection_type === 'human',
    ...(ding?.id ? { id: ding.id } : {}),
    ...(eventito?.timestamp === undefined ? {} : { timestamp: eventito.timestamp }),
    ...(push.img ? { snapshot: push.img.snapshot_uuid } : {}),
  };
}

/** What to do with a push: `first` is the push that began the visit it belongs to. */
export type Verdict =
  | { is: 'new' }
  /** It brings the picture that `first` came without. */
  | { is: 'picture'; first: Push; snapshot: string }
  | { is: 'duplicate'; first: Push };

interface Known {
  push: Push;
  heardAt: number;
  pictured: boolean;
}

/** The pushes of the last minutes, newest last. */
export type Heard = readonly Known[];

/** A battery camera sends its push a second time, with the picture, within this many milliseconds. */
export const pictureWithin = 2_000;
/** Ring repeats a push for as long as a minute; ids are remembered for longer than that. */
const rememberFor = 10 * 60_000;

/** Sorts a push that came in at `now`, and returns what is to be remembered for the next. */
export function sortPush(heard: Heard, push: Push, now: number): [Heard, Verdict] {
  const recent = heard.filter((known) => Math.abs(now - known.heardAt) <= rememberFor);
  const match = recent.find((known) => sameEvent(known.push, push));
  if (!match) return [[...recent, { push, heardAt: now, pictured: push.snapshot !== undefined }], { is: 'new' }];
  const inTime = now - match.heardAt <= pictureWithin;
  if (push.snapshot === undefined || match.pictured || !inTime) return [recent, { is: 'duplicate', first: match.push }];
  const updated = recent.map((known) => (known === match ? { ...match, pictured: true } : known));
  return [updated, { is: 'picture', first: match.push, snapshot: push.snapshot }];
}

/** By the id where both have one; else by the camera's own time of the event, or the time of the push where there is none. */
function sameEvent(a: Push, b: Push): boolean {
  if (a.device !== b.device) return false;
  if (a.id && b.id) return a.id === b.id;
  return a.kind === b.kind && (a.timestamp ?? a.at) === (b.timestamp ?? b.at);
}
