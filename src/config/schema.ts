/** The platform block: every setting with its range, its default and the words the form and the docs use for it. */
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { telegramSettings } from '../alerts/config.ts';
import { cocoLabels } from '../vision/coco.ts';
import {
  blockMustBe,
  choice,
  flag,
  kind,
  list,
  name,
  number,
  oneOfKinds,
  section,
  type Words,
  wholeNumber,
} from './fields.ts';
import { httpLock, programLock, switchBotAccount, switchBotLock, virtualLock } from './locks.ts';
import { unlockSettings } from './unlock.ts';

/** The word that stands for no lock at all, where a camera would otherwise use the only one. */
export const noLock = 'none';

const kindOfCamera = { title: 'Kind of camera', description: 'How the pictures of this camera reach Latchkey.' };

const folderMustBe = 'must be the full path of a folder, such as /home/pi/front-door';
const hostMustBe = 'must be an IP address, such as 127.0.0.1 or 0.0.0.0';
const timeZoneMustBe = 'must be the name of a time zone, such as Europe/Berlin';
const ffmpegMustBe = 'must be the path of the ffmpeg program, such as /usr/bin/ffmpeg';

const doorbellField = flag({ title: 'Doorbell', description: 'Shows the camera as a doorbell in the Home app.' }, true);

const lockOfCamera = z
  .string('must be the name of a lock')
  .trim()
  .max(64, 'must be the name of a lock, at most 64 characters')
  .optional()
  .meta({
    title: 'Lock',
    description: `The name of the lock this camera may open, or "${noLock}"; left empty, it is the only lock, where there is just one.`,
  });

const longestVisit = number(
  { title: 'Longest visit (seconds)', description: 'A visit ends after this long, even if pictures still come.' },
  { min: 1, max: 300, byDefault: 20 },
);

const folderCamera = section(
  {
    title: 'Folder camera',
    description: 'A camera that drops its pictures or clips into a folder, as FTP cameras do.',
  },
  {
    type: kind(kindOfCamera, 'folder', 'Folder: pictures or clips dropped into a folder'),
    name: name({ title: 'Name', description: 'The name of the camera in the Home app.' }),
    folder: z
      .string(folderMustBe)
      .max(4096, folderMustBe)
      .refine((path) => isAbsolute(path) && !path.includes('\0'), folderMustBe)
      .meta({
        title: 'Folder',
        description: 'The full path of the folder the camera writes to; folders inside it are watched too.',
      }),
    doorbell: doorbellField,
    trigger: choice(
      { title: 'A new picture means', description: 'What a new picture counts as.' },
      { motion: 'Motion at the door', ding: 'Somebody rang' },
      'motion',
    ),
    lock: lockOfCamera,
    visitSeconds: longestVisit,
    quietSeconds: number(
      { title: 'Quiet (seconds)', description: 'A visit ends when no picture has come for this long.' },
      { min: 0.5, max: 60, byDefault: 3 },
    ),
  },
);

const deviceMustBe = 'must be the id of the camera at Ring, a number such as "1234567"';
const addressMustBe = 'must be an address that begins with rtsp:// or rtsps://, such as rtsp://192.168.1.20/stream1';

const ringCamera = section(
  {
    title: 'Ring',
    description: 'A Ring doorbell or camera. Log in to Ring once, here on the page or with "latchkey login".',
  },
  {
    type: kind(kindOfCamera, 'ring', 'Ring: a doorbell or camera of your Ring account'),
    name: name({ title: 'Name', description: 'The name of the camera in the Home app.' }),
    device: z
      .string(deviceMustBe)
      .trim()
      .regex(/^\d{1,20}$|^$/, deviceMustBe)
      .optional()
      .meta({
        title: 'Id at Ring',
        description:
          'As "latchkey devices" lists it; left empty, it is the Ring camera of the same name, or the only one there is.',
      }),
    doorbell: doorbellField,
    lock: lockOfCamera,
    visitSeconds: longestVisit,
  },
);

const rtspCamera = section(
  { title: 'RTSP camera', description: 'Any camera with an RTSP address, such as those that know ONVIF.' },
  {
    type: kind(kindOfCamera, 'rtsp', 'RTSP: any camera with an RTSP address'),
    name: name({ title: 'Name', description: 'The name of the camera in the Home app.' }),
    url: address({
      title: 'Address',
      description: 'The RTSP address, with the user name and password in it where the camera wants them.',
    }),
    motionUrl: address({
      title: 'Address of a small stream',
      description: 'A smaller stream of the same camera, to watch for motion with less work; left empty, the same.',
    }).optional(),
    doorbell: doorbellField,
    lock: lockOfCamera,
    visitSeconds: longestVisit,
  },
);

function address(words: Words) {
  return z
    .string(addressMustBe)
    .trim()
    .max(2048, addressMustBe)
    .refine((url) => /^rtsps?:\/\//.test(url) && URL.canParse(url), addressMustBe)
    .meta(words);
}

const tokenMustBe = 'must be a refresh token of Ring';

const ring = section(
  {
    title: 'Ring account',
    description: 'Only needed where logging in on the page does not work, or for several homes.',
  },
  {
    refreshToken: z.string(tokenMustBe).trim().max(20_000, tokenMustBe).optional().meta({
      title: 'Refresh token',
      description: "A token from another tool; it is taken over into Latchkey's own storage once.",
    }),
    locationIds: list(
      { title: 'Locations', description: 'Only cameras of the Ring locations with these ids; left empty, of all.' },
      z.string('must be the id of a location').trim().min(1, 'must be the id of a location').max(100),
      32,
    ),
  },
).prefault({});

const recognition = section(
  { title: 'Recognition', description: 'When a face is given a name.' },
  {
    threshold: number(
      {
        title: 'Similarity needed for a name',
        description:
          'How alike a face and an enrolled person must be to be named in the history, alerts and sensors; it never opens a door.',
      },
      { min: 0.3, max: 1, byDefault: 0.62 },
    ),
  },
).prefault({});

const occupancy = section(
  { title: 'Occupancy sensors', description: 'The sensors that say who or what is at the door.' },
  {
    holdSeconds: number(
      { title: 'Hold (seconds)', description: 'How long a sensor stays on after what it stands for was last seen.' },
      { min: 1, max: 3600, byDefault: 60 },
    ),
    people: flag({ title: 'A sensor for each person', description: 'A sensor for each enrolled person.' }, true),
    stranger: flag(
      {
        title: 'A sensor for strangers',
        description: 'A sensor that is on when a face nobody enrolled is at the door.',
      },
      true,
    ),
    labels: list(
      { title: 'Sensors for things', description: 'A sensor for each of these, such as a cat or a car.' },
      z.enum(cocoLabels, 'must be one of the 80 things the detector knows, such as "cat", "dog" or "car"'),
      cocoLabels.length,
    ).meta({ uniqueItems: true }),
  },
).prefault({});

const history = section(
  { title: 'History', description: 'How long visits are kept.' },
  {
    days: wholeNumber(
      { title: 'Days', description: 'Visits older than this are deleted, with their pictures.' },
      { min: 1, max: 3650, byDefault: 90 },
    ),
    megabytes: wholeNumber(
      {
        title: 'Disk space (megabytes)',
        description: 'The oldest visits are deleted when the history takes more than this.',
      },
      { min: 50, max: 1_000_000, byDefault: 1024 },
    ),
  },
).prefault({});

const vision = section(
  { title: 'Vision', description: 'How pictures are looked at.' },
  {
    threads: wholeNumber(
      { title: 'Threads', description: 'How many processor cores the models may use.' },
      { min: 1, max: 16, byDefault: 2 },
    ),
    timeoutSeconds: number(
      { title: 'Time limit (seconds)', description: 'The vision process is restarted when one picture takes longer.' },
      { min: 1, max: 120, byDefault: 10 },
    ),
    minConfidence: number(
      { title: 'Least confidence', description: 'Things the detector is less sure of are not reported.' },
      { min: 0.05, max: 1, byDefault: 0.4 },
    ),
  },
).prefault({});

const home = section(
  { title: 'Home', description: 'Where the home is, for the hours and weekdays of the history.' },
  {
    timeZone: z
      .string(timeZoneMustBe)
      .trim()
      .max(64, timeZoneMustBe)
      .refine(isTimeZone, timeZoneMustBe)
      .optional()
      .meta({ title: 'Time zone', description: "Such as Europe/Berlin; left empty, it is the machine's own." }),
    firstWeekday: choice(
      { title: 'The week begins on', description: 'The first day of a week in heatmaps and calendars.' },
      { monday: 'Monday', sunday: 'Sunday', saturday: 'Saturday' },
      'monday',
    ),
  },
).prefault({});

const secretMustBe = 'must be text of 8 to 200 characters';
const secret = (words: { title: string; description: string }) =>
  z.string(secretMustBe).min(8, secretMustBe).max(200, secretMustBe).optional().meta(words);

const dashboard = section(
  {
    title: 'Dashboard on the network',
    description: 'The same page for browsers at home, without Homebridge. It needs a password or a token.',
  },
  {
    enabled: flag({ title: 'Dashboard', description: 'Whether the dashboard is there.' }, false),
    port: wholeNumber(
      { title: 'Port', description: 'The port the dashboard listens on.' },
      { min: 1024, max: 65_535, byDefault: 8583 },
    ),
    host: z
      .string(hostMustBe)
      .trim()
      .regex(/^[0-9a-fA-F.:]{2,45}$/, hostMustBe)
      .default('127.0.0.1')
      .meta({
        title: 'Address to listen on',
        description: 'With 127.0.0.1 only this machine reaches it, with 0.0.0.0 everybody on the network.',
      }),
    password: secret({ title: 'Password', description: 'What people log in with.' }),
    token: secret({ title: 'Token', description: 'What programs send as a bearer token, such as Prometheus.' }),
    hostNames: list(
      {
        title: 'Host names',
        description: 'Names this machine is reached by, besides its addresses and names that end in .local.',
      },
      z.string('must be a host name').trim().toLowerCase().max(253, 'must be a host name'),
      20,
    ),
  },
).prefault({});

/** The kinds of camera and lock: a new one is a further member of its union. */
const camera = oneOfKinds([ringCamera, rtspCamera, folderCamera]);
const lock = oneOfKinds([virtualLock, switchBotLock, httpLock, programLock]);

export const platformSchema = z.object(
  {
    name: z
      .string('must be text of 1 to 64 characters')
      .trim()
      .min(1, 'must be text of 1 to 64 characters')
      .max(64, 'must be text of 1 to 64 characters')
      .default('Latchkey')
      .meta({ title: 'Name', description: 'The name of the plugin in the Homebridge log.' }),
    cameras: list({ title: 'Cameras', description: 'The cameras that watch your doors.' }, camera, 32),
    locks: list({ title: 'Locks', description: 'The locks that may be opened.' }, lock, 32),
    switchbot: switchBotAccount,
    unlock: unlockSettings,
    telegram: telegramSettings.prefault({}),
    recognition,
    occupancy,
    history,
    home,
    dashboard,
    vision,
    ring,
    ffmpegPath: z
      .string(ffmpegMustBe)
      .max(4096, ffmpegMustBe)
      .refine((path) => !path.includes('\0'), ffmpegMustBe)
      .optional()
      .meta({
        title: 'Path of ffmpeg',
        description: 'Only needed for clips, and only where the ffmpeg program is not found by itself.',
      }),
  },
  blockMustBe,
);

export type PlatformSettings = z.output<typeof platformSchema>;

function isTimeZone(name: string): boolean {
  try {
    return name === '' || new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}
