/** The platform block of Homebridge's config.json: read, checked and filled with defaults. */
import { isAbsolute, relative } from 'node:path';
import { unknownCameras } from './alerts/config.ts';
import { fieldName, problemSentences, unknownFieldWarnings } from './config/problems.ts';
import { noLock, type PlatformSettings, platformSchema } from './config/schema.ts';
import { slug } from './config/slug.ts';

/** `lockId` is the lock the camera may open, null where it may open none. */
export type CameraConfig = PlatformSettings['cameras'][number] & { id: string; lockId: string | null };
export type LockConfig = PlatformSettings['locks'][number] & { id: string };
export type UnlockConfig = PlatformSettings['unlock'];
export type OccupancyConfig = PlatformSettings['occupancy'];

export interface Config extends Omit<PlatformSettings, 'cameras' | 'locks' | 'ffmpegPath'> {
  /** A path, or the name of a program on PATH. */
  ffmpegPath: string;
  cameras: CameraConfig[];
  locks: LockConfig[];
}

/** Every problem and warning is one sentence for the owner, naming the field. */
export type ParsedConfig =
  /** `unconfigured`: there is no camera yet, so there is nothing to do. */
  | { ok: true; config: Config; unconfigured: boolean; warnings: string[] }
  | { ok: false; problems: string[]; warnings: string[] };

/** Keys of the block that are Homebridge's own. */
const homebridgeKeys = new Set(['platform', '_bridge']);

/** Reads a platform block; whatever it is handed, it never throws. */
export function parseConfig(raw: unknown): ParsedConfig {
  try {
    return parse(raw);
  } catch {
    return { ok: false, problems: ['The platform block cannot be read: it must be plain JSON.'], warnings: [] };
  }
}

function parse(raw: unknown): ParsedConfig {
  const parsed = platformSchema.safeParse(raw, { reportInput: true });
  const warnings = unknownFieldWarnings(platformSchema, raw, homebridgeKeys);
  if (!parsed.success) return { ok: false, problems: problemSentences(parsed.error.issues), warnings };
  const settings = parsed.data;
  const locks = settings.locks.map((lock) => ({ ...lock, id: slug(lock.name) }));
  const cameras = settings.cameras.map((camera) => ({ ...camera, id: slug(camera.name) }));
  const problems = [
    ...likeNames('cameras', cameras),
    ...likeNames('locks', locks),
    ...reservedNames(locks),
    ...unknownLocks(cameras, locks),
    ...sharedFolders(cameras),
    ...switchBotProblems(settings),
    ...namelessUnlock(settings),
    ...unknownCameras(settings.telegram, cameras),
    ...openDashboard(settings),
  ];
  if (problems.length > 0) return { ok: false, problems, warnings };
  const config = {
    ...settings,
    occupancy: { ...settings.occupancy, labels: [...new Set(settings.occupancy.labels)] },
    ffmpegPath: settings.ffmpegPath?.trim() || 'ffmpeg',
    locks,
    cameras: cameras.map((camera) => ({ ...camera, lockId: lockOf(camera, locks) })),
  };
  return { ok: true, config, unconfigured: cameras.length === 0, warnings };
}

type Named = { id: string; name: string };

function likeNames(where: string, named: readonly Named[]): string[] {
  return named.flatMap(({ id, name }, index) => {
    const first = named.findIndex((other) => other.id === id);
    if (first === index) return [];
    const [field, other] = [fieldName([where, index, 'name']), fieldName([where, first, 'name'])];
    return `${field} ("${name}") is too like ${other} ("${named[first]?.name}"): give one of them another name.`;
  });
}

function reservedNames(locks: readonly Named[]): string[] {
  return locks.flatMap(({ id, name }, index) =>
    id === noLock ? `locks[${index}].name cannot be "${name}", which stands for no lock: give it another name.` : [],
  );
}

function lockOf(camera: { lock?: string | undefined }, locks: readonly Named[]): string | null {
  if (camera.lock) return locks.find(({ id }) => id === slug(camera.lock as string))?.id ?? null;
  return locks.length === 1 ? (locks[0] as Named).id : null;
}

function unknownLocks(cameras: readonly { lock?: string | undefined }[], locks: readonly Named[]): string[] {
  const known = locks.map(({ name }) => `"${name}"`).join(', ') || 'none yet';
  return cameras.flatMap((camera, index) => {
    if (!camera.lock || slug(camera.lock) === noLock || lockOf(camera, locks)) return [];
    return `cameras[${index}].lock names a lock that is not among locks: write the name of one of them (${known}), or "${noLock}".`;
  });
}

/** A picture in a folder two cameras watch would count as a visit at both doors. */
function sharedFolders(cameras: readonly PlatformSettings['cameras'][number][]): string[] {
  const folders = cameras.map((camera) => (camera.type === 'folder' ? camera.folder : null));
  return folders.flatMap((folder, index) => {
    if (folder === null) return [];
    const other = folders.findIndex(
      (one, at) => one !== null && at !== index && isInside(folder, one) && (at < index || !isInside(one, folder)),
    );
    if (other < 0) return [];
    return `cameras[${index}].folder is the folder of cameras[${other}] or inside it: give each camera a folder of its own.`;
  });
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !/^\.\.[/\\]/.test(way) && !isAbsolute(way);
}

/** Its locks need the account, and each its own device: two watching one would show and move the same bolt twice. */
function switchBotProblems({ locks, switchbot }: PlatformSettings): string[] {
  const devices = locks.map((lock) => (lock.type === 'switchbot' ? lock.deviceId.toUpperCase() : null));
  if (devices.every((device) => device === null)) return halfAccount(switchbot);
  const missing = (['token', 'secret'] as const).filter((field) => switchbot[field] === '');
  return [
    ...missing.map(
      (field) => `switchbot.${field} is missing: copy it from the SwitchBot app, for your SwitchBot locks.`,
    ),
    ...devices.flatMap((device, index) => {
      const first = devices.indexOf(device);
      if (device === null || first === index) return [];
      return `locks[${index}].deviceId is that of locks[${first}]: each lock needs a device of its own.`;
    }),
  ];
}

function halfAccount({ token, secret }: PlatformSettings['switchbot']): string[] {
  if ((token === '') === (secret === '')) return [];
  const field = token === '' ? 'token' : 'secret';
  return [`switchbot.${field} is missing: copy both the token and the secret key from the SwitchBot app, or neither.`];
}

/** A face that is let in must be a face that has a name in the history. */
function namelessUnlock({ unlock, recognition }: PlatformSettings): string[] {
  if (unlock.mode === 'off' || unlock.threshold >= recognition.threshold) return [];
  return [
    `unlock.threshold (${unlock.threshold}) must not be below recognition.threshold (${recognition.threshold}): raise it, so that nobody is let in without being named.`,
  ];
}

/** Who comes to the door is nobody's business but the home's. */
function openDashboard({ dashboard }: PlatformSettings): string[] {
  if (!dashboard.enabled || dashboard.password || dashboard.token) return [];
  return ['dashboard.password is missing: set one (or dashboard.token), or turn the dashboard off.'];
}
