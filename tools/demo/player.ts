/** Plays scenes as cameras would: drops pictures into the cameras' folders and hears what the plugin made of them. */
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '../../src/store/event.ts';
import type { EventStore } from '../../src/store/event-store.ts';
import { type AppleHome, hap, lockStates } from './apple-home.ts';
import type { Homebridge } from './homebridge.ts';
import type { Scene } from './story.ts';

export interface PlayedVisit {
  camera: string;
  expected: string | null | undefined;
  person: string | null;
  decision: 'unlock' | 'refuse';
  unlocked: boolean;
  /** What Apple Home showed once the visit was decided; null where no client is paired or the camera has no lock. */
  homekitLockState: (typeof lockStates)[number] | null;
  /** Milliseconds: the visit's stages, and from its trigger to its decision. */
  ms: StoredEvent['ms'];
  sentence: string;
  ok: boolean;
}

/** Between two pictures of a visit; the policy wants three over a second. */
const pictureGapMs = 520;

export interface Stage {
  homebridge: Homebridge;
  store: EventStore;
  /** Null where nobody paired. */
  home: AppleHome | null;
  /** Where each camera's pictures go. */
  folderOf(camera: string): string;
  /** The lock a camera may open. */
  lockOf(camera: string): string | null;
}

export class Player {
  readonly #stage: Stage;
  #pictures = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async play(scene: Scene): Promise<PlayedVisit> {
    const { homebridge, home, lockOf } = this.#stage;
    const lock = lockOf(scene.camera);
    const opened = lock && home ? home.until(lock, hap.characteristic.lockCurrentState, 0) : null;
    const from = homebridge.lines.length;
    const began = Date.now();
    for (const [index, picture] of scene.pictures.entries()) {
      if (index > 0) await sleep(pictureGapMs);
      await this.#drop(scene.camera, picture);
    }
    const event = await this.#eventAt(scene.camera, began, from);
    if (event.unlocked) await opened;
    const state = lock && home ? Number(await home.read(lock, hap.characteristic.lockCurrentState)) : null;
    if (lock && home) await home.until(lock, hap.characteristic.lockCurrentState, 1);
    await homebridge.line(visitOver(scene.camera), from);
    return toPlayed(
      scene,
      event,
      event.unlocked ? 'unlocked' : state === null ? null : (lockStates[state] ?? 'unknown'),
    );
  }

  /** The event of the visit at a camera that began at `began`, once the log has told it. */
  async #eventAt(camera: string, began: number, from: number): Promise<StoredEvent> {
    const { homebridge, store } = this.#stage;
    for (let at = from; ; ) {
      const line = await homebridge.line(visitLine(camera), at);
      const event = await store.event(Number(/\(event (\d+)/.exec(line)?.[1]));
      // A picture's time may be a little before the clock's: file systems round it.
      if (event && event.triggeredAt >= began - 50) return event;
      at = homebridge.lines.indexOf(line, at) + 1;
    }
  }

  /** Under its final name only once it is whole, as careful FTP servers do. */
  async #drop(camera: string, picture: Buffer): Promise<void> {
    const folder = this.#stage.folderOf(camera);
    await mkdir(folder, { recursive: true });
    const name = `${String(++this.#pictures).padStart(4, '0')}.jpg`;
    await writeFile(join(folder, `.${name}.part`), picture);
    await rename(join(folder, `.${name}.part`), join(folder, name));
  }
}

/** The plugin's log line for a visit that was written. */
function visitLine(camera: string): RegExp {
  return new RegExp(`\\b${camera}\\b.*\\(event \\d+`);
}

/** The plugin's log line, among those for debugging, after which a picture belongs to another visit. */
export function visitOver(camera: string): RegExp {
  return new RegExp(`${camera}: the visit is over`);
}

function toPlayed(scene: Scene, event: StoredEvent, state: PlayedVisit['homekitLockState']): PlayedVisit {
  const person = event.identity.kind === 'person' ? event.identity.name : null;
  const shouldOpen = scene.expected != null && event.lockId !== null;
  const asExpected = scene.expected === undefined || (person === scene.expected && event.unlocked === shouldOpen);
  const homeFollowed = state === null || state === (event.unlocked ? 'unlocked' : 'locked');
  return {
    camera: scene.camera,
    expected: scene.expected,
    person,
    decision: event.decision.unlock ? 'unlock' : 'refuse',
    unlocked: event.unlocked,
    homekitLockState: state,
    ms: event.ms,
    sentence: event.sentence,
    ok: asExpected && homeFollowed,
  };
}
