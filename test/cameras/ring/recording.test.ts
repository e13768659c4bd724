/** Ring's recordings, from the fake cloud through real downloads and a real ffmpeg; and everything that can be wrong. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Frame } from '../../../src/cameras/camera.ts';
import { TemporaryFiles } from '../../../src/cameras/download.ts';
import { RingAccount } from '../../../src/cameras/ring/account.ts';
import { type RecordingOptions, recordingFrames } from '../../../src/cameras/ring/recording.ts';
import { TokenFile } from '../../../src/cameras/ring/token.ts';
import { VirtualClock } from '../../fakes/clock.ts';
import { FakeLog } from '../../fakes/log.ts';
import { FakeRing } from '../../fakes/ring/cloud.ts';
import { redirect } from '../../fakes/ring/redirect.ts';
import { ffmpegPath, makeClip, withoutFfmpeg } from '../clips.ts';

const at = Date.UTC(2026, 10, 22, 8);
const never = new AbortController().signal;

describe.skipIf(!ffmpegPath)(`Ring's recording of a visit${withoutFfmpeg}`, () => {
  let ring: FakeRing;
  let undo: () => Promise<void>;
  let root: string;
  let clip: Uint8Array;
  let clock: VirtualClock;
  let log: FakeLog;
  let account: RingAccount;

  beforeAll(async () => {
    ring = await FakeRing.start();
    undo = await redirect(ring.address);
    root = mkdtempSync(join(tmpdir(), 'latchkey-recordings-'));
    await makeClip(join(root, 'clip.mp4'));
    clip = readFileSync(join(root, 'clip.mp4'));
    clock = new VirtualClock(Date.now());
    log = new FakeLog();
    const tokens = new TokenFile(join(root, 'ring.json'));
    tokens.replace(ring.oauth.issue());
    account = new RingAccount({ tokens, log, clock });
    await account.start();
  });
  afterAll(async () => {
    await account.stop();
    await undo();
    await ring.close();
    rmSync(root, { recursive: true, force: true });
  });
  beforeEach(() => {
    ring.recordings.clear();
    ring.recordings.set('77', clip);
    ring.faults = [];
    ring.requests.length = 0;
  });
  afterEach(() => {
    // Whatever happened, nothing is left on the disk, and nobody was told where recordings can be loaded.
    expect(left()).toEqual([]);
    expect(log.lines.join('\n')).not.toContain(ring.signature);
  });

  const folder = () => join(root, 'recordings');
  const left = () => (readdirSync(root).includes('recordings') ? readdirSync(folder()) : []);

  function frames(signal = never, changes: Partial<RecordingOptions> = {}) {
    const files = new TemporaryFiles(folder());
    const options = {
      account,
      device: '1001',
      name: 'Front',
      clock,
      ffmpeg: ffmpegPath as string,
      files,
      ...changes,
    };
    return recordingFrames(options, { recordingId: '77', at }, signal);
  }

  async function all(...args: Parameters<typeof frames>): Promise<Frame[]> {
    const seen: Frame[] = [];
    for await (const frame of frames(...args)) seen.push(frame);
    return seen;
  }

  /** What it is refused with, as [problem, sentence]. */
  async function refusal(...args: Parameters<typeof frames>): Promise<unknown[]> {
    const error = await all(...args).catch((thrown) => thrown);
    expect(String(error?.stack)).not.toContain(ring.signature);
    return [error.problem, error.message];
  }

  it('gives its frames in order, three a second, none of them live', async () => {
    const seen = await all();
    expect(seen.length).toBeGreaterThanOrEqual(5);
    expect(seen.map(({ takenAt }) => takenAt - at).slice(0, 4)).toEqual([0, 333, 667, 1000]);
    expect(seen.every(({ live, picture }) => !live && picture.kind === 'rgb')).toBe(true);
  });

  it('lies where only its owner may read it while it is looked at, and is gone with the last frame wanted', async () => {
    for await (const frame of frames()) {
      expect(frame.picture.kind).toBe('rgb');
      expect(statSync(join(folder(), left()[0] as string)).mode & 0o777).toBe(0o600);
      expect(statSync(folder()).mode & 0o777).toBe(0o700);
      break;
    }
    expect(left()).toEqual([]);
  });

  it.each([
    ['is not ready (404)', { match: /share\/play/, does: { status: 404, body: { error: 'not here' } } }],
    ['has no address yet', { match: /share\/play/, does: { status: 200, body: { url: null } } }],
    [
      'has an address that is not https',
      { match: /share\/play/, does: { status: 200, body: { url: 'http://127.0.0.1/' } } },
    ],
    ['is not at its address (404)', { match: /recording-files/, does: { status: 404, body: 'gone' } }],
  ])('that %s is missing, and may come', async (_, fault) => {
    ring.faults = [fault];
    expect(await refusal()).toEqual(['missing', expect.stringMatching(/^Ring('s| has no) recording of Front/)]);
  });

  it('says that a subscription is needed where the camera is known to keep none', async () => {
    const [camera] = account.cameras;
    const features = camera?.data.features as { show_recordings?: boolean };
    features.show_recordings = false;
    expect(await refusal()).toEqual([
      'missing',
      'Ring has no recording of Front: recordings need a Ring subscription.',
    ]);
    delete features.show_recordings;
    expect(ring.requests).toEqual([]);
  });

  it('that is larger than it may be is not taken in, whether or not it says so beforehand', async () => {
    const mostBytes = clip.length - 1;
    expect(await refusal(never, { mostBytes })).toEqual(['unusable', expect.stringMatching(/it is larger than/)]);
    ring.faults = [{ match: /recording-files/, does: 'stall' }];
    expect(await refusal(never, { mostBytes: 100 })).toEqual(['unusable', expect.stringMatching(/it is larger than/)]);
  });

  it.each([
    ['cut short', () => clip.slice(0, 200)],
    ['not a clip', () => Buffer.from('#EXTM3U\nfile:///etc/passwd')],
    ['empty', () => new Uint8Array()],
  ])('that is %s is unusable', async (_, bytes) => {
    ring.recordings.set('77', bytes());
    expect(await refusal()).toEqual(['unusable', expect.stringMatching(/^Ring's recording of Front is /)]);
  });

  it('whose address Ring refuses for another reason is asked for again later', async () => {
    ring.faults = [{ match: /share\/play/, does: { status: 500, body: 'down' } }];
    expect(await refusal()).toEqual(['unreachable', 'Ring refused the recording of Front: it answered 500.']);
  });

  it('that drops the connection is asked for again later', async () => {
    ring.faults = [{ match: /recording-files/, does: 'drop' }];
    expect(await refusal()).toEqual(['unreachable', expect.stringMatching(/loading it failed \(\w+\)\.$/)]);
  });

  it.each(['hang', 'stall'] as const)('whose download does %s is given up after five minutes', async (does) => {
    ring.faults = [{ match: /recording-files/, does }];
    const refused = refusal();
    await ring.seen(/recording-files/);
    await clock.advance(5 * 60_000);
    expect(await refused).toEqual(['unreachable', expect.stringMatching(/it took longer than 300 s to load\.$/)]);
  });

  it('that is not wanted any more ends at once', async () => {
    ring.faults = [{ match: /recording-files/, does: 'stall' }];
    const ending = new AbortController();
    const ended = all(ending.signal).catch((error) => error);
    await ring.seen(/recording-files/);
    ending.abort(new Error('enough'));
    expect((await ended).message).toBe('enough');
  });

  it('says what is missing where there is no ffmpeg', async () => {
    expect(await refusal(never, { ffmpeg: '/nowhere/ffmpeg' })).toEqual([
      'unusable',
      expect.stringMatching(/Clips need ffmpeg/),
    ]);
  });

  it('leaves no file after the next start where the process was killed while it loaded', async () => {
    ring.faults = [{ match: /recording-files/, does: 'stall' }];
    const killed = join(root, 'killed');
    mkdirSync(killed);
    new TokenFile(join(killed, 'ring.json')).replace(ring.oauth.issue());
    const child = fork(join(import.meta.dirname, 'recording.ts'), [killed, JSON.stringify(ring.address)]);
    await ring.seen(/recording-files/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lying = join(killed, 'recordings');
    expect(readdirSync(lying)).toHaveLength(1);
    await new TemporaryFiles(lying).sweep(Date.now());
    expect(readdirSync(lying)).toEqual([]);
  });

  it("sweeps away no file of a process that runs, nor anybody else's, unless it is older than any download", async () => {
    const swept = join(root, 'swept');
    const files = new TemporaryFiles(swept);
    const { path, file } = await files.create();
    await file.close();
    writeFileSync(join(swept, 'holiday.mp4'), '');
    await files.sweep(Date.now());
    expect(readdirSync(swept)).toHaveLength(2);
    utimesSync(path, new Date(0), new Date(0));
    await files.sweep(Date.now());
    expect(readdirSync(swept)).toEqual(['holiday.mp4']);
  });
});
