/** What the page may ask of the running plugin. The platform is it; everything rejects with one sentence for the owner. */
import type { EventCard, HouseStatus } from './api-types.ts';

/** A face of an event in the history, or a photograph: a JPEG or PNG file. */
export type EnrolSource = { event: number; face: number } | { picture: Uint8Array };

export interface Enrolled {
  person: string;
  personName: string;
  /** How many templates they have now. */
  templates: number;
  /** What the owner should know: a look-alike, a face only just good enough. */
  warnings: string[];
}

export interface PictureCheck {
  /** What is wrong with the picture, as a sentence; null where it may be enrolled. */
  problem: string | null;
}

/** What went with a person, and what stays. */
export interface Erased {
  templates: number;
  faces: number;
  /** Past events that keep the name. */
  events: number;
}

/** The Ring log-in goes in two steps where the account asks for a code. */
export type RingLogin = { state: 'done' } | { state: 'code'; prompt: string };

export interface SwitchBotDevice {
  id: string;
  name: string;
  /** SwitchBot's own word. */
  type: string;
  /** A lock that can be put into the settings. */
  usable: boolean;
  /** What is missing, or what the device is for, in one sentence. */
  remark: string;
}

/** What needs no running plugin. */
export interface Errands {
  ringLogin(email: string, password: string): Promise<RingLogin>;
  ringCode(code: string): Promise<RingLogin>;
  switchbotDevices(token: string, secret: string): Promise<SwitchBotDevice[]>;
}

export interface House extends Errands {
  status(): Promise<HouseStatus>;
  enrol(person: string, source: EnrolSource): Promise<Enrolled>;
  checkPicture(picture: Uint8Array): Promise<PictureCheck>;
  forget(person: string): Promise<Erased>;
  /** Changes what the person is called from now on. */
  rename(person: string, personName: string): Promise<void>;
  /** The owner says who a face of an event is: a name as enrolled, or null for "not who you think". */
  identify(event: number, face: number, person: string | null): Promise<void>;
  /** No stranger with this face is told of from now on, unless they ring. */
  ignore(event: number, face: number): Promise<void>;
  /** By the id of the ignored face; erases it. */
  stopIgnoring(ignored: number): Promise<void>;
  markSeen(events: readonly number[], seen: boolean): Promise<void>;
  /** Everything up to and including this moment, UTC ISO 8601. */
  markAllSeen(until: string): Promise<void>;
  /** Locks; the page never unlocks. */
  lock(lock: string): Promise<void>;
  /** Face unlock on or off; on also ends a lock-out. */
  arm(armed: boolean): Promise<void>;
  /** The camera's picture of now, a JPEG. */
  snapshot(camera: string): Promise<Uint8Array>;
  telegramTest(): Promise<void>;
  /** Calls `listener` with every visit as it is stored; the returned function ends that. */
  onVisit(listener: (visit: EventCard) => void): () => void;
}
