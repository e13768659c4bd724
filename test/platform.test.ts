/** What the plugin does with what Homebridge hands it, before anything runs. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { API, Logging, PlatformConfig } from 'homebridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import register from '../src/index.ts';
import { LatchkeyPlatform } from '../src/platform.ts';
import { homebridgeApi, versions } from './accessories/homebridge.ts';
import { FakeLog } from './fakes/log.ts';

let storage: string;

beforeEach(async () => {
  storage = await mkdtemp(join(tmpdir(), 'latchkey-platform-'));
});

afterEach(async () => {
  await rm(storage, { recursive: true, force: true });
});

describe.each(versions)('in %s', (version) => {
  async function load(config: object): Promise<{ api: API; log: FakeLog }> {
    const api = await homebridgeApi(version);
    const log = new FakeLog();
    new LatchkeyPlatform(log as unknown as Logging, { platform: 'Latchkey', ...config } as PlatformConfig, api);
    (api as unknown as { signalFinished(): void }).signalFinished();
    return { api, log };
  }

  it('registers its platform', async () => {
    const api = await homebridgeApi(version);
    const registered: string[] = [];
    api.registerPlatform = (...args: unknown[]) => void registered.push(...args.slice(0, 2).map(String));
    register(api);
    expect(registered).toEqual(['homebridge-latchkey', 'Latchkey']);
  });

  it('does nothing and says one sentence where it has no cameras yet', async () => {
    const { log } = await load({});
    expect(log.lines).toEqual(['info: Latchkey has no cameras yet and does nothing: add one in its settings.']);
    expect(await readdir(storage)).toEqual([]);
  });

  it.each([
    ['a camera without a folder', { cameras: [{ type: 'folder', name: 'Front Door' }] }, 'cameras[0].folder'],
    ['a mode that is none', { unlock: { mode: 'always' } }, 'unlock.mode'],
    ['cameras that are no list', { cameras: 'all' }, 'cameras'],
    [
      'a lock nobody knows',
      { cameras: [{ type: 'folder', name: 'Door', folder: '/a', lock: 'Gate' }] },
      'cameras[0].lock',
    ],
  ])('names the field of %s, and starts nothing', async (_what, config, field) => {
    const { log } = await load(config);
    expect(log.lines[0]).toContain(`error: ${field}`);
    expect(log.lines.at(-1)).toBe('error: Latchkey does nothing until its configuration is mended.');
    expect(log.lines.join('\n')).not.toMatch(/^\s+at /m);
  });

  it('says why it cannot start where the history cannot be opened, and Homebridge goes on', async () => {
    const api = await homebridgeApi(version);
    const log = new FakeLog();
    api.user.storagePath = () => join(import.meta.filename, 'not-a-folder');
    const config = { platform: 'Latchkey', cameras: [{ type: 'folder', name: 'Front Door', folder: storage }] };
    new LatchkeyPlatform(log as unknown as Logging, config as PlatformConfig, api);
    (api as unknown as { signalFinished(): void }).signalFinished();
    expect(await log.said(/^error: Latchkey could not start: /)).toContain('not-a-folder');
    (api as unknown as { signalShutdown(): void }).signalShutdown();
  });
});
