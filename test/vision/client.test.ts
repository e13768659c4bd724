import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VisionClient, VisionError } from '../../src/vision/client.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { anyPicture, ScriptedProcesses } from './scripted-process.ts';

const timeoutMs = 10_000;

let clock: VirtualClock;
let processes: ScriptedProcesses;
let vision: VisionClient;
let warnings: string[];

const ignore = () => undefined;
const look = () => vision.analyze(anyPicture);
/** What a promise came to, as far as it has. */
function outcome(promise: Promise<unknown>) {
  const seen: { value?: unknown; error?: unknown } = {};
  promise.then(
    (value) => Object.assign(seen, { value }),
    (error: unknown) => Object.assign(seen, { error }),
  );
  return seen;
}
const messageOf = ({ error }: { error?: unknown }) => (error instanceof VisionError ? error.message : error);

beforeEach(() => {
  clock = new VirtualClock();
  processes = new ScriptedProcesses();
  warnings = [];
  vision = new VisionClient({
    clock,
    timeoutMs,
    log: { debug: ignore, info: ignore, warn: (message) => warnings.push(message), error: ignore },
    startProcess: processes.start,
  });
});

afterEach(async () => {
  const stopped = vision.stop();
  await clock.advance(10_000);
  await stopped;
  expect(clock.waiting).toBe(0);
});

async function started() {
  const starting = vision.start();
  processes.present.ready();
  await starting;
}

describe('starting', () => {
  it('resolves once the models are loaded, and hands over the number of threads', async () => {
    vision = new VisionClient({ clock, threads: 2, startProcess: processes.start });
    const starting = outcome(vision.start());
    await clock.advance(100);
    expect(starting).toEqual({});
    expect(vision.health.state).toBe('starting');
    expect(processes.present.received).toEqual([{ kind: 'start', threads: 2 }]);
    processes.present.ready();
    await clock.advance(0);
    expect(starting).toHaveProperty('value');
    expect(vision.health).toEqual({ state: 'ready', restarts: 0, lastError: null });
  });

  it('twice starts one process', async () => {
    await Promise.all([started(), vision.start()]);
    expect(processes.all.length).toBe(1);
  });

  it('rejects with the process’s own sentence where a model is missing, and goes on trying', async () => {
    const starting = outcome(vision.start());
    processes.present.unable('models/faceres.onnx is missing: run `npm run build`.');
    await clock.advance(0);
    expect(messageOf(starting)).toBe('models/faceres.onnx is missing: run `npm run build`.');
    expect(vision.health.state).toBe('restarting');
    await clock.advance(1000);
    expect(processes.all.length).toBe(2);
    processes.present.ready();
    expect(vision.health.state).toBe('ready');
  });

  it('kills a process that does not load its models within a minute', async () => {
    const starting = outcome(vision.start());
    await clock.advance(60_000);
    expect(processes.present.killed).toBe(true);
    expect(messageOf(starting)).toBe('The vision process did not load its models within 60 s.');
  });

  it('rejects where the process cannot even be forked', async () => {
    vision = new VisionClient({
      clock,
      startProcess: () => {
        throw new Error('spawn EAGAIN');
      },
    });
    await expect(vision.start()).rejects.toThrow('The vision process could not be started: spawn EAGAIN.');
  });

  it('is needed before anything can be looked at', async () => {
    await expect(look()).rejects.toThrow(new VisionError('The vision process has not been started.'));
  });
});

describe('requests', () => {
  it('asked for while the models load wait for them', async () => {
    void vision.start();
    const looking = outcome(look());
    await clock.advance(3000);
    expect(processes.present.work).toEqual([]);
    processes.present.ready();
    processes.present.answer();
    await clock.advance(0);
    expect(looking.value).toMatchObject({ width: 1 });
  });

  it('are handed over one at a time, in order', async () => {
    await started();
    const all = [look(), look(), look()];
    for (const [index, looking] of all.entries()) {
      expect(processes.present.work.length).toBe(index + 1);
      processes.present.answer();
      await expect(looking).resolves.toMatchObject({ width: index + 1 });
    }
  });

  it('pass on the least confidence, whether faces are wanted, and the picture', async () => {
    await started();
    const looking = vision.analyze(anyPicture, { minConfidence: 0.05, faces: false });
    expect(processes.present.work).toEqual([
      { kind: 'analyze', id: 1, picture: anyPicture, options: { minConfidence: 0.05, faces: false } },
    ]);
    processes.present.answer();
    await looking;
  });

  it('in the background let everything else go first', async () => {
    await started();
    const picture = (width: number) => ({ kind: 'rgb' as const, bytes: new Uint8Array(3), width, height: 1 });
    const all = [
      look(),
      vision.analyze(picture(7), { background: true }),
      vision.thumbnail(anyPicture, 640),
      vision.analyze(picture(8), { background: true }),
      look(),
    ];
    for (const _ of all) {
      processes.present.answer();
      await clock.advance(0);
    }
    await Promise.all(all);
    const [, second, third, fourth, fifth] = processes.present.work;
    expect([second?.kind, third?.kind]).toEqual(['analyze', 'thumbnail']);
    expect(second).toMatchObject({ picture: anyPicture });
    expect([fourth, fifth]).toMatchObject([{ picture: { width: 7 } }, { picture: { width: 8 } }]);
  });

  it('are of the newest picture when their turn comes', async () => {
    await started();
    const picture = (width: number) => ({ kind: 'rgb' as const, bytes: new Uint8Array(3), width, height: 1 });
    let newest = picture(1);
    const all = [
      look(),
      vision.analyze(picture(1), { newer: () => newest }),
      vision.analyze(picture(2), { newer: () => undefined }),
    ];
    newest = picture(9);
    for (const _ of all) {
      processes.present.answer();
      await clock.advance(0);
    }
    await Promise.all(all);
    expect(processes.present.work.slice(1)).toMatchObject([{ picture: { width: 9 } }, { picture: { width: 2 } }]);
  });

  it('for thumbnails let pictures go first', async () => {
    await started();
    const first = look();
    const thumbnail = vision.thumbnail(anyPicture, 640);
    const second = look();
    processes.present.answer();
    await first;
    expect(processes.present.work.map(({ kind }) => kind)).toEqual(['analyze', 'analyze']);
    processes.present.answer();
    await second;
    expect(processes.present.work.at(-1)).toMatchObject({ kind: 'thumbnail', width: 640 });
    processes.present.answer();
    await expect(thumbnail).resolves.toEqual(Uint8Array.of(2));
  });

  it('for a picture that cannot be read fail with the reason, and the process lives on', async () => {
    await started();
    const looking = outcome(look());
    processes.present.fail('The picture is empty.');
    await clock.advance(0);
    expect(messageOf(looking)).toBe('The picture is empty.');
    expect(vision.health).toEqual({ state: 'ready', restarts: 0, lastError: null });
  });

  it('beyond thirty-two waiting are refused', async () => {
    await started();
    const taken = Array.from({ length: 33 }, () => outcome(look()));
    await expect(look()).rejects.toThrow('The vision process is too busy: 32 pictures are waiting.');
    expect(taken.every((one) => Object.keys(one).length === 0)).toBe(true);
  });

  it('that wait too long for their turn fail, and the process is left alone', async () => {
    void vision.start();
    const looking = outcome(look());
    await clock.advance(timeoutMs);
    expect(messageOf(looking)).toBe('The vision process was too busy: this picture waited 10 s for its turn.');
    expect(processes.present.killed).toBe(false);
  });
});

describe('a request called off', () => {
  it('before its turn is never handed over', async () => {
    await started();
    const calledOff = new AbortController();
    const first = look();
    const second = outcome(vision.analyze(anyPicture, { signal: calledOff.signal }));
    const third = look();
    calledOff.abort(new Error('the visit is over'));
    await clock.advance(0);
    expect(second.error).toEqual(new Error('the visit is over'));
    processes.present.answer();
    await first;
    expect(processes.present.work.map(({ id }) => id)).toEqual([1, 3]);
    processes.present.answer();
    await third;
  });

  it('in flight rejects at once, and the next waits until the process is free', async () => {
    await started();
    const calledOff = new AbortController();
    const first = outcome(vision.analyze(anyPicture, { signal: calledOff.signal }));
    const second = look();
    calledOff.abort();
    await clock.advance(0);
    expect(first.error).toMatchObject({ name: 'AbortError' });
    expect(processes.present.work.length).toBe(1);
    processes.present.answer();
    expect(processes.present.work.length).toBe(2);
    processes.present.answer();
    await expect(second).resolves.toMatchObject({ width: 2 });
  });

  it('in flight still counts as hung where no answer comes', async () => {
    await started();
    const calledOff = new AbortController();
    vision.analyze(anyPicture, { signal: calledOff.signal }).catch(ignore);
    calledOff.abort();
    await clock.advance(timeoutMs);
    expect(processes.present.killed).toBe(true);
  });

  it('before it was asked rejects without a word to the process', async () => {
    await started();
    await expect(vision.analyze(anyPicture, { signal: AbortSignal.abort(new Error('no')) })).rejects.toThrow('no');
    expect(processes.present.work).toEqual([]);
  });
});

describe('a process that hangs', () => {
  it('is killed after the time limit, its request fails, and another takes its place after a second', async () => {
    await started();
    const looking = outcome(look());
    await clock.advance(timeoutMs - 1);
    expect(looking).toEqual({});
    await clock.advance(1);
    expect(messageOf(looking)).toBe('The vision process did not answer within 10 s.');
    expect(processes.present.killed).toBe(true);
    expect(vision.health).toEqual({
      state: 'restarting',
      restarts: 0,
      lastError: 'The vision process did not answer within 10 s.',
    });
    await clock.advance(1000);
    processes.present.ready();
    expect(vision.health).toMatchObject({ state: 'ready', restarts: 1 });
    const again = look();
    processes.present.answer();
    await expect(again).resolves.toMatchObject({ width: 2 });
  });

  it('and answers after all is not heard', async () => {
    await started();
    const looking = outcome(look());
    const hung = processes.present;
    await clock.advance(timeoutMs);
    hung.answer();
    await clock.advance(1000);
    processes.present.ready();
    hung.answer();
    await clock.advance(0);
    expect(messageOf(looking)).toBe('The vision process did not answer within 10 s.');
  });
});

describe('a process that dies', () => {
  it('fails the request in flight with what ended it', async () => {
    await started();
    const looking = outcome(look());
    processes.present.exit('was ended by SIGSEGV');
    await clock.advance(0);
    expect(messageOf(looking)).toBe('The vision process was ended by SIGSEGV. It was looking at this picture.');
    expect(warnings).toEqual(['The vision process was ended by SIGSEGV. It is started again in 1 s.']);
  });

  it('leaves those waiting their turn to the next process', async () => {
    await started();
    outcome(look());
    const waiting = look();
    processes.present.exit('ended with code 134');
    await clock.advance(1000);
    processes.present.ready();
    expect(processes.present.work.map(({ id }) => id)).toEqual([2]);
    processes.present.answer();
    await expect(waiting).resolves.toMatchObject({ width: 2 });
  });

  it('has those waiting fail where the next comes too late', async () => {
    await started();
    outcome(look());
    const waiting = outcome(look());
    processes.present.exit('ended with code 134');
    await clock.advance(timeoutMs);
    expect(messageOf(waiting)).toBe('The vision process was too busy: this picture waited 10 s for its turn.');
  });

  it('has new requests fail at once until the next is started', async () => {
    await started();
    processes.present.exit('ended with code 134');
    await expect(look()).rejects.toThrow(
      'The vision process is being started again. The vision process ended with code 134.',
    );
    await clock.advance(1000);
    const looking = look();
    processes.present.ready();
    processes.present.answer();
    await expect(looking).resolves.toMatchObject({ width: 2 });
  });

  it('again and again is started after 1, 2, 4 seconds and so on to a minute, and that is said once', async () => {
    await started();
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const before = processes.all.length;
      processes.present.exit('ended with code 1');
      await clock.advance(seconds * 1000 - 1);
      expect(processes.all.length).toBe(before);
      await clock.advance(1);
      expect(processes.all.length).toBe(before + 1);
    }
    expect(vision.health).toEqual({
      state: 'restarting',
      restarts: 8,
      lastError: 'The vision process ended with code 1.',
    });
    expect(warnings.length).toBe(1);
  });

  it('after a minute of good service is started after a second again, and that is said again', async () => {
    await started();
    for (const seconds of [1, 2, 4]) {
      processes.present.exit('ended with code 1');
      await clock.advance(seconds * 1000);
    }
    processes.present.ready();
    await clock.advance(60_000);
    processes.present.exit('ended with code 1');
    await clock.advance(1000);
    expect(processes.all.length).toBe(5);
    expect(warnings.length).toBe(2);
  });
});

describe('stopping', () => {
  it('waits for the answer in flight, then has the process end by itself', async () => {
    await started();
    const looking = look();
    const stopped = outcome(vision.stop());
    await clock.advance(500);
    expect(processes.present.askedToStop).toBe(false);
    processes.present.answer();
    await expect(looking).resolves.toMatchObject({ width: 1 });
    await clock.advance(0);
    expect(processes.present.askedToStop).toBe(true);
    expect(stopped).toEqual({});
    processes.present.exit('ended with code 0');
    await clock.advance(0);
    expect(stopped).toHaveProperty('value');
    expect(processes.present.killed).toBe(false);
    expect(vision.health.state).toBe('stopped');
  });

  it('kills a process that does not end, four seconds at most after it was asked', async () => {
    await started();
    const looking = outcome(look());
    const stopped = outcome(vision.stop());
    await clock.advance(4000);
    expect(stopped).toHaveProperty('value');
    expect(processes.present.killed).toBe(true);
    expect(messageOf(looking)).toBe('Latchkey is stopping.');
    expect(processes.all.length).toBe(1);
  });

  it('fails what waits for its turn, and what is asked afterwards', async () => {
    await started();
    const inFlight = look();
    const waiting = outcome(look());
    const stopped = vision.stop();
    processes.present.answer();
    await inFlight;
    await expect(look()).rejects.toThrow('Latchkey is stopping.');
    expect(messageOf(waiting)).toBe('Latchkey is stopping.');
    await clock.advance(0);
    processes.present.exit('ended with code 0');
    await stopped;
    await expect(vision.start()).rejects.toThrow('The vision process was stopped.');
  });

  it('during back-off ends the waiting, and no other process is started', async () => {
    await started();
    processes.present.exit('ended with code 1');
    await vision.stop();
    await clock.advance(60_000);
    expect(processes.all.length).toBe(1);
    expect(vision.health.state).toBe('stopped');
  });

  it('while a process dies in mid-run ends all the same', async () => {
    await started();
    const looking = outcome(look());
    const stopped = vision.stop();
    processes.present.exit('was ended by SIGKILL');
    await stopped;
    expect(messageOf(looking)).toMatch(/was ended by SIGKILL/);
    await clock.advance(60_000);
    expect(processes.all.length).toBe(1);
  });

  it('twice, or before any start, is no trouble', async () => {
    await vision.stop();
    await vision.stop();
    expect(processes.all.length).toBe(0);
  });
});
