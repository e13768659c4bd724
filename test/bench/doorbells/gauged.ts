/**
 * For `node --import` in a Homebridge: in the child bridge it counts the live frames the plugin is given and takes, and how
 * late the event loop runs. The plugin's own code stays as it is.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Camera, Frame, Trigger } from '../../../src/cameras/camera.ts';
import { type Delay, LoopDelay } from './loop-delay.ts';

export interface LookedAt {
  /** Ring's name for the moment. */
  id: string;
  /** When the first live frame was there, milliseconds since the epoch; null: never. */
  firstFrameAt: number | null;
  /** Live frames that were looked at. */
  taken: number;
}

export interface Gauged {
  visits: LookedAt[];
  /** Live frames that came out of ffmpeg. */
  offered: number;
  delay: Delay;
}

const port = Number(process.env.GAUGE_PORT);
if (port > 0 && process.argv[1]?.includes('childBridgeFork')) await gauge(port);

async function gauge(bench: number): Promise<void> {
  const built = '../../../dist/cameras';
  const { Mailbox }: typeof import('../../../src/cameras/mailbox.ts') = await import(`${built}/mailbox.js`);
  const { RingDoorbell }: typeof import('../../../src/cameras/ring/ring.ts') = await import(`${built}/ring/ring.js`);
  let visits: LookedAt[] = [];
  let offered = 0;
  const { put } = Mailbox.prototype;
  Mailbox.prototype.put = function (frame: Frame) {
    if (frame.live) offered++;
    put.call(this, frame);
  };
  const { frames } = RingDoorbell.prototype;
  RingDoorbell.prototype.frames = function (trigger: Trigger, signal: AbortSignal) {
    const visit: LookedAt = { id: trigger.recordingId ?? '', firstFrameAt: null, taken: 0 };
    visits.push(visit);
    return counted(frames.call(this, trigger, signal), visit);
  };
  const delay = new LoopDelay();
  const line = connect(bench, '127.0.0.1');
  line.unref();
  createInterface({ input: line }).on('line', (order) => {
    if (order === 'on') delay.on();
    else delay.off();
    const answer = order === 'read' ? ({ visits, offered, delay: delay.read() } satisfies Gauged) : {};
    if (order === 'read') [visits, offered] = [[], 0];
    line.write(`${JSON.stringify(answer)}\n`);
  });
}

async function* counted(frames: ReturnType<Camera['frames']>, visit: LookedAt): AsyncGenerator<Frame> {
  for await (const frame of frames) {
    if (frame.live) {
      visit.taken++;
      visit.firstFrameAt ??= frame.takenAt;
    }
    yield frame;
  }
}
