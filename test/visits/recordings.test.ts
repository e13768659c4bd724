/** The recordings of visits that saw too little: when they are asked for, when they are left, and what they never do. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Camera, type Frame, RecordingError } from '../../src/cameras/camera.ts';
import type { Analysis, Picture } from '../../src/vision/analysis.ts';
import { type RecordedVisit, Recordings, type RecordingsPorts } from '../../src/visits/recordings.ts';
import type { Recorded, Visit } from '../../src/visits/visit.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { FakeLog } from '../fakes/log.ts';
import { ada, analysis, embedding, face, kurt, makeHouse, rules } from './house.ts';

const missing = new RecordingError('missing', 'Ring has no recording of Front: recordings need a Ring subscription.');
const unusable = new RecordingError('unusable', "Ring's recording of Front is damaged.");
const recordedAda = () => Array.from({ length: 12 }, () => analysis([face(embedding(2, 0.9))]));
const nothing = () => [analysis([], [])];

/** A camera whose recordings are scripted: each time it is asked, the next of `takes`. */
function makeArchive(takes: (Analysis[] | Error)[], changes: Partial<RecordingsPorts> = {}) {
  const clock = new VirtualClock();
  const log = new FakeLog();
  const sights = new WeakMap<Picture, Analysis>();
  const asked: string[] = [];
  const filled: [number, Recorded][] = [];
  const settled: [number, string][] = [];
  let looking = 0;
  const camera: Camera = {
    id: 'front',
    name: 'Front',
    start: async () => undefined,
    stop: async () => undefined,
    async *frames() {},
    async *recording({ recordingId, at }, signal): AsyncGenerator<Frame> {
      asked.push(recordingId);
      const take = takes.shift() ?? missing;
      if (take instanceof Error) throw take;
      for (const [index, sight] of take.entries()) {
        if (signal.aborted) return;
        const picture: Picture = { kind: 'encoded', bytes: new Uint8Array() };
        sights.set(picture, sight);
        yield { picture, takenAt: at + index * 333, live: true };
      }
    },
  };
  const recordings = new Recordings({
    cameras: [camera],
    people: async () => [kurt, ada],
    ignored: async () => [],
    recognition: rules.recognition,
    minConfidence: 0.4,
    vision: {
      async analyze(picture) {
        looking++;
        const sight = sights.get(picture);
        if (!sight) throw new Error('nothing was scripted');
        return sight;
      },
      thumbnail: async () => new Uint8Array([0xff]),
    },
    quiet: async () => undefined,
    history: {
      awaiting: async () => [],
      fill: async (id, recorded) => filled.push([id, recorded]) > 0,
      settle: async (id, state) => void settled.push([id, state]),
    },
    clock,
    log,
    ...changes,
  });
  onTestFinished(() => recordings.stop());
  return { clock, log, asked, filled, settled, recordings, looked: () => looking };
}

const weak = (recordingId = '77'): Visit =>
  ({
    cameraId: 'front',
    recordingId,
    triggeredAt: Date.UTC(2026, 10, 22, 8),
    identity: { kind: 'nobody' },
    unlocked: false,
    frames: 0,
    detections: [],
  }) as unknown as Visit;

const minutes = 60_000;

describe('the recording of a visit that saw too little', () => {
  it('is asked for after half a minute, and fills the visit with whom it shows', async () => {
    const { recordings, clock, asked, filled, log } = makeArchive([recordedAda()]);
    await recordings.start();
    recordings.consider(weak(), 5);
    await clock.advance(29_999);
    expect(asked).toEqual([]);
    await clock.advance(1);
    expect(filled).toEqual([
      [
        5,
        expect.objectContaining({
          identity: expect.objectContaining({ name: 'Ada' }),
          sentence: 'Its recording shows Ada.',
        }),
      ],
    ]);
    expect(filled[0]?.[1].bestFrame?.thumbnail).toHaveLength(1);
    await log.said(/info: The visit at Front \(event 5\) is better known now\. Its recording shows Ada\./);
  });

  it('is marked as ignored where it shows nobody but a face that is, as a live visit is', async () => {
    const postman = embedding(5);
    const ignored = async () => [{ id: 1, embedding: postman }];
    const shown = async (...faces: Float32Array[]) => {
      const take = Array.from({ length: 12 }, () => analysis(faces.map((one) => face(one))));
      const { recordings, clock, filled } = makeArchive([take], { ignored });
      await recordings.start();
      recordings.consider(weak(), 5);
      await clock.advance(minutes);
      return filled[0]?.[1];
    };
    expect(await shown(postman)).toMatchObject({ identity: { kind: 'stranger' }, ignored: true });
    expect(await shown(embedding(6))).toMatchObject({ identity: { kind: 'stranger' }, ignored: false });
    expect(await shown(embedding(2, 0.9))).toMatchObject({ identity: { kind: 'person' }, ignored: false });
  });

  it('is looked at no longer than it takes to be sure', async () => {
    const { recordings, clock, looked } = makeArchive([
      Array.from({ length: 500 }, () => recordedAda()[0] as Analysis),
    ]);
    await recordings.start();
    recordings.consider(weak(), 5);
    await clock.advance(minutes);
    expect(looked()).toBe(6);
  });

  it('is asked for again, with longer and longer waits, until it is there', async () => {
    const { recordings, clock, asked, filled } = makeArchive([missing, missing, missing, recordedAda()]);
    await recordings.start();
    recordings.consider(weak(), 5);
    const times: number[] = [];
    for (let second = 1; second <= 500 && filled.length === 0; second++) {
      const before = asked.length;
      await clock.advance(1000);
      if (asked.length > before) times.push(second);
    }
    expect(times).toEqual([30, 90, 210, 450]);
  });

  it('is given up after a quarter of an hour; that there are none is said once, not for each visit', async () => {
    const { recordings, clock, asked, settled, log } = makeArchive([]);
    await recordings.start();
    recordings.consider(weak('1'), 1);
    recordings.consider(weak('2'), 2);
    await clock.advance(16 * minutes);
    expect(asked).toHaveLength(10);
    expect(settled).toEqual([
      [1, 'none'],
      [2, 'none'],
    ]);
    expect(log.lines).toEqual([
      'warn: Ring has no recording of Front: recordings need a Ring subscription. Without recordings, visits of which Front showed too little stay so.',
    ]);
  });

  it('is given up at once where asking again does not help, with the reason', async () => {
    const { recordings, clock, asked, settled, log } = makeArchive([unusable]);
    await recordings.start();
    recordings.consider(weak(), 5);
    await clock.advance(16 * minutes);
    expect([asked.length, settled]).toEqual([1, [[5, 'none']]]);
    expect(log.lines).toEqual([
      "info: The visit at Front (event 5) stays as it was. Ring's recording of Front is damaged.",
    ]);
  });

  it('is asked for every hour of a day while Ring cannot be reached, and fills the visit once it can', async () => {
    const down = new RecordingError('unreachable', 'Ring could not be asked for the recording of Front.');
    const { recordings, clock, filled, settled } = makeArchive([...Array(10).fill(down), recordedAda()]);
    await recordings.start();
    recordings.consider({ ...weak(), triggeredAt: clock.now() }, 5);
    await clock.advance(5 * 60 * minutes);
    expect([filled, settled]).toEqual([[], []]);
    await clock.advance(90 * minutes);
    expect(filled).toHaveLength(1);
  });

  it('is given up after a day in which Ring could not be reached', async () => {
    const down = new RecordingError('unreachable', 'Ring could not be asked for the recording of Front.');
    const { recordings, clock, settled, log } = makeArchive(Array(60).fill(down));
    await recordings.start();
    recordings.consider({ ...weak(), triggeredAt: clock.now() }, 5);
    await clock.advance(26 * 60 * minutes);
    expect(settled).toEqual([[5, 'none']]);
    expect(log.lines).toEqual([
      'info: The visit at Front (event 5) stays as it was. Ring could not be asked for the recording of Front.',
    ]);
  });

  it('changes nothing where it shows no more than the visit', async () => {
    const { recordings, clock, filled, settled } = makeArchive([nothing(), [analysis([], ['car'])]]);
    await recordings.start();
    recordings.consider(weak('1'), 1);
    recordings.consider(
      { ...weak('2'), frames: 1, detections: [{ label: 'person', confidence: 1, box: [0, 0, 1, 1] }] },
      2,
    );
    await clock.advance(minutes);
    expect(settled).toEqual([
      [1, 'empty'],
      [2, 'empty'],
    ]);
    expect(filled).toEqual([]);
  });

  it('of a visit that saw enough is never asked for', async () => {
    const { recordings, clock, asked } = makeArchive([recordedAda()]);
    await recordings.start();
    recordings.consider({ ...weak(), identity: { kind: 'stranger' } }, 5);
    await clock.advance(16 * minutes);
    expect(asked).toEqual([]);
  });

  it('is taken up again after a restart, once', async () => {
    const left: RecordedVisit = { eventId: 9, cameraId: 'front', recordingId: '70', triggeredAt: 0, sawPerson: false };
    let since = 0;
    const archive = makeArchive([recordedAda(), recordedAda()]);
    const { recordings, clock, filled } = makeArchive([recordedAda(), recordedAda()], {
      history: {
        awaiting: async (from) => {
          since = from;
          return [left, left, { ...left, eventId: 10, cameraId: 'gone' }];
        },
        fill: async (id, recorded) => archive.filled.push([id, recorded]) > 0,
        settle: async () => undefined,
      },
    });
    await recordings.start();
    await clock.advance(minutes);
    expect([archive.filled.map(([id]) => id), filled]).toEqual([[9], []]);
    expect(clock.now() - minutes - since).toBe(24 * 60 * minutes);
  });

  it('waits for every visit under way, before each of its frames', async () => {
    let release: () => void = () => undefined;
    let busy = true;
    const quiet = () => (busy ? new Promise<void>((resolve) => (release = resolve)) : Promise.resolve());
    const { recordings, clock, asked, looked, filled } = makeArchive([recordedAda()], { quiet });
    await recordings.start();
    recordings.consider(weak(), 5);
    await clock.advance(5 * minutes);
    expect(asked).toEqual([]);
    release();
    await clock.advance(0);
    expect([asked, looked()]).toEqual([['77'], 0]);
    busy = false;
    release();
    await clock.advance(0);
    expect(filled).toHaveLength(1);
  });

  it('is left where it is when Latchkey stops, and is not given up for it', async () => {
    const { recordings, clock, settled, filled } = makeArchive([recordedAda()], {
      quiet: () => new Promise((resolve) => setImmediate(resolve)),
    });
    await recordings.start();
    recordings.consider(weak(), 5);
    const advanced = clock.advance(30_000);
    await recordings.stop();
    await advanced;
    expect([settled, filled]).toEqual([[], []]);
  });
});

describe('whatever a recording shows', () => {
  it('no door opens for it: the frames are not live, and the lock hears nothing', async () => {
    const house = await makeHouse();
    const { recordings, clock, filled } = makeArchive([recordedAda()], { quiet: () => house.pipeline.quiet() });
    await recordings.start();
    recordings.consider(weak(), 5);
    await clock.advance(16 * minutes);
    await house.clock.advance(16 * minutes);
    expect(filled[0]?.[1].identity).toMatchObject({ name: 'Ada' });
    expect([house.lock.unlocks, house.lock.state, house.savedGuard()]).toEqual([0, 'locked', undefined]);
  });

  it('nothing that opens can even be handed to what looks at it', () => {
    type Ports = keyof RecordingsPorts;
    const ports: Record<Ports, true> = {
      cameras: true,
      people: true,
      ignored: true,
      quiet: true,
      history: true,
      clock: true,
      log: true,
      vision: true,
      recognition: true,
      minConfidence: true,
    };
    expect(Object.keys(ports)).toHaveLength(10);
  });
});

describe('the pipeline', () => {
  it('is quiet once the visits under way are written', async () => {
    const { pipeline, camera, visit } = await makeHouse();
    await pipeline.quiet();
    camera.trigger('ding');
    let quiet = false;
    const waiting = pipeline.quiet().then(() => {
      quiet = true;
    });
    camera.show(analysis([]));
    expect(quiet).toBe(false);
    camera.show(null);
    await visit();
    await waiting;
    expect(pipeline.busy).toEqual([]);
  });
});
