/** What the page and the dashboard say to each other: plain JSON. Times are UTC ISO 8601, dates are the home's own. */
import type { TriggerKind } from '../cameras/camera.ts';
import type { Gate } from '../policy/decision.ts';
import type { Box } from '../vision/analysis.ts';

export type IdentityKind = 'person' | 'stranger' | 'nobody';

/**
 * `failed`: the lock was told to open and did not; `none`: there was no face, or no lock. Whoever only the recording showed
 * was `refused`: they stood there, and the door stayed shut.
 */
export type DecisionKind = 'opened' | 'failed' | 'refused' | 'none';

/** Within one field any may hold, and every field must. */
export interface EventFilter {
  camera?: string[] | undefined;
  /** Names as enrolled. */
  person?: string[] | undefined;
  identity?: IdentityKind[] | undefined;
  label?: string[] | undefined;
  trigger?: TriggerKind[] | undefined;
  decision?: DecisionKind[] | undefined;
  /** The gate that says most about a refusal. */
  refused?: string[] | undefined;
  /** Inclusive. */
  from?: string | undefined;
  /** Exclusive. */
  to?: string | undefined;
  /** Dates of the home, both inclusive; both or neither. */
  first?: string | undefined;
  last?: string | undefined;
  /** One weekday of the home's, 0 is Sunday, and one hour of its day; both or neither. */
  weekday?: number | undefined;
  hour?: number | undefined;
  /** Words of the sentence, the last one perhaps unfinished. */
  text?: string | undefined;
  unseen?: boolean | undefined;
}

export interface EventPageRequest extends EventFilter {
  /** 1 to 200; 50 where not given. */
  limit?: number | undefined;
  /** `next` of the page before. */
  cursor?: string | undefined;
}

/** Null stands for a number that is not known. */
export interface SeenDetection {
  label: string;
  confidence: number | null;
  /** In pixels of the event's frame. */
  box: Box;
}

export interface SeenFace {
  id: number;
  box: Box;
  /** The enrolled person it was taken for. */
  person: string | null;
  similarity: number | null;
}

/** An event as a card of the timeline. */
export interface EventCard {
  id: number;
  camera: string;
  cameraName: string;
  trigger: TriggerKind | null;
  at: string;
  identity: IdentityKind;
  /** As enrolled; null for strangers and nobody. */
  person: string | null;
  /** As the owner calls them. */
  personName: string | null;
  similarity: number | null;
  decision: DecisionKind;
  sentence: string;
  failure: string | null;
  lockError: string | null;
  /** Relative path of the picture, for the thumbnail requests. */
  thumbnail: string | null;
  frame: { width: number; height: number } | null;
  detections: SeenDetection[];
  faces: SeenFace[];
  recordingId: string | null;
  seen: boolean;
  /** A stranger's visit that showed only ignored faces: nobody was told of it, unless they rang. */
  ignored: boolean;
}

export interface EventPage {
  events: EventCard[];
  /** The cursor of the next page; null at the end. */
  next: string | null;
}

export interface FaceDetail extends SeenFace {
  confidence: number | null;
  yaw: number | null;
  pitch: number | null;
  size: number | null;
  sharpness: number | null;
  antispoof: number | null;
  liveness: number | null;
  /** False once its embedding is erased: nobody can be enrolled from it. */
  enrollable: boolean;
}

/** A gate with the sentence that explains it. */
export interface ExplainedGate extends Gate {
  title: string;
  why: string;
}

export interface EventDetail extends Omit<EventCard, 'faces'> {
  faces: FaceDetail[];
  decidedAt: string;
  lock: string | null;
  unlockGranted: boolean;
  gates: ExplainedGate[];
  /** What is shown was seen in the recording afterwards, and played no part in the decision. */
  fromRecording: boolean;
  frames: number;
  /** Milliseconds; null in an adopted history. */
  ms: {
    decode: number | null;
    objects: number | null;
    faces: number | null;
    embeddings: number | null;
    decision: number | null;
    unlock: number | null;
  } | null;
  /** Ids of the events before and after this one. */
  older: number | null;
  newer: number | null;
}

/** What is counted: everything, or what one word of a filter means, as in `label:cat` or `identity:stranger`. */
export type Subject =
  | 'all'
  | `label:${string}`
  | `person:${string}`
  | `identity:${IdentityKind}`
  | `trigger:${TriggerKind}`
  | `decision:${DecisionKind}`
  | `refused:${string}`;

/** The last `days` up to today, or dates of the home, both inclusive. */
export type DateRange = { days: number } | { first: string; last: string };

export interface CountRequest {
  range: DateRange;
  subject?: Subject | undefined;
  camera?: string | undefined;
}

export interface CountedRange {
  /** Dates of the home, inclusive. */
  first: string;
  last: string;
  from: string;
  to: string;
  timeZone: string;
}

export interface HeatmapCell {
  /** 0 is Sunday. */
  weekday: number;
  hour: number;
  /** Null where this hour never fell into the history: no data, which is not the same as no visit. */
  visits: number | null;
  /** How many such hours the history covers. */
  hours: number;
}

export interface Heatmap extends CountedRange {
  /** The week begins with this; 0 is Sunday. */
  firstWeekday: number;
  /** 168, by weekday from Sunday and then by hour. */
  cells: HeatmapCell[];
  visits: number;
}

export interface CalendarDay {
  date: string;
  /** Null before the history began and after today. */
  visits: number | null;
}

export interface Calendar extends CountedRange {
  firstWeekday: number;
  days: CalendarDay[];
  visits: number;
}

/** Where in the picture things were. */
export interface PictureHeatmap extends CountedRange {
  camera: string;
  label: string | null;
  columns: number;
  rows: number;
  /** Row by row from the top left: how many boxes lay over each cell. */
  cells: number[];
  boxes: number;
  /** The newest picture of the camera. */
  latest: { event: number; thumbnail: string } | null;
}

export interface PersonStats {
  person: string;
  personName: string;
  visits: number;
  firstSeen: string;
  lastSeen: string;
  /** 24 numbers: visits by the hour of the home's day. */
  hours: number[];
}

export interface Quantiles {
  count: number;
  p50: number | null;
  p95: number | null;
}

export interface DaySummary {
  date: string;
  visits: number;
  /** Without those whose faces are ignored. */
  strangers: number;
  opened: number;
}

export interface Stats extends CountedRange {
  totals: {
    visits: number;
    known: number;
    /** Without those whose faces are ignored. */
    strangers: number;
    /** Strangers whose faces are ignored. */
    ignored: number;
    opened: number;
    failed: number;
    refused: number;
  };
  /** Oldest first; a day without visits is there with zeros. */
  days: { date: string; visits: number; labels: Record<string, number> }[];
  /** Visits that showed each label, most first. */
  labels: { label: string; visits: number }[];
  people: PersonStats[];
  refusals: { gate: string; title: string; visits: number }[];
  /** Of the range's newest visits, at most 1000. */
  ms: { decision: Quantiles; unlock: Quantiles; objects: Quantiles; faces: Quantiles };
}

/** A stranger seen more than once. */
export interface ReturningStranger {
  visits: number;
  firstSeen: string;
  lastSeen: string;
  /** The newest visits, newest first, with the face that is theirs. */
  events: { event: number; face: number; at: string; thumbnail: string | null }[];
}

export interface Strangers {
  /** Most visits first. */
  strangers: ReturningStranger[];
  /** How many faces were compared. */
  faces: number;
}

export interface EnrolledPerson {
  person: string;
  personName: string;
  enrolledAt: string;
  templates: { id: number; source: string; event: number | null; createdAt: string; model: string }[];
  visits: number;
  firstSeen: string | null;
  lastSeen: string | null;
  /** The newest event that shows them. */
  thumbnail: { event: number; path: string } | null;
  /** Others enrolled who look much the same; neither is let in by face. */
  lookAlikes: { person: string; personName: string; similarity: number }[];
}

/** A face the owner wants to hear nothing of. */
export interface IgnoredFace {
  id: number;
  /** The visit it was ignored from, and its picture, as long as the history has them. */
  event: number | null;
  thumbnail: string | null;
  since: string;
  /** Somebody enrolled whom it is like, which is why it mutes nothing; null where there is nobody. */
  like: string | null;
}

export interface CameraHealth {
  camera: string;
  cameraName: string;
  lastVisit: string | null;
  visitsToday: number;
  /** The newest visit's trouble, where it had one. */
  failure: string | null;
}

export interface Health {
  schema: number;
  databaseBytes: number;
  visits: number;
  unseen: number;
  oldest: string | null;
  newest: string | null;
  cameras: CameraHealth[];
  timeZone: string;
  firstWeekday: number;
}

/** What there is to filter by. */
export interface Choices {
  cameras: { camera: string; cameraName: string }[];
  people: { person: string; personName: string }[];
  labels: string[];
  refused: { gate: string; title: string }[];
}

export type PartKind = 'camera' | 'ring' | 'lock' | 'vision' | 'telegram' | 'history';

/** When something was last so, as in `Last picture`; null: not since the plugin started. */
export interface PartMoment {
  what: string;
  /** UTC ISO 8601. */
  at: string | null;
}

/** One part of the house and how it does. */
export interface PartStatus {
  kind: PartKind;
  id: string;
  name: string;
  state: 'ok' | 'waiting' | 'trouble';
  /** In plain words: "locked, battery 82 %". */
  sentence: string;
  moments: PartMoment[];
}

export interface HouseStatus {
  version: string;
  /** Face unlock as it is now; null where there is no lock. */
  armed: boolean | null;
  /** UTC ISO 8601. */
  startedAt: string;
  parts: PartStatus[];
}

/** What the page sees of the plugin. */
export type PluginStatus = ({ running: true } & HouseStatus) | { running: false; sentence: string };
