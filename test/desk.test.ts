/** What the page asks of the running plugin, over a real history: what is done, and in which words it is refused. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CameraHealth } from '../src/cameras/camera.ts';
import { type Config, parseConfig } from '../src/config.ts';
import { History } from '../src/dashboard/api.ts';
import type { EventCard } from '../src/dashboard/api-types.ts';
import { Desk, type DeskPorts } from '../src/desk.ts';
import { FaceUnlock } from '../src/face-unlock.ts';
import { EventStore } from '../src/store/event-store.ts';
import type { Face } from '../src/vision/analysis.ts';
import { embeddingModel } from '../src/vision/models.ts';
import { VirtualClock } from './fakes/clock.ts';
import { FakeLock } from './fakes/lock.ts';
import { FakeLog } from './fakes/log.ts';
import { freshFolder } from './store/folders.ts';
import { aFace, aVisit, embedding, evening, jpeg } from './store/visits.ts';

const picture = Uint8Array.of(0xff, 0xd8, 0xff);

/** A camera that keeps its health where only its own methods find it. */
class WornCamera {
  readonly id = 'front-door';
  readonly name = 'Front door';
  #health: CameraHealth = { troubles: [], lastTrigger: evening, lastFrame: null, reconnects: 2, battery: 62 };

  async start() {}
  async *frames() {}
  async stop() {}

  health(): CameraHealth {
    return this.#health;
  }

  ails(trouble: string): void {
    this.#health = { ...this.#health, troubles: [trouble] };
  }
}

function configured(): Config {
  const parsed = parseConfig({
    name: 'Latchkey',
    cameras: [{ type: 'folder', name: 'Front door', folder: '/pictures' }],
    locks: [{ type: 'virtual', name: 'Front lock' }],
    unlock: { mode: 'auto' },
  });
  if (!parsed.ok) throw new Error(parsed.problems.join(' '));
  return parsed.config;
}

let store: EventStore;
let lock: FakeLock;
let camera: WornCamera;
let faceUnlock: FaceUnlock;
let ports: DeskPorts;
let desk: Desk;
/** What the next picture shows. */
let seen: Face[];

beforeEach(async () => {
  store = await EventStore.open(freshFolder());
  const clock = new VirtualClock(evening + 60_000);
  lock = new FakeLock();
  camera = new WornCamera();
  seen = [];
  const config = configured();
  faceUnlock = new FaceUnlock(config, [lock], { state: store, clock, log: new FakeLog() });
  await faceUnlock.start();
  const ms = { decode: 1, objects: 1, faces: 1, embeddings: 1 };
  ports = {
    version: '1.2.3',
    cameras: [camera],
    locks: [lock],
    faceUnlock,
    store,
    history: new History(store.database, { cameras: new Map([['front-door', 'Front door']]), timeZone: 'UTC', clock }),
    clock,
    vision: {
      analyze: async () => ({ width: 640, height: 360, objects: [], faces: seen, ms }),
      health: { state: 'ready', lastError: null },
    } as unknown as DeskPorts['vision'],
    people: () => store.people(embeddingModel),
    threshold: 0.8,
    recognition: { threshold: 0.62, quality: config.unlock },
    telegram: null,
    ring: null,
    errands: {
      ringLogin: async () => ({ state: 'done' }),
      ringCode: async () => ({ state: 'done' }),
      switchbotDevices: async () => [],
    },
  };
  desk = new Desk(ports);
});

afterEach(() => store.close());

const faceLike = (seed: number, changes: Partial<Face> = {}) => aFace({ embedding: embedding(seed), ...changes });

/** A stranger's visit with these faces; resolves to the ids of the event and its faces. */
async function visit(faces: Face[], changes: Parameters<typeof aVisit>[0] = {}) {
  const event = await store.addVisit(
    aVisit({ faces: faces.map((face) => ({ face, personId: null, personName: null, similarity: null })), ...changes }),
  );
  return { event: event.id, faces: event.faces.map(({ id }) => id), face: event.faces[0]?.id ?? 0 };
}

const people = async () => (await store.people()).map(({ name, templates }) => [name, templates.length]);

describe('enrolling', () => {
  it('takes the face of a visit, and adds to whoever has that name', async () => {
    const [first, again] = [await visit([faceLike(1)]), await visit([faceLike(1)])];
    expect(await desk.enrol(' Anna ', first)).toEqual({
      person: 'Anna',
      personName: 'Anna',
      templates: 1,
      warnings: [],
    });
    await desk.rename('Anna', 'Mum');
    expect(await desk.enrol('Mum', again)).toMatchObject({ person: 'Anna', personName: 'Mum', templates: 2 });
    expect(await people()).toEqual([['Anna', 2]]);
  });

  it('takes a photograph, and says what is wrong with a bad one', async () => {
    expect(await desk.checkPicture(picture)).toEqual({ problem: expect.stringMatching(/^No face was found;/) });
    await expect(desk.enrol('Anna', { picture })).rejects.toThrow(/^No face was found; .*\.$/);
    seen = [faceLike(1, { sharpness: 2 })];
    expect(await desk.checkPicture(picture)).toEqual({ problem: expect.stringMatching(/^The face is blurred/) });
    seen = [faceLike(1)];
    expect(await desk.checkPicture(picture)).toEqual({ problem: null });
    expect(await desk.enrol('Anna', { picture })).toMatchObject({ templates: 1 });
  });

  it('warns of somebody enrolled who looks much the same', async () => {
    await desk.enrol('Anna', await visit([faceLike(1)]));
    expect((await desk.enrol('Beth', await visit([faceLike(1)]))).warnings).toEqual([
      expect.stringMatching(/^Anna and Beth look too alike \(1\.00\)/),
    ]);
  });

  it.each([
    [
      'a visit that is gone',
      async () => ({ event: 99, face: 1 }),
      'That visit or face is not in the history any more.',
    ],
    [
      'a face of another visit',
      async () => ({ event: (await visit([faceLike(1)])).event, face: (await visit([faceLike(2)])).face }),
      'That visit or face is not in the history any more.',
    ],
    [
      'a face whose data was erased',
      async () => {
        const source = await visit([faceLike(1)]);
        await store.database.run('UPDATE faces SET embedding = NULL');
        return source;
      },
      'What made this face recognisable was erased: choose another visit.',
    ],
    [
      'a face that is turned away',
      () => visit([faceLike(1, { pose: { yaw: 50, pitch: 0, roll: 0 } })]),
      /^The face is turned/,
    ],
  ])('refuses %s', async (_, source, sentence) => {
    await expect(desk.enrol('Anna', await source())).rejects.toThrow(sentence);
    expect(await people()).toEqual([]);
  });

  it('refuses a name that is none, and somebody else under a name that is taken', async () => {
    const source = await visit([faceLike(1)]);
    await expect(desk.enrol('\n', source)).rejects.toThrow(/name/);
    await desk.enrol('Anna', source);
    await expect(desk.enrol('Anna', await visit([faceLike(9)]))).rejects.toThrow(
      /^The face is unlike the pictures enrolled/,
    );
  });
});

describe('correcting', () => {
  it('forgets somebody with their templates, and refuses whom nobody knows', async () => {
    await desk.enrol('Anna', await visit([faceLike(1)]));
    expect(await desk.forget('Anna')).toEqual({ templates: 1, faces: 0, events: 0 });
    expect(await people()).toEqual([]);
    await expect(desk.forget('Anna')).rejects.toThrow('Nobody is enrolled as Anna.');
    await expect(desk.rename('Anna', 'Mum')).rejects.toThrow('Nobody is enrolled as Anna.');
  });

  it('names the face of a visit as the owner says, and refuses names and faces that are not there', async () => {
    const { event, face } = await visit([faceLike(1)]);
    await expect(desk.identify(event, face, 'Anna')).rejects.toThrow('Nobody is enrolled as Anna: enrol them first.');
    await desk.enrol('Anna', { event, face });
    await desk.identify(event, face, 'Anna');
    expect((await store.event(event))?.identity).toMatchObject({ kind: 'person', name: 'Anna' });
    await desk.identify(event, face, null);
    expect((await store.event(event))?.identity).toEqual({ kind: 'stranger' });
    await expect(desk.identify(event, 999, null)).rejects.toThrow('is not in the history any more.');
  });

  it('marks visits as seen, one by one and all up to a moment', async () => {
    const [first, second] = [await visit([]), await visit([], { triggeredAt: evening + 5000 })];
    await desk.markSeen([first.event], true);
    expect((await store.event(first.event))?.seen).toBe(true);
    await desk.markSeen([first.event], false);
    await desk.markAllSeen(new Date(evening + 1000).toISOString());
    const all = await Promise.all([first, second].map(({ event }) => store.event(event)));
    expect(all.map((one) => one?.seen)).toEqual([true, false]);
  });
});

describe('ignoring', () => {
  it('keeps the face apart from everybody enrolled, and marks the visit that showed nothing else', async () => {
    const { event, face } = await visit([faceLike(4)]);
    await desk.ignore(event, face);
    expect(await people()).toEqual([]);
    expect((await store.ignored(embeddingModel)).map((one) => one.embedding)).toEqual([embedding(4)]);
    expect((await store.event(event))?.ignored).toBe(true);
  });

  it('leaves a visit unmarked that showed somebody else as well', async () => {
    const { event, face } = await visit([faceLike(4), faceLike(5)]);
    await desk.ignore(event, face);
    expect((await store.event(event))?.ignored).toBe(false);
  });

  it('stops, once', async () => {
    const { event, face } = await visit([faceLike(4)]);
    await desk.ignore(event, face);
    const [ignored] = await store.ignored(embeddingModel);
    await desk.stopIgnoring(ignored?.id ?? 0);
    expect(await store.ignored(embeddingModel)).toEqual([]);
    await expect(desk.stopIgnoring(ignored?.id ?? 0)).rejects.toThrow('This face is not ignored any more.');
  });

  it('refuses a face that looks like somebody enrolled, or was taken for one', async () => {
    await desk.enrol('Anna', await visit([faceLike(1)]));
    const { event, face } = await visit([faceLike(1)]);
    await expect(desk.ignore(event, face)).rejects.toThrow(
      'This face looks like Anna (1.00): nobody who is enrolled is ignored.',
    );
    await desk.identify(event, face, 'Anna');
    await expect(desk.ignore(event, face)).rejects.toThrow(
      'This face was taken for Anna: if it is not Anna, say so first.',
    );
    expect(await store.ignored(embeddingModel)).toEqual([]);
  });

  it('refuses poor pictures, faces that are gone or erased, and the same picture twice', async () => {
    const blurred = await visit([faceLike(4, { sharpness: 3 })]);
    await expect(desk.ignore(blurred.event, blurred.face)).rejects.toThrow(
      /^This picture is too poor to tell the face/,
    );
    await expect(desk.ignore(99, 1)).rejects.toThrow('That visit or face is not in the history any more.');
    const { event, face } = await visit([faceLike(4)]);
    await desk.ignore(event, face);
    await expect(desk.ignore(event, face)).rejects.toThrow('This face is ignored already.');
    await store.database.run('UPDATE faces SET embedding = NULL');
    await expect(desk.ignore(event, face)).rejects.toThrow('What made this face recognisable was erased');
  });
});

describe('the house', () => {
  it('locks a lock by its id, and refuses one that is gone', async () => {
    lock.become('unlocked');
    await desk.lock('front-lock');
    expect(lock.commands).toEqual(['lock']);
    await expect(desk.lock('back-lock')).rejects.toThrow('There is no such lock any more.');
  });

  it('is armed and disarmed', async () => {
    await desk.arm(false);
    expect([faceUnlock.armed, (await desk.status()).armed]).toEqual([false, false]);
    await desk.arm(true);
    expect([faceUnlock.armed, (await desk.status()).armed]).toEqual([true, true]);
  });

  it('shows the last picture of a camera, and says where there is none', async () => {
    await expect(desk.snapshot('front-door')).rejects.toThrow('There is no picture of this camera yet.');
    await visit([], { bestFrame: { width: 640, height: 360, takenAt: evening, thumbnail: jpeg } });
    expect([...(await desk.snapshot('front-door'))]).toEqual([...jpeg]);
    await expect(desk.snapshot('garden')).rejects.toThrow('There is no picture of this camera yet.');
  });

  it('tells in plain words how each part does, and when it last spoke', async () => {
    const up = { up: true, troubles: [], lastPush: evening, lastTokenSave: null, reconnects: 1 };
    const { version, parts } = await new Desk({ ...ports, ring: { health: () => up } }).status();
    expect(version).toBe('1.2.3');
    expect(parts).toMatchObject([
      {
        kind: 'camera',
        state: 'ok',
        sentence: 'It is watched. Its connection was built anew 2 times since the start. Battery 62 %.',
        moments: [
          { what: 'Last motion or ring', at: new Date(evening).toISOString() },
          { what: 'Last picture', at: null },
        ],
      },
      {
        kind: 'ring',
        state: 'ok',
        sentence: 'Latchkey is logged in to Ring. Its connection was built anew once since the start.',
        moments: [
          { what: 'Last word from Ring', at: new Date(evening).toISOString() },
          { what: 'Last saved log-in', at: null },
        ],
      },
      { kind: 'lock', state: 'ok', sentence: 'Locked.' },
      { kind: 'vision', state: 'ok', sentence: 'The models are loaded.' },
    ]);
    camera.ails('Front door is offline.');
    expect((await desk.status()).parts[0]).toMatchObject({
      state: 'trouble',
      sentence: expect.stringMatching(/^Front door is offline\./),
    });
  });

  it('has no test message to send where Telegram is not set up', async () => {
    await expect(desk.telegramTest()).rejects.toThrow(
      'Telegram is not set up: put the token of your bot into the settings',
    );
  });

  it('tells the pages that are open of a visit, until they close', async () => {
    const told: EventCard[] = [];
    const end = desk.onVisit((card) => told.push(card));
    const { event } = await visit([faceLike(1)]);
    await desk.announce(event);
    end();
    await desk.announce(event);
    expect(told).toMatchObject([{ id: event, cameraName: 'Front door', identity: 'stranger', ignored: false }]);
  });
});
