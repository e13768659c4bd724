import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { reservePorts } from '@homebridge/camera-utils';
import { describe, expect, it } from 'vitest';
import { decode, lowDelay, type RgbPicture } from '../../src/cameras/ffmpeg.ts';
import { relayInput, sessionDescription } from '../../src/cameras/ring/relay.ts';

describe('decoding a live stream', () => {
  it('waits for a key frame where it comes into the middle of the stream', async () => {
    const [port = 0] = await reservePorts({ count: 2 });
    const over = new AbortController();
    const playing = await playWithoutBeginning(port);
    const { promise: first, resolve } = Promise.withResolvers<RgbPicture>();
    const decoding = decode({
      ffmpeg: ffmpeg.path,
      input: [...relayInput, ...lowDelay, '-f', 'sdp', '-i', 'pipe:0'],
      stdin: sessionDescription(port),
      rate: 10,
      width: 320,
      onPicture: (picture) => {
        resolve(picture);
        return undefined;
      },
      signal: over.signal,
    });
    const why = decoding.then((said) => said ?? 'it was stopped');
    expect(await Promise.race([first, why])).toMatchObject({ kind: 'rgb', width: 320, height: 180 });
    over.abort();
    await decoding;
    playing();
  });
});

/** Sends a test picture to `port`, except for its first frame, with which the decoder would have begun. */
async function playWithoutBeginning(port: number): Promise<() => void> {
  const socket = createSocket('udp4');
  let beginning: number | undefined;
  socket.on('message', (packet) => {
    const type = packet[1] ?? 0;
    if (type >= 192 && type <= 223) return;
    const time = packet.readUInt32BE(4);
    beginning ??= time;
    if (time !== beginning) socket.send(packet, port, '127.0.0.1', () => undefined);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const source = ['-re', '-f', 'lavfi', '-i', 'testsrc=size=640x360:rate=10', '-pix_fmt', 'yuv420p'];
  const encoding = ['-c:v', 'libx264', '-profile:v', 'baseline', '-preset', 'ultrafast', '-tune', 'zerolatency'];
  const target = `rtp://127.0.0.1:${socket.address().port}?pkt_size=1100`;
  const sender = spawn(ffmpeg.path, [...source, ...encoding, '-g', '30', '-payload_type', '96', '-f', 'rtp', target], {
    stdio: 'ignore',
  });
  return () => {
    sender.kill('SIGKILL');
    socket.close();
  };
}
