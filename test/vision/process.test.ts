import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { VisionClient } from '../../src/vision/client.ts';
import { forkVisionProcess, type StartProcess } from '../../src/vision/fork.ts';
import type { Request, Response } from '../../src/vision/messages.ts';
import { asJpeg, scene } from './pictures.ts';

const processFile = join(import.meta.dirname, `../../src/vision/process${extname(import.meta.filename)}`);

/** Real time, but a machine with much else to do is given half a minute for each second; only back-off is over at once. */
const patient: Clock = {
  now: systemClock.now,
  after: (ms, task) => systemClock.after(ms === 1000 ? 0 : ms * 30, task),
};

const clients: VisionClient[] = [];
function client(options: ConstructorParameters<typeof VisionClient>[0] = {}): VisionClient {
  const vision = new VisionClient({ threads: 1, clock: patient, ...options });
  clients.push(vision);
  return vision;
}
afterEach(() => Promise.all(clients.splice(0).map((vision) => vision.stop())));

/** The real process, which the test may end as a crash would. */
function killable() {
  let present: { kill(): void } | undefined;
  const startProcess: StartProcess = (listener) => {
    const process = forkVisionProcess(listener);
    present = process;
    return process;
  };
  return { startProcess, kill: () => present?.kill() };
}

describe('the vision process', () => {
  it('looks at JPEG and raw pictures, draws thumbnails, refuses what is no picture, and stops when asked', async () => {
    const vision = client();
    await vision.start();
    const raw = await scene(2);
    const jpeg = { kind: 'encoded', bytes: await asJpeg(raw) } as const;
    const [fromRaw, fromJpeg] = [await vision.analyze(raw), await vision.analyze(jpeg)];
    expect(fromRaw.faces.length).toBe(1);
    expect(fromJpeg.faces.length).toBe(1);
    expect(fromRaw.faces[0]?.embedding).toBeInstanceOf(Float32Array);
    expect(fromJpeg.objects.map(({ label }) => label)).toContain('person');
    const thumbnail = await vision.thumbnail(jpeg, 320);
    expect([...thumbnail.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    await expect(vision.analyze({ kind: 'encoded', bytes: jpeg.bytes.subarray(0, 2000) })).rejects.toThrow(
      /^The JPEG picture is damaged or cut short: /,
    );
    expect(vision.health).toEqual({ state: 'ready', restarts: 0, lastError: null });
    await vision.stop();
    expect(vision.health.state).toBe('stopped');
  });

  it('killed in the middle of a picture costs that picture, and its successor looks at the next', async () => {
    const { startProcess, kill } = killable();
    const vision = client({ startProcess });
    await vision.start();
    const picture = await scene(2);
    const looking = vision.analyze(picture);
    const waiting = vision.analyze(picture);
    kill();
    await expect(looking).rejects.toThrow('The vision process was ended by SIGKILL. It was looking at this picture.');
    expect((await waiting).faces.length).toBe(1);
    expect(vision.health).toMatchObject({ state: 'ready', restarts: 1 });
  });

  it('asked to stop in the middle of a picture finishes it first', async () => {
    const vision = client();
    await vision.start();
    const looking = vision.analyze(await scene(2));
    const stopped = vision.stop();
    expect((await looking).faces.length).toBe(1);
    await stopped;
  });

  it('without its models says which is missing', async () => {
    const vision = client({ models: new URL('nowhere/', import.meta.url) });
    await expect(vision.start()).rejects.toThrow(/^models\/[a-z]+\.onnx is missing: run `npm run build`\.$/);
    expect(vision.health).toMatchObject({ state: 'restarting' });
  });
});

describe('left to itself, the vision process', () => {
  function start() {
    const child = fork(processFile, {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const responses: Response[] = [];
    let complaints = '';
    child.on('message', (response) => responses.push(response as Response));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaints += text;
    });
    const tell = (request: Request) => child.send(request);
    const heard = async (kind: Response['kind']) => {
      while (!responses.some((response) => response.kind === kind)) await once(child, 'message');
    };
    return { child, tell, heard, responses, complaints: () => complaints, gone: once(child, 'exit') };
  }

  it('takes no notice of the signals Homebridge sends its group, answers, and ends when its parent is gone', async () => {
    const { child, tell, heard, responses, complaints, gone } = start();
    tell({ kind: 'start', threads: 1 });
    await heard('ready');
    tell({ kind: 'analyze', id: 7, picture: await scene(2), options: {} });
    child.kill('SIGTERM');
    child.kill('SIGINT');
    await heard('analysis');
    expect(responses.at(-1)).toMatchObject({ kind: 'analysis', id: 7, analysis: { width: 640 } });
    child.disconnect();
    expect(await gone).toEqual([0, null]);
    expect(complaints()).toBe('');
  });

  it('ends without a complaint when its parent goes away in the middle of a picture', async () => {
    const { child, tell, heard, complaints, gone } = start();
    tell({ kind: 'start', threads: 1 });
    await heard('ready');
    tell({ kind: 'analyze', id: 1, picture: await scene(2), options: {} });
    child.disconnect();
    expect(await gone).toEqual([0, null]);
    expect(complaints()).toBe('');
  });

  it('answers what it was asked before its models are loaded once they are, in order', async () => {
    const { tell, heard, responses, gone } = start();
    tell({ kind: 'start', threads: 1 });
    tell({ kind: 'analyze', id: 1, picture: { kind: 'encoded', bytes: new Uint8Array() }, options: {} });
    tell({ kind: 'thumbnail', id: 2, picture: await scene(2), width: 100 });
    tell({ kind: 'shutdown' });
    await heard('thumbnail');
    expect(responses.map(({ kind }) => kind)).toEqual(['ready', 'failed', 'thumbnail']);
    expect(responses[1]).toEqual({ kind: 'failed', id: 1, message: 'The picture is empty.' });
    expect(await gone).toEqual([0, null]);
  });

  it('started by hand says that it is not meant to be', async () => {
    const child = spawn(process.execPath, [processFile], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(1);
    expect(said).toBe('The vision process is started by Latchkey itself, not by hand.\n');
  });
});
