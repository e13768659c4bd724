/** The control socket between the page and the running plugin. */
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EventCard } from '../../src/dashboard/api-types.ts';
import { mostCommandBytes } from '../../src/dashboard/commands.ts';
import { ControlClient, ControlServer, controlPath } from '../../src/dashboard/control.ts';
import { freshFolder } from '../store/folders.ts';
import { FakeHouse } from './fake-house.ts';

const silent = { warn: () => undefined };

async function running(path = controlPath(freshFolder())) {
  const house = new FakeHouse();
  const server = await ControlServer.start(house, path, silent);
  onTestFinished(() => server.stop());
  return { house, server, path };
}

function clientOf(path: string, more: Partial<ConstructorParameters<typeof ControlClient>[0]> = {}) {
  const client = new ControlClient({ path, ...more });
  onTestFinished(() => client.close());
  return client;
}

/** Sends bytes as they are and resolves to the lines that come back until the end. */
async function raw(path: string, ...messages: (string | Buffer)[]): Promise<unknown[]> {
  const socket = connect(path);
  socket.on('error', () => undefined);
  const lines: unknown[] = [];
  createInterface({ input: socket }).on('line', (line) => {
    lines.push(JSON.parse(line));
    if (lines.length === messages.length) socket.end();
  });
  for (const message of messages) socket.write(message);
  await once(socket, 'close');
  return lines;
}

describe('the control socket', () => {
  it('is for this user only', async () => {
    const { path } = await running();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('takes typed commands to the house and its answers back', async () => {
    const { house, path } = await running();
    const client = clientOf(path);
    expect(await client.ask('status')).toMatchObject({ version: '1.2.3', armed: true });
    expect(await client.ask('forget', { person: ' Anna ' })).toEqual({ templates: 3, faces: 12, events: 40 });
    expect(await client.ask('enrol', { person: 'Ben', source: { event: 7, face: 2 } })).toMatchObject({
      person: 'Ben',
    });
    expect(await client.ask('enrol', { person: 'Ben', source: { picture: '/9j/' } })).toMatchObject({ person: 'Ben' });
    expect(await client.ask('identify', { event: 7, face: 2, person: null })).toBeNull();
    expect(await client.ask('snapshot', { camera: 'front-door' })).toEqual({ jpeg: '/9j/' });
    expect(house.calls).toEqual([
      ['forget', 'Anna'],
      ['enrol', 'Ben', { event: 7, face: 2 }],
      ['enrol', 'Ben', { picture: Uint8Array.of(0xff, 0xd8, 0xff) }],
      ['identify', 7, 2, null],
      ['snapshot', 'front-door'],
    ]);
  });

  it.each([
    ['forget', {}, 'person: '],
    ['forget', { person: 'x'.repeat(65) }, 'person: must have at most 64 characters.'],
    ['lock', { lock: '' }, 'lock: '],
    ['enrol', { person: 'Anna', source: { picture: '<svg>' } }, 'source: must be a JPEG or PNG file in base64.'],
    ['mark-seen', { events: [0.5] }, 'events: '],
    ['arm', { armed: 'yes' }, 'armed: '],
  ] as const)('refuses %s with %j before the house hears of it', async (command, params, sentence) => {
    const { house, path } = await running();
    await expect(clientOf(path).ask(command, params)).rejects.toThrow(sentence);
    expect(house.calls).toEqual([]);
  });

  it("passes on the house's own sentence when it refuses", async () => {
    const { house, path } = await running();
    house.failure = 'The face is blurred; hold still, in better light.';
    await expect(clientOf(path).ask('enrol', { person: 'Anna', source: { event: 1, face: 1 } })).rejects.toThrow(
      'The face is blurred; hold still, in better light.',
    );
  });

  it('refuses what is no command, no JSON or too large, and goes on serving others', async () => {
    const { path } = await running();
    expect(await raw(path, '{"id":1,"command":"__proto__"}\n', 'null\n', '[]\n')).toEqual([
      expect.objectContaining({ id: 1, error: expect.stringContaining('does not know that command') }),
      expect.objectContaining({ id: null }),
      expect.objectContaining({ id: null }),
    ]);
    expect(await raw(path, 'GET / HTTP/1.1\r\n\r\n')).toEqual([{ id: null, error: 'The message is not JSON.' }]);
    expect(await raw(path, Buffer.alloc(mostCommandBytes + 1, 0x20))).toEqual([
      { id: null, error: 'The message is too large.' },
    ]);
    expect(await clientOf(path).ask('status')).toMatchObject({ version: '1.2.3' });
  });

  it('tells of each visit, and of the plugin coming and going', async () => {
    const { house, server, path } = await running();
    const told: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const client = clientOf(path, {
      onVisit: (visit: EventCard) => told.push(visit.id),
      onRunning: (is) => {
        told.push(is);
        if (!is) resolve();
      },
    });
    await client.ask('status');
    house.visit({ id: 41 });
    house.visit({ id: 42 });
    await client.ask('status');
    await server.stop();
    await promise;
    expect(told).toEqual([true, 41, 42, false]);
  });

  it('says plainly that the plugin is not running, and finds it again once it is', async () => {
    const path = controlPath(freshFolder());
    const client = clientOf(path);
    await expect(client.ask('status')).rejects.toMatchObject({
      name: 'NotRunning',
      message: 'Latchkey is not running: start Homebridge, or its child bridge, and try again.',
    });
    await running(path);
    expect(await client.ask('status')).toMatchObject({ version: '1.2.3' });
  });

  it('rejects what was asked of a plugin that stops before it answers', async () => {
    const { house, server, path } = await running();
    const client = clientOf(path);
    const asked = Promise.withResolvers<void>();
    house.lock = () => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    const answer = client.ask('lock', { lock: 'front' });
    await asked.promise;
    await Promise.all([expect(answer).rejects.toThrow('Latchkey stopped before it answered.'), server.stop()]);
  });

  it('replaces a socket that a killed plugin left behind, but not one that is in use', async () => {
    const path = controlPath(freshFolder());
    writeFileSync(path, '');
    await running(path);
    await expect(ControlServer.start(new FakeHouse(), path, silent)).rejects.toThrow('Another Latchkey is running');
  });

  it('has a place on every system', () => {
    expect(controlPath('C:\\homebridge\\latchkey', 'win32')).toMatch(/^\\\\\.\\pipe\\latchkey-[0-9a-f]{32}$/);
    expect(controlPath('/var/lib/homebridge/latchkey', 'linux')).toBe('/var/lib/homebridge/latchkey/control.sock');
    expect(() => controlPath(`/${'long/'.repeat(30)}`, 'linux')).toThrow('too long for a socket');
  });
});
