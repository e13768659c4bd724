/** The folder camera, on a real folder with real files; time moves by hand. */
import { EventEmitter } from 'node:events';
import type { FSWatcher, watch } from 'node:fs';
import { appendFile, chmod, mkdir, readFile, rename, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Frame, Trigger } from '../../src/cameras/camera.ts';
import { FolderCamera, type FolderCameraOptions } from '../../src/cameras/folder.ts';
import { VirtualClock } from '../fakes/clock.ts';
import { FakeLog } from '../fakes/log.ts';
import { ffmpegPath, makeClip, withoutFfmpeg } from './clips.ts';
import { DropFolder, jpeg, png } from './pictures.ts';

let a: Buffer;
let b: Buffer;
let c: Buffer;
let pictures: Record<string, Buffer>;
beforeAll(async () => {
  [a, b, c] = [await jpeg(1), await jpeg(200), await png()];
  pictures = { a, b, c };
});

let drop: DropFolder;
let clock: VirtualClock;
let log: FakeLog;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  drop = await DropFolder.make();
  clock = new VirtualClock(Date.now());
  log = new FakeLog();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await drop.remove();
});

/** A network mount, on which nothing is heard of what others write. */
const deaf = (() => Object.assign(new EventEmitter(), { close() {} }) as unknown as FSWatcher) as typeof watch;

/** For visits that must not end while the disk takes its own time and the clock runs ahead of it. */
const endless = { visitSeconds: 1e6, quietSeconds: 1e6 };

class Watched {
  readonly camera: FolderCamera;
  readonly triggers: Trigger[] = [];
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(options: Partial<FolderCameraOptions> = {}, watching?: typeof watch) {
    const defaults = { id: 'front', name: 'Front door', folder: drop.folder, trigger: 'motion' as const };
    const times = { visitSeconds: 20, quietSeconds: 3, ffmpegPath: 'ffmpeg' };
    this.camera = new FolderCamera(
      { ...defaults, ...times, ...options },
      { clock, log, ...(watching && { watch: watching }) },
    );
    closing.push(() => this.camera.stop());
  }

  async start(): Promise<this> {
    await this.camera.start((trigger) => {
      this.triggers.push(trigger);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    return this;
  }

  /** The frames of the next visit, as the pipeline reads them. */
  async visit(signal = new AbortController().signal): Promise<AsyncGenerator<Frame>> {
    while (this.#taken >= this.triggers.length) await new Promise<void>((wake) => this.#waiting.push(wake));
    return this.camera.frames(this.triggers[this.#taken++] as Trigger, signal);
  }
}

async function next(frames: AsyncGenerator<Frame>): Promise<Frame> {
  const { value, done } = await frames.next();
  if (done) throw new Error('There are no more frames.');
  return value;
}

/** The name of the picture a frame shows. */
function shown(frame: Frame): string {
  return Object.entries(pictures).find(([, bytes]) => bytes.equals(frame.picture.bytes))?.[0] ?? 'none of them';
}

/** Moves time on, a little at a time, until `promise` settles: the disk takes its own time in between. */
async function passing<Value>(promise: Promise<Value>): Promise<Value> {
  let settled = false;
  const done = () => {
    settled = true;
  };
  promise.then(done, done);
  while (!settled) {
    await clock.advance(250);
    await stat(drop.base);
  }
  return promise;
}

describe('a picture dropped into the folder', () => {
  it('triggers a visit and is its frame, however it comes in', async () => {
    const front = await new Watched().start();
    const mtime = clock.now() - 400;
    await drop.moveIn('one.jpg', a, mtime);
    const frames = await front.visit();
    expect(front.triggers).toEqual([{ kind: 'motion', at: mtime }]);
    expect(await next(frames)).toEqual({
      picture: { kind: 'encoded', bytes: a },
      takenAt: mtime,
      live: true,
    });
    await writeFile(drop.path('two.JPEG'), b);
    expect(shown(await next(frames))).toBe('b');
    await writeFile(drop.path('three.png.tmp'), c);
    await rename(drop.path('three.png.tmp'), drop.path('three.png'));
    expect(shown(await next(frames))).toBe('c');
    expect(front.triggers).toHaveLength(1);
  });

  it('rings where a new picture counts as a ring', async () => {
    const front = await new Watched({ trigger: 'ding' }).start();
    await drop.moveIn('one.jpg', a);
    await front.visit();
    expect(front.triggers[0]?.kind).toBe('ding');
  });

  it('is taken once it is whole, not while it is written in pieces', async () => {
    const front = await new Watched().start();
    const half = a.length >> 1;
    await writeFile(drop.path('slow.jpg'), a.subarray(0, half));
    await appendFile(drop.path('slow.jpg'), a.subarray(half, half + 10));
    await drop.moveIn('quick.jpg', b);
    const frames = await front.visit();
    expect(shown(await next(frames))).toBe('b');
    await appendFile(drop.path('slow.jpg'), a.subarray(half + 10));
    expect(shown(await next(frames))).toBe('a');
  });

  it('is not a visit where it was there before the start, also deep inside', async () => {
    await drop.moveIn('old.jpg', a);
    await drop.moveIn('2026/11/21/old.jpg', a);
    const front = await new Watched().start();
    await drop.moveIn('2026/11/21/new.jpg', b);
    const frames = await front.visit();
    expect(shown(await next(frames))).toBe('b');
    await drop.moveIn('last.jpg', a);
    expect(shown(await next(frames))).toBe('a');
    expect(front.triggers).toHaveLength(1);
  });

  it('is found in folders made later, moved in or made around it', async () => {
    const front = await new Watched().start();
    await mkdir(join(drop.base, '20261122/am'), { recursive: true });
    await writeFile(join(drop.base, '20261122/am/1.jpg'), a);
    await rename(join(drop.base, '20261122'), drop.path('20261122'));
    const frames = await front.visit();
    expect(shown(await next(frames))).toBe('a');
    await drop.moveIn('20261122/am/2.jpg', b);
    expect(shown(await next(frames))).toBe('b');
    await drop.moveIn('20261123/pm/3.jpg', a);
    expect(shown(await next(frames))).toBe('a');
  });

  it('is one frame, though the FTP server sets its time after the upload', async () => {
    const front = await new Watched().start();
    await drop.moveIn('one.jpg', a);
    const frames = await front.visit();
    await next(frames);
    await utimes(drop.path('one.jpg'), new Date(clock.now() - 5000), new Date(clock.now() - 5000));
    await chmod(drop.path('one.jpg'), 0o600);
    await drop.moveIn('two.jpg', b);
    expect(shown(await next(frames))).toBe('b');
  });

  it('is a new one where it takes the place of the last, old or new', async () => {
    await drop.moveIn('latest.jpg', a, clock.now() - 1000);
    const front = await new Watched().start();
    await drop.moveIn('latest.jpg', b, clock.now() + 1000);
    const frames = await front.visit();
    expect(shown(await next(frames))).toBe('b');
    await drop.moveIn('latest.jpg', c, clock.now() + 1500);
    expect(shown(await next(frames))).toBe('c');
  });

  it('is left out where another has taken its place before it was looked at', async () => {
    const front = await new Watched().start();
    await drop.moveIn('one.jpg', a);
    const frames = await front.visit();
    await drop.moveIn('two.jpg', b);
    await drop.moveIn('three.jpg', a);
    await next(frames);
    await writeFile(drop.path('two.jpg'), Buffer.concat([c, b]));
    expect(shown(await next(frames))).toBe('a');
  });

  it.each([
    ['as old as it is', 2500, 2500, true],
    ['not live when it is older than a minute', 61_000, 61_000, false],
    ['as of now where the camera’s clock is a little ahead', -1500, 0, true],
    ['not live, and not younger than now, where its time is far in the future', -90_000, 0, false],
  ])('is %s', async (_, age, takenBefore, live) => {
    const front = await new Watched().start();
    const now = clock.now();
    await drop.moveIn('one.jpg', a, now - age);
    const frame = await next(await front.visit());
    expect({ takenAt: frame.takenAt, live: frame.live }).toEqual({ takenAt: now - takenBefore, live });
  });
});

describe('a visit', () => {
  it('ends when it has been quiet, and the next picture begins the next one', async () => {
    const front = await new Watched({ quietSeconds: 3 }).start();
    await drop.moveIn('one.jpg', a);
    const frames = await front.visit();
    await next(frames);
    await drop.moveIn('two.jpg', b);
    expect(shown(await next(frames))).toBe('b');
    expect((await passing(frames.next())).done).toBe(true);
    expect(front.triggers).toHaveLength(1);
    await drop.moveIn('three.jpg', a);
    expect(shown(await next(await front.visit()))).toBe('a');
    expect(front.triggers).toHaveLength(2);
  });

  it('is over after its longest time, though it is never quiet', async () => {
    const front = await new Watched({ visitSeconds: 5, quietSeconds: 60 }).start();
    await drop.moveIn('one.jpg', a);
    const frames = await front.visit();
    await next(frames);
    expect((await passing(frames.next())).done).toBe(true);
    await drop.moveIn('two.jpg', b);
    expect(shown(await next(await front.visit()))).toBe('b');
  });

  it('goes on while a picture is being looked at, so that none that comes meanwhile is lost', async () => {
    const front = await new Watched({ quietSeconds: 3 }).start();
    await drop.moveIn('one.jpg', a);
    const frames = await front.visit();
    await next(frames);
    await clock.advance(6000);
    await drop.moveIn('two.jpg', b);
    expect(shown(await next(frames))).toBe('b');
    expect(front.triggers).toHaveLength(1);
  });

  it('is not quiet while a file is being written', async () => {
    const front = await new Watched({ quietSeconds: 1 }).start();
    await drop.moveIn('one.jpg', a);
    await writeFile(drop.path('slow.jpg'), b.subarray(0, 50));
    const frames = await front.visit();
    await next(frames);
    await drop.moveIn('two.jpg', a);
    await next(frames);
    const last = frames.next();
    await clock.advance(5000);
    await appendFile(drop.path('slow.jpg'), b.subarray(50));
    expect(shown((await last).value as Frame)).toBe('b');
    expect(front.triggers).toHaveLength(1);
  });

  it('that has been decided takes the rest of its pictures with it', async () => {
    const front = await new Watched(endless).start();
    await drop.moveIn('one.jpg', a);
    for await (const _ of await front.visit()) break;
    await drop.moveIn('two.jpg', b);
    await drop.moveIn('text.jpg', 'hello');
    await passing(log.said(/skipped text.jpg/));
    expect(front.triggers).toHaveLength(1);
  });

  it('ends when its reader is told to', async () => {
    const front = await new Watched().start();
    await drop.moveIn('one.jpg', a);
    const stopping = new AbortController();
    const frames = await front.visit(stopping.signal);
    await next(frames);
    const second = frames.next();
    stopping.abort();
    expect((await second).done).toBe(true);
  });

  it('has no frames for a trigger the folder did not give', async () => {
    const { camera } = await new Watched().start();
    const frames = camera.frames({ kind: 'manual', at: clock.now() }, new AbortController().signal);
    expect((await frames.next()).done).toBe(true);
  });

  it('of five hundred pictures at once is one visit, in their order', async () => {
    const front = await new Watched().start();
    const names = Array.from({ length: 500 }, (_, i) => `${i}`.padStart(4, '0'));
    await mkdir(join(drop.base, 'burst'));
    const began = clock.now() - 1000;
    for (const [index, name] of names.entries()) {
      const path = join(drop.base, 'burst', `${name}.jpg`);
      await writeFile(path, a);
      await utimes(path, (began + index) / 1000, (began + index) / 1000);
    }
    await rename(join(drop.base, 'burst'), drop.path('burst'));
    const frames = await front.visit();
    const times: number[] = [];
    while (times.at(-1) !== began + 499) times.push((await next(frames)).takenAt);
    expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
    expect((await passing(frames.next())).done).toBe(true);
    expect(front.triggers).toHaveLength(1);
  });

  it('belongs to the camera whose folder it came to', async () => {
    const front = await new Watched({ folder: drop.path('front') }).start();
    await mkdir(drop.path('front'));
    await mkdir(drop.path('back'));
    await passing(log.said(/Front door watches its folder .* again/));
    const back = await new Watched({ name: 'Back door', folder: drop.path('back') }).start();
    await drop.moveIn('back/one.jpg', b);
    await drop.moveIn('front/one.jpg', a);
    expect(shown(await next(await front.visit()))).toBe('a');
    expect(shown(await next(await back.visit()))).toBe('b');
    expect([front.triggers.length, back.triggers.length]).toEqual([1, 1]);
  });
});

describe('a clip', () => {
  it.skipIf(!ffmpegPath)(`is a visit of frames that are not live${withoutFfmpeg}`, async () => {
    await makeClip(join(drop.base, 'one.mp4'), { seconds: 1 });
    const front = await new Watched({ ...endless, ffmpegPath: ffmpegPath as string }).start();
    await drop.moveIn('one.mp4', await readFile(join(drop.base, 'one.mp4')), clock.now());
    const takenAt = clock.now();
    const frames = await passing(front.visit());
    for (const _ of [1, 2, 3]) {
      expect(await next(frames)).toMatchObject({ live: false, takenAt, picture: { kind: 'rgb', width: 640 } });
    }
    await drop.moveIn('two.jpg', b);
    expect(shown(await next(frames))).toBe('b');
    await front.camera.stop();
  });

  it('is not taken while it is still growing', async () => {
    const front = await new Watched(endless).start();
    await writeFile(drop.path('one.mp4'), '\0\0\0\x18ftypisom');
    await drop.moveIn('one.jpg', a);
    await front.visit();
    for (let second = 0; second < 6; second++) {
      await appendFile(drop.path('one.mp4'), 'more');
      await drop.moveIn('text.jpg', `${second}`);
      await clock.advance(2000);
    }
    expect(log.lines.filter((line) => line.includes('mp4'))).toEqual([]);
  });

  it('without ffmpeg is said once, and the next picture is taken', async () => {
    const front = await new Watched({ ...endless, ffmpegPath: join(drop.base, 'none') }).start();
    await writeFile(drop.path('one.mp4'), '\0\0\0\x18ftypisom');
    await writeFile(drop.path('two.mp4'), '\0\0\0\x18ftypisom');
    const frames = await passing(front.visit());
    const first = next(frames);
    await passing(log.said(/Clips need ffmpeg/));
    await drop.moveIn('one.jpg', a);
    expect(shown(await passing(first))).toBe('a');
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toContain('set ffmpegPath');
  });
});

describe('what is no picture', () => {
  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['empty.jpg', async () => Buffer.alloc(0), 'it is empty'],
    ['half.jpg', async () => a.subarray(0, 200), 'it is only half written'],
    ['half.png', async () => c.subarray(0, 40), 'it is only half written'],
    ['text.jpg', async () => Buffer.from('hello'), 'it is not a JPEG or PNG picture'],
    ['text.mp4', async () => Buffer.from('hello'), 'it is not an MP4, MOV, MKV or AVI clip'],
  ])('%s is skipped with one sentence, and the next picture is taken', async (name, bytes, cause) => {
    const front = await new Watched().start();
    await writeFile(drop.path(name), await bytes());
    expect(await passing(log.said(/skipped/))).toBe(`warn: Front door skipped ${name}: ${cause}.`);
    expect(front.triggers).toHaveLength(0);
    await drop.moveIn('good.jpg', b);
    expect(shown(await next(await front.visit()))).toBe('b');
    expect(log.lines).toHaveLength(1);
  });

  it('a picture Homebridge may not read is skipped', async () => {
    await new Watched().start();
    // Root may read everything: as root, the test goes on as nobody.
    const isRoot = process.getuid?.() === 0;
    for (const folder of isRoot ? [drop.path('..'), drop.path('.')] : []) await chmod(folder, 0o777);
    if (isRoot) process.seteuid?.(65_534);
    try {
      await writeFile(drop.path('secret.jpg'), a, { mode: 0o000 });
      expect(await passing(log.said(/skipped/))).toBe(
        'warn: Front door skipped secret.jpg: Homebridge may not read it.',
      );
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('a file of another kind is said once for its ending', async () => {
    const front = await new Watched().start();
    await drop.moveIn('notes.txt', 'hello');
    await drop.moveIn('more.txt', 'hello');
    await drop.moveIn('good.jpg', a);
    await front.visit();
    expect(log.lines).toEqual(['warn: Front door skips files that are neither pictures nor clips, such as notes.txt.']);
  });

  it('hidden files and the folders network storage keeps are passed over', async () => {
    const front = await new Watched().start();
    await drop.moveIn('.in.upload.jpg', a);
    await drop.moveIn('@eaDir/thumb.jpg', a);
    await drop.moveIn('#recycle/gone.jpg', a);
    await drop.moveIn('good.jpg', b);
    expect(shown(await next(await front.visit()))).toBe('b');
    expect(log.lines).toEqual([]);
  });

  it('a file that is written so slowly that it rests, and then goes on, is taken at last', async () => {
    const front = await new Watched().start();
    await writeFile(drop.path('slow.jpg'), a.subarray(0, 100));
    await passing(log.said(/skipped slow.jpg: it is only half written/));
    await appendFile(drop.path('slow.jpg'), a.subarray(100));
    expect(shown(await next(await front.visit()))).toBe('a');
  });

  it('a file cut off and written anew is taken whole', async () => {
    const front = await new Watched().start();
    await drop.moveIn('one.jpg', a);
    const frames = await front.visit();
    await next(frames);
    await truncate(drop.path('one.jpg'), 0);
    await writeFile(drop.path('one.jpg'), c);
    expect(shown(await next(frames))).toBe('c');
  });
});

describe('the folder itself', () => {
  it('may be missing at the start: that is said, and it is waited for', async () => {
    const folder = drop.path('later');
    const front = await new Watched({ folder }).start();
    expect(log.lines).toEqual([`warn: Front door waits for its folder ${folder}: it does not exist.`]);
    await drop.moveIn('later/one.jpg', a, clock.now() + 1000);
    expect(shown(await next(await passing(front.visit())))).toBe('a');
    expect(log.lines.at(-1)).toBe(`info: Front door watches its folder ${folder} again.`);
  });

  it('may be a file: that is said', async () => {
    await drop.moveIn('file', 'hello');
    await new Watched({ folder: drop.path('file') }).start();
    expect(log.lines).toEqual([
      `warn: Front door waits for its folder ${drop.path('file')}: it is a file, not a folder.`,
    ]);
  });

  it('may go and come back with old pictures in it: only what is written then is a visit', async () => {
    await drop.moveIn('day/old.jpg', a, clock.now() - 3_600_000);
    const front = await new Watched().start();
    await rename(drop.folder, join(drop.base, 'unmounted'));
    await passing(log.said(/waits for its folder/));
    await writeFile(join(drop.base, 'unmounted', 'while-away.jpg'), a);
    await utimes(join(drop.base, 'unmounted', 'while-away.jpg'), 1_700_000_000, 1_700_000_000);
    await rename(join(drop.base, 'unmounted'), drop.folder);
    await passing(log.said(/again/));
    await drop.moveIn('day/new.jpg', b);
    expect(shown(await next(await front.visit()))).toBe('b');
    expect(front.triggers).toHaveLength(1);
  });

  it('may be a network mount, on which only looking finds what is new', async () => {
    await drop.moveIn('20261121/old.jpg', a);
    const front = await new Watched(endless, deaf).start();
    await drop.moveIn('20261122/one.jpg', b);
    const frames = await passing(front.visit());
    expect(shown(await next(frames))).toBe('b');
    await drop.moveIn('20261121/two.jpg', a);
    expect(shown(await passing(next(frames)))).toBe('a');
    await writeFile(drop.path('slow.jpg'), b.subarray(0, 99));
    const slow = next(frames);
    await clock.advance(2000);
    await appendFile(drop.path('slow.jpg'), b.subarray(99));
    expect(shown(await passing(slow))).toBe('b');
  });
});

describe('stopping', () => {
  it('ends the visit under way, and nothing happens any more', async () => {
    const front = await new Watched().start();
    await drop.moveIn('one.jpg', a);
    const frames = await front.visit();
    await next(frames);
    const second = frames.next();
    await front.camera.stop();
    expect((await second).done).toBe(true);
    expect(clock.waiting).toBe(0);
    const other = await new Watched({ name: 'Other' }).start();
    await drop.moveIn('two.jpg', b);
    await other.visit();
    expect(front.triggers).toHaveLength(1);
  });
});
