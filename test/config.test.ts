/** The platform block: what is read out of it, and what is said of one that is wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';

const folderCamera = { type: 'folder', name: 'Front door', folder: '/srv/front' };
const lock = { type: 'virtual', name: 'Front lock' };

function problems(raw: unknown): string[] {
  const parsed = parseConfig(raw);
  return parsed.ok ? [] : parsed.problems;
}

function config(raw: unknown) {
  const parsed = parseConfig(raw);
  if (!parsed.ok) throw new Error(parsed.problems.join(' '));
  return parsed.config;
}

describe('a platform block', () => {
  it('without cameras is unconfigured, and not an error', () => {
    expect(parseConfig({ platform: 'Latchkey', name: 'Latchkey', _bridge: { port: 1 } })).toMatchObject({
      ok: true,
      unconfigured: true,
      warnings: [],
    });
  });

  it('fills in every default', () => {
    expect(config({ cameras: [folderCamera], locks: [lock] })).toEqual({
      name: 'Latchkey',
      cameras: [
        {
          ...folderCamera,
          id: 'front-door',
          lockId: 'front-lock',
          doorbell: true,
          trigger: 'motion',
          visitSeconds: 20,
          quietSeconds: 3,
        },
      ],
      locks: [{ ...lock, id: 'front-lock', relockSeconds: 0 }],
      switchbot: { token: '', secret: '' },
      unlock: {
        mode: 'confirm',
        threshold: 0.8,
        margin: 0.08,
        frames: 3,
        spanSeconds: 1,
        maxAgeSeconds: 3,
        minFacePixels: 60,
        minSharpness: 10,
        maxYaw: 35,
        maxPitch: 30,
        minAntispoof: 0.3,
        cooldownSeconds: 30,
        globalCooldownSeconds: 10,
        dailyCap: 50,
        needsRing: false,
        schedule: [],
        disarmAtStart: false,
        disarmAfterEnrolment: false,
        lockout: { misses: 3, seconds: 30, offAfter: 10 },
      },
      telegram: {
        token: '',
        chats: [],
        digest: { day: 'sunday', hour: 18 },
        confirmSeconds: 30,
        leftOpenMinutes: 10,
      },
      recognition: { threshold: 0.62 },
      occupancy: { holdSeconds: 60, people: true, stranger: true, labels: [] },
      history: { days: 90, megabytes: 1024 },
      home: { firstWeekday: 'monday' },
      dashboard: { enabled: false, port: 8583, host: '127.0.0.1', hostNames: [] },
      vision: { threads: 2, timeoutSeconds: 10, minConfidence: 0.4 },
      ring: { locationIds: [] },
      ffmpegPath: 'ffmpeg',
    });
  });

  it('keeps an empty path of ffmpeg, as a form leaves it, from meaning a program without a name', () => {
    expect(config({ ffmpegPath: ' ' }).ffmpegPath).toBe('ffmpeg');
    expect(config({ ffmpegPath: '/opt/ffmpeg' }).ffmpegPath).toBe('/opt/ffmpeg');
  });

  it('warns of settings it does not know, wherever they stand, and goes on', () => {
    const raw = {
      colour: 1,
      cameras: [{ ...folderCamera, foldr: '/' }],
      unlock: { lockout: { mises: 1 }, 'a\nb': 1 },
    };
    const parsed = parseConfig(raw);
    expect(parsed.ok).toBe(true);
    expect(parsed.warnings).toEqual([
      'colour is not a setting of Latchkey and is ignored: check how it is spelt, or remove it.',
      'cameras[0].foldr is not a setting of Latchkey and is ignored: check how it is spelt, or remove it.',
      'unlock.lockout.mises is not a setting of Latchkey and is ignored: check how it is spelt, or remove it.',
      'unlock."a\\nb" is not a setting of Latchkey and is ignored: check how it is spelt, or remove it.',
    ]);
  });

  it('warns of settings it does not know beside what is wrong', () => {
    const parsed = parseConfig({ cameras: [{ type: 'folder', name: 'Front', foldr: '/srv/front' }] });
    expect(parsed).toEqual({
      ok: false,
      problems: ['cameras[0].folder is missing: it must be the full path of a folder, such as /home/pi/front-door.'],
      warnings: ['cameras[0].foldr is not a setting of Latchkey and is ignored: check how it is spelt, or remove it.'],
    });
  });

  it('is not moved by keys that JavaScript gives a meaning', () => {
    const raw: unknown = JSON.parse('{"__proto__":{"name":"Evil"},"constructor":1,"toString":"x"}');
    const parsed = parseConfig(raw);
    expect(parsed).toMatchObject({ ok: true, config: { name: 'Latchkey' } });
    expect(parsed.warnings).toHaveLength(3);
    expect(Object.hasOwn(Object.prototype, 'name')).toBe(false);
  });
});

describe('a wrong field is named, with the mend', () => {
  const mustBeBlock = 'must be a block of settings, written { "setting": value }';
  const mustBeName = 'must be a name of 2 to 64 characters that begins and ends with a letter or digit';
  it.each<[unknown, string]>([
    [null, `The platform block ${mustBeBlock}, but it is null.`],
    [[], `The platform block ${mustBeBlock}, but it is a list.`],
    [{ name: '' }, 'name must be text of 1 to 64 characters, but it is empty.'],
    [{ cameras: {} }, 'cameras must be a list of at most 32, written [ ... ], but it is a block of settings.'],
    [
      { cameras: Array(33).fill(folderCamera) },
      'cameras must be a list of at most 32, written [ ... ], but it is 33 long.',
    ],
    [{ cameras: [null] }, `cameras[0] ${mustBeBlock}, but it is null.`],
    [
      { cameras: [{ type: 'rtsp', name: 'Yard', url: 'http://kim:s3cret@host/' }] },
      'cameras[0].url must be an address that begins with rtsp:// or rtsps://, such as rtsp://192.168.1.20/stream1.',
    ],
    [
      { cameras: [{ type: 'ring', name: 'Front', device: 'front' }] },
      'cameras[0].device must be the id of the camera at Ring, a number such as "1234567".',
    ],
    [{ cameras: [{}] }, 'cameras[0].type is missing: it must be "ring", "rtsp" or "folder".'],
    [{ cameras: [{ type: 'film' }] }, 'cameras[0].type must be "ring", "rtsp" or "folder".'],
    [{ cameras: [{ ...folderCamera, name: '-Front' }] }, `cameras[0].name ${mustBeName}.`],
    [{ cameras: [{ ...folderCamera, name: 'Fr\u001bont' }] }, `cameras[0].name ${mustBeName}.`],
    [
      { cameras: [folderCamera, { ...folderCamera, name: 'Back', folder: 'back' }] },
      'cameras[1].folder must be the full path of a folder, such as /home/pi/front-door.',
    ],
    [
      { cameras: [{ ...folderCamera, quietSeconds: '3' }] },
      'cameras[0].quietSeconds must be a number from 0.5 to 60, but it is text.',
    ],
    [{ cameras: [{ ...folderCamera, doorbell: 'yes' }] }, 'cameras[0].doorbell must be true or false, but it is text.'],
    [{ cameras: [{ ...folderCamera, trigger: 'bell' }] }, 'cameras[0].trigger must be "motion" or "ding".'],
    [
      { locks: [{ ...lock, relockSeconds: -1 }] },
      'locks[0].relockSeconds must be a number from 0 to 3600, but it is -1.',
    ],
    [{ unlock: { mode: 'on' } }, 'unlock.mode must be "off", "confirm" or "auto".'],
    [
      { unlock: { schedule: [{ days: ['sunday'], from: '07:00' }] } },
      'unlock.schedule[0] needs both times, from and to.',
    ],
    [{ home: { timeZone: 'Mars/Olympus' } }, 'home.timeZone must be the name of a time zone, such as Europe/Berlin.'],
    [
      { cameras: [folderCamera], telegram: { chats: [{ id: 7, name: 'Anna', cameras: ['Garden'] }] } },
      'telegram.chats[0].cameras[0] names a camera that is not among cameras: write the name of one of them ("Front door").',
    ],
    [{ unlock: { threshold: 7 } }, 'unlock.threshold must be a number from 0.5 to 1, but it is 7.'],
    [{ unlock: { frames: 2.5 } }, 'unlock.frames must be a whole number from 1 to 30, but it is 2.5.'],
    [{ unlock: { lockout: 3 } }, `unlock.lockout ${mustBeBlock}, but it is 3.`],
    [
      { occupancy: { labels: ['cat', 'unicorn'] } },
      'occupancy.labels[1] must be one of the 80 things the detector knows, such as "cat", "dog" or "car".',
    ],
    [{ history: { days: Number.NaN } }, 'history.days must be a whole number from 1 to 3650, but it is NaN.'],
    [{ ffmpegPath: 5 }, 'ffmpegPath must be the path of the ffmpeg program, such as /usr/bin/ffmpeg, but it is 5.'],
  ])('%j', (raw, sentence) => {
    expect(problems(raw)).toEqual([sentence]);
  });

  it('never repeats text, which may be a secret in the wrong place', () => {
    const secret = 'hunter2-hunter2';
    const raw = { unlock: { mode: secret, threshold: secret }, cameras: [{ type: secret }], history: secret };
    expect(problems(raw).join(' ')).not.toContain(secret);
  });

  it('stops after twenty', () => {
    const raw = { cameras: Array(32).fill({ type: 'film' }) };
    expect(problems(raw)).toHaveLength(21);
    expect(problems(raw).at(-1)).toBe('The platform block has 12 more fields like these.');
  });
});

describe('names', () => {
  it('that make the same id are refused, naming both', () => {
    const cameras = [folderCamera, { ...folderCamera, name: 'front-DOOR', folder: '/srv/other' }];
    expect(problems({ cameras })).toEqual([
      'cameras[1].name ("front-DOOR") is too like cameras[0].name ("Front door"): give one of them another name.',
    ]);
    expect(problems({ locks: [lock, lock] })).toEqual([
      'locks[1].name ("Front lock") is too like locks[0].name ("Front lock"): give one of them another name.',
    ]);
  });

  it('of folders two cameras would share are refused', () => {
    const inside = { ...folderCamera, name: 'Back', folder: '/srv/front/back/../side' };
    const sentence =
      'cameras[1].folder is the folder of cameras[0] or inside it: give each camera a folder of its own.';
    expect(problems({ cameras: [folderCamera, inside] })).toEqual([sentence]);
    expect(problems({ cameras: [folderCamera, { ...inside, folder: '/srv/front/' }] })).toEqual([sentence]);
    expect(problems({ cameras: [folderCamera, { ...inside, folder: '/srv/front2' }] })).toEqual([]);
    expect(problems({ cameras: [inside, folderCamera] })).toEqual([
      'cameras[0].folder is the folder of cameras[1] or inside it: give each camera a folder of its own.',
    ]);
  });
});

describe('the lock a camera may open', () => {
  const back = { type: 'virtual', name: 'Back lock' };
  it.each<[string, string | undefined, (typeof lock)[], string | null]>([
    ['is the only one', undefined, [lock], 'front-lock'],
    ['is the only one where a form left the field empty', '', [lock], 'front-lock'],
    ['is none where there is none', undefined, [], null],
    ['is none where there are two and none is named', undefined, [lock, back], null],
    ['is the one named', 'Back lock', [lock, back], 'back-lock'],
    ['is found whatever the case', 'BACK LOCK', [lock, back], 'back-lock'],
    ['is none where the owner says so', 'none', [lock], null],
  ])('%s', (_, named, locks, id) => {
    const camera = named === undefined ? folderCamera : { ...folderCamera, lock: named };
    expect(config({ cameras: [camera], locks }).cameras[0]?.lockId).toBe(id);
  });

  it('must exist', () => {
    expect(problems({ cameras: [{ ...folderCamera, lock: 'Side' }], locks: [lock, back] })).toEqual([
      'cameras[0].lock names a lock that is not among locks: write the name of one of them ("Front lock", "Back lock"), or "none".',
    ]);
    expect(problems({ locks: [{ type: 'virtual', name: 'None' }] })).toEqual([
      'locks[0].name cannot be "None", which stands for no lock: give it another name.',
    ]);
  });
});

describe('the threshold to open', () => {
  it('is never below the one to be named, where faces may open', () => {
    const thresholds = { unlock: { mode: 'auto', threshold: 0.65 }, recognition: { threshold: 0.7 } };
    expect(problems(thresholds)).toEqual([
      'unlock.threshold (0.65) must not be below recognition.threshold (0.7): raise it, so that nobody is let in without being named.',
    ]);
    expect(problems({ ...thresholds, unlock: { mode: 'off', threshold: 0.65 } })).toEqual([]);
  });
});

describe('parseConfig', () => {
  const fields =
    /^(The platform block|name|cameras|locks|unlock|recognition|occupancy|history|vision|ffmpegPath)\b.+\.$/s;

  function holds(raw: unknown): void {
    const parsed = parseConfig(raw);
    if (parsed.ok) return;
    expect(parsed.problems).not.toHaveLength(0);
    for (const problem of parsed.problems) expect(problem).toMatch(fields);
  }

  it('never throws and always names a field, whatever it is handed', () => {
    fc.assert(fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, maxDepth: 4 }), holds));
  });

  it('never throws and always names a field, whatever stands in a field', () => {
    const whole = {
      name: 'Latchkey',
      cameras: [{ ...folderCamera, lock: 'Front lock' }],
      locks: [lock],
      unlock: { mode: 'auto', lockout: { misses: 3 } },
      occupancy: { labels: ['cat'] },
      vision: { threads: 1 },
    };
    const paths = [
      ...['name', 'cameras', 'cameras.0', 'cameras.0.type', 'cameras.0.name', 'cameras.0.folder', 'cameras.0.lock'],
      ...['locks', 'locks.0.name', 'unlock', 'unlock.mode', 'unlock.lockout', 'unlock.lockout.misses'],
      ...['occupancy.labels', 'occupancy.labels.0', 'vision.threads', 'recognition', 'history'],
    ];
    const anything = fc.oneof(fc.anything({ withBigInt: true }), fc.string({ unit: 'binary' }), fc.double());
    fc.assert(fc.property(fc.constantFrom(...paths), anything, (path, value) => holds(withField(whole, path, value))));
  });

  it('says so when the block cannot even be read', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    expect(problems(hostile)).toEqual(['The platform block cannot be read: it must be plain JSON.']);
  });

  it('reads a block with tens of thousands of entries', () => {
    expect(problems({ cameras: Array(100_000).fill(0) })).toHaveLength(1);
    const warnings = parseConfig(Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i]))).warnings;
    expect(warnings).toHaveLength(21);
  });
});

/** A copy of `whole` in which the field at `path` holds `value`. */
function withField(whole: object, path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(whole);
  const steps = path.split('.');
  const last = steps.pop() as string;
  let at = copy as Record<string, unknown>;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  at[last] = value;
  return copy;
}

describe('the dashboard', () => {
  it('is not turned on for everybody', () => {
    expect(parseConfig({ dashboard: { enabled: true } })).toMatchObject({
      ok: false,
      problems: ['dashboard.password is missing: set one (or dashboard.token), or turn the dashboard off.'],
    });
    expect(parseConfig({ dashboard: { enabled: true, token: 'eight or more' } })).toMatchObject({ ok: true });
  });

  it('names what is no address, no password and no time zone', () => {
    expect(
      parseConfig({ dashboard: { host: 'everywhere', password: 'short' }, home: { timeZone: 'Mars/Olympus' } }),
    ).toMatchObject({
      problems: [
        'home.timeZone must be the name of a time zone, such as Europe/Berlin.',
        'dashboard.host must be an IP address, such as 127.0.0.1 or 0.0.0.0.',
        'dashboard.password must be text of 8 to 200 characters.',
      ],
    });
  });
});
