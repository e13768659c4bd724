/** Whether a file has become a whole picture or clip. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { containerOf, inspect, kindOf } from '../../src/cameras/picture-file.ts';
import { jpeg, png, withSegment } from './pictures.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-inspect-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function faultOf(bytes: Uint8Array, thorough = false, kind: 'picture' | 'clip' = 'picture') {
  const path = join(folder, 'file');
  await writeFile(path, bytes);
  const { fault, size } = await inspect(path, kind, thorough);
  expect(size).toBe(bytes.length);
  return fault;
}

describe('a JPEG', () => {
  it('is whole at its last byte, and half written at every one before', async () => {
    const picture = withSegment(await jpeg(), await jpeg(7));
    expect(await faultOf(picture)).toBeNull();
    for (let length = 2; length < picture.length; length += 13) {
      expect(await faultOf(picture.subarray(0, length)), `${length} bytes`).toBe('it is only half written');
      expect(await faultOf(picture.subarray(0, length), true), `${length} bytes`).toBe('it is only half written');
    }
  });

  it('is whole where a camera adds a little of its own behind the end', async () => {
    expect(await faultOf(Buffer.concat([await jpeg(), Buffer.alloc(2000, 1)]))).toBeNull();
  });

  it('is whole where a camera adds much behind the end, once all of it is read', async () => {
    const picture = await jpeg();
    for (const padding of [65536 - 1, 65536, 200_000]) {
      const long = Buffer.concat([picture, Buffer.alloc(padding, 1)]);
      expect(await faultOf(long)).toBe('it is only half written');
      expect(await faultOf(long, true)).toBeNull();
    }
  });

  it('is found whole where its end lies across two reads', async () => {
    const picture = await jpeg();
    const scan = picture.indexOf(Buffer.from('ffda', 'hex'));
    const body = Buffer.alloc(65536 - 1, 1);
    const head = Buffer.concat([picture.subarray(0, scan), Buffer.from('ffda', 'hex'), body.subarray(2)]);
    expect(await faultOf(Buffer.concat([head, Buffer.from('ffd9', 'hex'), Buffer.alloc(9000)]), true)).toBeNull();
  });

  it('whose segments lead nowhere is not whole', async () => {
    expect(await faultOf(Buffer.from('ffd800000000ffd9', 'hex'))).toBe('it is only half written');
    expect(await faultOf(Buffer.concat([Buffer.from('ffd8', 'hex'), Buffer.alloc(5000, 0xff)]))).toBe(
      'it is only half written',
    );
  });
});

describe('other files', () => {
  it('a PNG is whole with its end chunk', async () => {
    const picture = await png();
    expect(await faultOf(picture)).toBeNull();
    expect(await faultOf(picture.subarray(0, -1))).toBe('it is only half written');
  });

  it('an empty one is said to be', async () => {
    expect(await faultOf(Buffer.alloc(0))).toBe('it is empty');
    expect(await faultOf(Buffer.alloc(0), false, 'clip')).toBe('it is empty');
  });

  it('text that calls itself a picture or a clip is said to be neither', async () => {
    expect(await faultOf(Buffer.from('hello'))).toBe('it is not a JPEG or PNG picture');
    const playlist = Buffer.from('#EXTM3U\nhttp://127.0.0.1/secret');
    expect(await faultOf(playlist, false, 'clip')).toBe('it is not an MP4, MOV, MKV or AVI clip');
  });

  it.each([
    ['....ftypisom', 'mov'],
    ['....moov....', 'mov'],
    ['\x1a\x45\xdf\xa3....', 'matroska'],
    ['RIFF....AVI LIST', 'avi'],
    ['RIFF....WAVEfmt ', null],
    ['#EXTM3U\n....', null],
  ])('%j is the container %s', (head, container) => {
    const bytes = Buffer.alloc(16);
    bytes.write(head, 'latin1');
    expect(containerOf(bytes)).toBe(container);
  });

  it.each([
    ['a.JPG', 'picture'],
    ['b.jpeg', 'picture'],
    ['c.png', 'picture'],
    ['d.mp4', 'clip'],
    ['e.MOV', 'clip'],
    ['f.jpg.part', null],
    ['jpg', null],
  ])('%s is a %s', (name, kind) => {
    expect(kindOf(`/srv/front/${name}`)).toBe(kind);
  });
});
