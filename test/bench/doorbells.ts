/**
 * Ring doorbells in a real Homebridge: how soon a press becomes a picture and a decision, and how late Homebridge's event
 * loop runs meanwhile. Cloud and cameras are a process of their own.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { EventStore } from '../../src/store/event-store.ts';
import { enrolAll } from '../../tools/demo/enrol.ts';
import { Homebridge } from '../../tools/demo/homebridge.ts';
import { humanStory } from '../../tools/demo/scenes.ts';
import { makeDoorClip } from './doorbells/clip.ts';
import { Cloud } from './doorbells/cloud.ts';
import { Gauge } from './doorbells/gauge.ts';
import type { Gauged } from './doorbells/gauged.ts';
import { type Delay, LoopDelay } from './doorbells/loop-delay.ts';
import { median, table } from './measure.ts';

const cameras = ['Front', 'Back', 'Side', 'Yard'].map((name, at) => ({ id: 1001 + at, name }));
const clipSeconds = 30;

interface Phase extends Gauged {
  /** Of a process that does nothing, at the same times. */
  idle: Delay;
  /** Milliseconds, of each visit. */
  toFirstFrame: number[];
  toDecision: number[];
}

export async function benchDoorbells(rounds: number): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  const street = await Street.open(root);
  try {
    await street.phase(cameras, 1);
    const one = await street.phase(cameras.slice(0, 1), rounds);
    const four = await street.phase(cameras, rounds);
    return inRows(one, four);
  } finally {
    await street.close();
    await rm(root, { recursive: true, force: true });
  }
}

class Street {
  readonly #cloud: Cloud;
  readonly #gauge: Gauge;
  readonly #homebridge: Homebridge;
  readonly #store: EventStore;
  readonly #idle = new LoopDelay();
  #rung = 0;

  private constructor(cloud: Cloud, gauge: Gauge, homebridge: Homebridge, store: EventStore) {
    this.#cloud = cloud;
    this.#gauge = gauge;
    this.#homebridge = homebridge;
    this.#store = store;
  }

  static async open(root: string): Promise<Street> {
    const storage = join(root, 'storage');
    await mkdir(storage);
    const { enrolled, scenes } = await humanStory(1);
    await enrolAll(join(storage, 'latchkey'), enrolled);
    const clip = await makeDoorClip(root, scenes[0]?.pictures ?? [], clipSeconds);
    const cloud = new Cloud();
    const { address, refreshToken } = await cloud.start(cameras, clip);
    const gauge = await Gauge.open();
    const preloads = ['../fakes/ring/preload.ts', 'doorbells/gauged.ts'].map(
      (file) => `--import ${pathToFileURL(join(import.meta.dirname, file)).href}`,
    );
    const homebridge = await Homebridge.start({
      storage,
      platform: {
        cameras: cameras.map(({ name }) => ({ type: 'ring', name, lock: `${name} Lock` })),
        locks: cameras.map(({ name }) => ({ type: 'virtual', name: `${name} Lock`, relockSeconds: 1 })),
        unlock: { mode: 'auto', cooldownSeconds: 0, globalCooldownSeconds: 0 },
        ring: { refreshToken },
        ffmpegPath: ffmpeg.path,
      },
      env: { NODE_OPTIONS: preloads.join(' '), FAKE_RING: JSON.stringify(address), GAUGE_PORT: String(gauge.port) },
    });
    await homebridge.line(/Latchkey watches/);
    await gauge.connected;
    return new Street(cloud, gauge, homebridge, await EventStore.open(join(storage, 'latchkey'), { readOnly: true }));
  }

  async close(): Promise<void> {
    await this.#store.close();
    await this.#homebridge.stop();
    this.#gauge.close();
    await this.#cloud.stop();
  }

  /** Somebody rings at all of these at once, `rounds` times. */
  async phase(at: typeof cameras, rounds: number): Promise<Phase> {
    for (let round = 0; round < rounds; round++) await this.#round(at);
    const gauged = await this.#gauge.read();
    const toFirstFrame: number[] = [];
    const toDecision: number[] = [];
    const events = await this.#store.events({ limit: at.length * rounds });
    for (const { recordingId, triggeredAt, decidedAt } of events) {
      const firstFrameAt = gauged.visits.find(({ id }) => id === recordingId)?.firstFrameAt;
      if (!firstFrameAt) continue;
      toFirstFrame.push(firstFrameAt - triggeredAt);
      toDecision.push(decidedAt - firstFrameAt);
    }
    return { ...gauged, idle: this.#idle.read(), toFirstFrame, toDecision };
  }

  async #round(at: typeof cameras): Promise<void> {
    const before = this.#homebridge.lines.length;
    const ids = at.map(({ id }) => ({ camera: id, id: String(++this.#rung) }));
    const told = at.map(({ name }) => this.#homebridge.line(new RegExp(`at ${name}\\b.*\\(event`), before));
    await this.#gauge.ask('on');
    this.#idle.on();
    await this.#cloud.order({ do: 'ring', ids });
    await Promise.all(told);
    this.#idle.off();
    await this.#gauge.ask('off');
    await this.#cloud.order({ do: 'idle' });
  }
}

function inRows(...phases: Phase[]): string {
  const row = (what: string, figure: (phase: Phase) => string) => [what, ...phases.map(figure)];
  const three = ({ p50, p99, max }: Delay) => [p50, p99, max].map((ms) => ms.toFixed(1)).join(' / ');
  const taken = ({ visits }: Phase) => visits.reduce((sum, visit) => sum + visit.taken, 0);
  return table([
    ['', 'one rings', 'four ring at once'],
    row('visits decided', ({ toDecision }) => String(toDecision.length)),
    row('push to first live frame, median ms', ({ toFirstFrame }) => median(toFirstFrame).toFixed(0)),
    row('first live frame to decision, median ms', ({ toDecision }) => median(toDecision).toFixed(0)),
    row('live frames looked at, of those that came', (phase) => `${taken(phase)} of ${phase.offered}`),
    row('event loop late, p50 / p99 / max ms', ({ delay }) => three(delay)),
    row('the same in an idle process', ({ idle }) => three(idle)),
  ]);
}
