/** A whole house at a fake Ring cloud: a visit in which nothing was seen is filled from its recording, and no door opens. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ringTokenPath, TokenFile } from '../src/cameras/ring/token.ts';
import { parseConfig } from '../src/config.ts';
import { House } from '../src/house.ts';
import { EventStore } from '../src/store/event-store.ts';
import { VisionClient } from '../src/vision/client.ts';
import { embeddingModel } from '../src/vision/models.ts';
import { ffmpegPath } from './cameras/clips.ts';
import { VirtualClock } from './fakes/clock.ts';
import { FakeLog } from './fakes/log.ts';
import { FakeRing } from './fakes/ring/cloud.ts';
import { push } from './fakes/ring/pushes.ts';
import { redirect } from './fakes/ring/redirect.ts';

const root = join(import.meta.dirname, '..');
const faces = join(root, '../shared/data/faces');
const ready = ffmpegPath !== null && existsSync(faces) && existsSync(join(root, 'models/faceres.onnx'));

describe.skipIf(!ready)(
  'a visit in which nothing was seen (skipped: ../shared/data, ffmpeg or the models are missing)',
  () => {
    let ring: FakeRing;
    let undo: () => Promise<void>;
    let storage: string;
    let clock: VirtualClock;
    let log: FakeLog;
    let house: House;

    beforeAll(async () => {
      // The doorbell's live call succeeds and shows nothing, as that of one with a weak Wi-Fi does.
      ring = await FakeRing.start({ silent: true });
      undo = await redirect(ring.address);
      storage = mkdtempSync(join(tmpdir(), 'latchkey-filled-'));
      const pictures = await somebody();
      await enrol(pictures.slice(0, 4));
      ring.recordings.set('77', await clipOf(pictures.slice(4)));
      new TokenFile(ringTokenPath(join(storage, 'latchkey'))).replace(ring.oauth.issue());
      clock = new VirtualClock(Date.now());
      log = new FakeLog();
      house = await open();
      await house.start();
    });

    afterAll(async () => {
      await house?.stop();
      await undo?.();
      await ring?.close();
      if (storage) rmSync(storage, { recursive: true, force: true });
    });

    /** Pictures of the first person there are eight of. */
    async function somebody(): Promise<string[]> {
      const name = readdirSync(faces).find((one) => readdirSync(join(faces, one)).length >= 8) as string;
      return readdirSync(join(faces, name))
        .sort()
        .map((file) => join(faces, name, file));
    }

    async function enrol(pictures: readonly string[]): Promise<void> {
      const vision = new VisionClient();
      const store = await EventStore.open(join(storage, 'latchkey'));
      await vision.start();
      const templates = [];
      for (const picture of pictures) {
        const { faces: found } = await vision.analyze({ kind: 'encoded', bytes: readFileSync(picture) });
        const [largest] = found.sort((a, b) => b.size - a.size);
        if (largest) templates.push({ embedding: largest.embedding, model: embeddingModel, source: 'test' });
      }
      await store.enrol('ada', 'Ada', templates);
      await Promise.all([vision.stop(), store.close()]);
    }

    async function clipOf(pictures: readonly string[]): Promise<Uint8Array> {
      const path = join(storage, 'recording.mp4');
      const inputs = pictures.flatMap((picture) => ['-loop', '1', '-t', '1', '-i', picture]);
      const joined = `concat=n=${pictures.length}:v=1,scale=640:640,fps=10,format=yuv420p`;
      await promisify(execFile)(ffmpegPath as string, ['-v', 'error', ...inputs, '-filter_complex', joined, path]);
      return readFileSync(path);
    }

    function open(): Promise<House> {
      const parsed = parseConfig({
        cameras: [{ type: 'ring', name: 'Front', visitSeconds: 5 }],
        locks: [{ type: 'virtual', name: 'Door' }],
        unlock: { mode: 'auto' },
        ffmpegPath,
      });
      if (!parsed.ok) throw new Error(parsed.problems.join());
      return House.open({
        config: parsed.config,
        storage,
        version: '0',
        clock,
        log,
        listener: { ended: () => ended() },
      });
    }

    let ended: () => void = () => {};

    /** Somebody rings whom no picture shows; resolves once the visit is over. */
    async function ringing(id: string): Promise<void> {
      const over = new Promise<void>((resolve) => {
        ended = resolve;
      });
      await ring.push(push({ id, triggeredAt: clock.now() }));
      await ring.seen(/signalsocket|snapshots\/next/);
      await clock.advance(6_000);
      await over;
    }

    it('is filled from its recording: who it was is known, what was decided stays, and the door stays shut', async () => {
      await ringing('77');
      const store = await EventStore.open(join(storage, 'latchkey'), { readOnly: true });
      const [before] = await store.events({ limit: 1 });
      expect(before).toMatchObject({ recordingId: '77', identity: { kind: 'nobody' }, frames: 0, recording: null });
      await clock.advance(30_000);
      await log.said(/info: The visit at Front \(event 1\) is better known now\. Its recording shows Ada\./);
      const [after] = await store.events({ limit: 1 });
      expect(after).toMatchObject({ identity: { kind: 'person', name: 'Ada' }, recording: 'shown', unlocked: false });
      expect(after?.decision).toEqual(before?.decision);
      expect(after?.frames).toBeGreaterThan(0);
      expect(readFileSync(store.thumbnailFile(after?.thumbnail as string) as string).subarray(0, 2)).toEqual(
        Buffer.from([0xff, 0xd8]),
      );
      expect(house.locks[0]?.state).toBe('locked');
      expect(readdirSync(join(storage, 'latchkey', 'recordings'))).toEqual([]);
      await store.close();
    });

    it('and whose recording was not looked at yet is filled after the next start', async () => {
      ring.recordings.set('78', ring.recordings.get('77') as Uint8Array);
      await ringing('78');
      await house.stop();
      const recordings = join(storage, 'latchkey', 'recordings');
      writeFileSync(join(recordings, `999999999-${randomUUID()}.part`), 'left by a process that was killed');
      log.lines.length = 0;
      house = await open();
      await house.start();
      expect(readdirSync(recordings)).toEqual([]);
      await clock.advance(30_000);
      await log.said(/info: The visit at Front \(event 2\) is better known now\. Its recording shows Ada\./);
      expect(log.lines.join('\n')).not.toContain(ring.signature);
    });
  },
);
