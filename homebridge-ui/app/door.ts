/** The page's way to the history and the plugin: through Config UI X, or straight to the local dashboard. */
import type {
  Calendar,
  Choices,
  DaySummary,
  EnrolledPerson,
  EventCard,
  EventDetail,
  EventFilter,
  EventPage,
  Health,
  Heatmap,
  IgnoredFace,
  PictureHeatmap,
  PluginStatus,
  Stats,
  Strangers,
} from '../../src/dashboard/api-types.ts';
import type { CommandName } from '../../src/dashboard/commands.ts';
import type { QuestionName } from '../../src/dashboard/questions.ts';

export interface Answers {
  events: EventPage;
  event: EventDetail;
  days: DaySummary[];
  heatmap: Heatmap;
  calendar: Calendar;
  picture: PictureHeatmap;
  stats: Stats;
  strangers: Strangers;
  people: EnrolledPerson[];
  ignored: IgnoredFace[];
  health: Health;
  choices: Choices;
}

export type Params = Record<string, unknown>;

/** `problem` is a word for what the page shows in a way of its own: `missing`, `older`, `stopped`, `login`. */
export class DoorError extends Error {
  override name = 'DoorError';
  readonly problem: string;

  constructor(message: string, problem: string) {
    super(message);
    this.problem = problem;
  }
}

export interface Door {
  /** Settings are changed in Config UI X alone. */
  readonly settings: boolean;
  ask<Name extends QuestionName>(name: Name, params?: Params): Promise<Answers[Name]>;
  command(name: CommandName, params?: Params): Promise<unknown>;
  status(): Promise<PluginStatus>;
  /** What an <img> takes for a thumbnail of an answer; null where the picture is gone. */
  picture(thumbnail: string): Promise<string | null>;
  /** Of a password, as the settings keep it. */
  hash(password: string): Promise<{ hash: string }>;
  export(filter: EventFilter, format: 'csv' | 'json'): Promise<Blob>;
  /** The returned function ends it. */
  onVisit(listener: (visit: EventCard) => void): () => void;
  onRunning(listener: (running: boolean) => void): () => void;
}
