/** How each part of the house does, in plain words for the page. Pure. */
import type { Camera } from './cameras/camera.ts';
import type { RingAccountHealth } from './cameras/ring/account.ts';
import type { PartMoment, PartStatus } from './dashboard/api-types.ts';
import type { Lock } from './locks/lock.ts';
import type { VisionHealth } from './vision/client.ts';
import { capital } from './wording.ts';

export function cameraPart(camera: Camera): PartStatus {
  const { id, name } = camera;
  const part = { kind: 'camera', id, name } as const;
  const health = camera.health?.();
  if (!health) return { ...part, state: 'ok', sentence: 'It is watched.', moments: [] };
  const { troubles, reconnects, battery, lastTrigger, lastFrame } = health;
  const said = troubles.length > 0 ? troubles : ['It is watched.'];
  return {
    ...part,
    state: troubles.length > 0 ? 'trouble' : 'ok',
    sentence: [...said, ...builtAnew(reconnects), ...(battery === null ? [] : [`Battery ${battery} %.`])].join(' '),
    moments: [moment('Last motion or ring', lastTrigger), moment('Last picture', lastFrame)],
  };
}

export function ringPart({ up, troubles, lastPush, lastTokenSave, reconnects }: RingAccountHealth): PartStatus {
  const said = troubles.length > 0 ? troubles : [up ? 'Latchkey is logged in to Ring.' : 'Latchkey connects to Ring.'];
  return {
    kind: 'ring',
    id: 'ring',
    name: 'Ring account',
    state: troubles.length > 0 ? 'trouble' : up ? 'ok' : 'waiting',
    sentence: [...said, ...builtAnew(reconnects)].join(' '),
    moments: [moment('Last word from Ring', lastPush), moment('Last saved log-in', lastTokenSave)],
  };
}

export function lockPart({ id, name, state, details }: Lock): PartStatus {
  const battery = details?.battery === undefined ? '' : ` Battery ${details.battery} %.`;
  const words = state === 'unknown' ? 'Nobody knows where it stands' : capital(state);
  return {
    kind: 'lock',
    id,
    name,
    state: details?.fault || state === 'jammed' ? 'trouble' : state === 'unknown' ? 'waiting' : 'ok',
    sentence: details?.fault ?? `${words}.${battery}`,
    moments: [],
  };
}

export function visionPart({ state, lastError }: VisionHealth): PartStatus {
  const part = { kind: 'vision', id: 'vision', name: 'Recognition' } as const;
  if (state === 'ready') return { ...part, moments: [], state: 'ok', sentence: 'The models are loaded.' };
  if (state === 'starting') return { ...part, moments: [], state: 'waiting', sentence: 'The models are being loaded.' };
  return { ...part, moments: [], state: 'trouble', sentence: lastError ?? 'Nobody can be recognised at the moment.' };
}

export function telegramPart({ well, sentence }: { well: boolean; sentence: string }): PartStatus {
  return { kind: 'telegram', id: 'telegram', name: 'Telegram', state: well ? 'ok' : 'trouble', sentence, moments: [] };
}

function builtAnew(reconnects: number): string[] {
  if (reconnects === 0) return [];
  return [`Its connection was built anew ${reconnects === 1 ? 'once' : `${reconnects} times`} since the start.`];
}

function moment(what: string, at: number | null): PartMoment {
  return { what, at: at === null ? null : new Date(at).toISOString() };
}
