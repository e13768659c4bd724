/** `latchkey backfill`, as it is run: a fake Ring cloud, a real ffmpeg, the real models, a real history. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ringTokenPath, TokenFile, unpackToken } from '../../src/cameras/ring/token.ts';
import { EventStore } from '../../src/store/event-store.ts';
import { ffmpegPath, makeClip } from '../cameras/clips.ts';
import { FakeRing } from '../fakes/ring/cloud.ts';
import { aVisit } from '../store/visits.ts';

const root = join(import.meta.dirname, '../..');
const ready = ffmpegPath && existsSync(join(root, 'models/centernet.onnx'));
const why = ready ? '' : ' (skipped: there is no ffmpeg for this machine, or the models are not built)';

describe.skipIf(!ready)(`latchkey backfill${why}`, () => {
  let ring: FakeRing;
  let storage: string;
  const now = Date.now();
  const hour = 60 * 60_000;

  beforeEach(async () => {
    ring = await FakeRing.start();
    storage = mkdtempSync(join(tmpdir(), 'latchkey-backfill-'));
    configure([{ type: 'ring', name: 'Front' }]);
    new TokenFile(tokenPath()).replace(ring.oauth.issue());
    await makeClip(join(storage, 'clip.mp4'), { size: '320x180', seconds: 1 });
    const clip = readFileSync(join(storage, 'clip.mp4'));
    for (const [index, kind] of (['ding', 'motion', 'ding'] as const).entries()) {
      const id = String(index + 1);
      ring.events.push({ id, device: 1001, kind, at: now - (index + 1) * hour });
      ring.recordings.set(id, clip);
    }
  });
  afterEach(async () => {
    await ring.close();
    rmSync(storage, { recursive: true, force: true });
  });

  const tokenPath = () => ringTokenPath(join(storage, 'latchkey'));
  const configure = (cameras: object[]) => {
    const block = { platform: 'Latchkey', cameras, ffmpegPath };
    writeFileSync(join(storage, 'config.json'), JSON.stringify({ platforms: [block] }));
  };

  /** Runs it; `during` may meddle with it. */
  async function backfill(during: (child: ChildProcess) => Promise<void> = async () => {}, args: string[] = []) {
    const preload = pathToFileURL(join(root, 'test/fakes/ring/preload.ts')).href;
    const latchkey = join(root, 'src/cli/latchkey.ts');
    const child = spawn(
      process.execPath,
      ['--import', preload, latchkey, '--storage', storage, 'backfill', '--days', '2', ...args],
      { env: { ...process.env, FAKE_RING: JSON.stringify(ring.address) } },
    );
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      err += text;
    });
    const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
    await during(child);
    const code = await closed;
    expect(out + err).not.toContain(ring.signature);
    return { code, out, err };
  }

  async function inHistory<Result>(look: (store: EventStore) => Promise<Result>): Promise<Result> {
    const store = await EventStore.open(join(storage, 'latchkey'));
    try {
      return await look(store);
    } finally {
      await store.close();
    }
  }

  const events = () => inHistory((store) => store.events({ limit: 50 }));
  const files = () => readdirSync(join(storage, 'latchkey', 'recordings'));

  it('adds what was recorded, says what failed and why, and passes over what the history has', async () => {
    const seen = {
      cameraId: 'front',
      recordingId: '3',
      triggeredAt: now - 3 * hour,
      decidedAt: now - 3 * hour + 900,
    };
    await inHistory((store) => store.addVisit(aVisit(seen)));
    ring.recordings.set('2', Buffer.from('no clip'));
    ring.events.push({ id: '4', device: 1001, kind: 'motion', at: now - 4 * hour });
    ring.events.push({ id: '5', device: 1001, kind: 'ding', at: now - 60_000 });
    const { code, out, err } = await backfill();
    expect(out).toBe('1 visit was added to the history, 1 known already, 1 without a recording, 1 failed.\n');
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(/^Front, \S+Z: Ring's recording of Front is not an MP4/),
      expect.stringMatching(/^Ring's recording of Front could not be loaded: .*\(404\)\.$/),
    ]);
    expect(code).toBe(1);
    const [newest, ...rest] = await events();
    expect(rest).toHaveLength(1);
    expect(newest).toMatchObject({
      cameraId: 'front',
      recordingId: '1',
      trigger: 'ding',
      triggeredAt: now - hour,
      seen: true,
      recording: 'shown',
      decision: { unlock: false, gates: [] },
      unlocked: false,
      lockId: null,
      sentence: 'Someone rang at Front. The pictures show nothing known.',
    });
    expect(newest?.thumbnail).not.toBeNull();
    expect(files()).toEqual([]);
  });

  it('ends cleanly at Ctrl-C, and goes on when it is run again', async () => {
    ring.faults = [{ match: /recording-files\/2/, times: 1, does: 'stall' }];
    const stopped = await backfill(async (child) => {
      await ring.seen(/recording-files\/2/);
      child.kill('SIGINT');
    });
    expect(stopped).toEqual({
      code: 130,
      out: '1 visit was added to the history. It was stopped: run it again to go on.\n',
      err: '',
    });
    expect(files()).toEqual([]);
    const again = await backfill();
    expect(again).toEqual({ code: 0, out: '2 visits were added to the history, 1 known already.\n', err: '' });
    expect((await events()).map(({ recordingId }) => recordingId)).toEqual(['1', '2', '3']);
  });

  it('ends at Ctrl-C while Ring does not answer, too', async () => {
    ring.faults = [{ match: /locations/, does: 'hang' }];
    const stopped = await backfill(async (child) => {
      await ring.seen(/locations/);
      child.kill('SIGINT');
    });
    expect(stopped).toEqual({ code: 1, out: '', err: 'It was stopped.\n' });
  });

  it('goes on with the token that a running Latchkey was given meanwhile', async () => {
    ring.faults = [
      {
        match: /dings\/2\/share/,
        times: 1,
        does: () => {
          ring.oauth.revokeAll();
          new TokenFile(tokenPath()).replace(ring.oauth.issue());
          return { status: 401, body: { error: 'expired' } };
        },
      },
    ];
    const { code, out, err } = await backfill();
    expect([code, out, err]).toEqual([0, '3 visits were added to the history.\n', '']);
    expect(ring.oauth.knows(unpackToken(new TokenFile(tokenPath()).read() ?? '').rt)).toBe(true);
  });

  it('says in one sentence what is missing', async () => {
    configure([{ type: 'folder', name: 'Yard', folder: storage }]);
    expect(await backfill()).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/no Ring camera in the settings/),
    });
    configure([{ type: 'ring', name: 'Front', device: '99' }]);
    expect((await backfill()).err).toBe('Ring has no camera that is meant by Front: see "latchkey devices".\n');
    ring.oauth.revokeAll();
    expect(await backfill()).toMatchObject({ code: 1, err: expect.stringMatching(/logged Latchkey out/) });
    rmSync(tokenPath());
    expect(await backfill()).toMatchObject({ code: 1, err: expect.stringMatching(/not logged in to Ring/) });
  });
});
