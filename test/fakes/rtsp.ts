/** A fake RTSP camera (RFC 2326) on loopback: H264 interleaved in TCP, basic authentication, and faults. */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import ffmpeg from '@ffmpeg-installer/ffmpeg';

export interface RtspMedia {
  /** ffmpeg's arguments for the source, `-re` included. */
  source: string[];
  /** `user:password` that the camera wants. */
  credentials?: string;
  /** Answers everything, and then sends no packet. */
  silent?: boolean;
}

export const movingPicture = ['-re', '-f', 'lavfi', '-i', 'testsrc=size=640x360:rate=10'];
export const stillPicture = ['-re', '-f', 'lavfi', '-i', 'color=c=gray:size=640x360:rate=10'];

export class FakeRtsp {
  media: RtspMedia;
  /** Requests as `METHOD uri`. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #clients = new Map<Socket, () => void>();
  #left: Array<() => void> = [];
  #asked: Array<() => void> = [];

  private constructor(server: Server, media: RtspMedia) {
    this.#server = server;
    this.media = media;
    server.on('connection', (socket) => this.#serve(socket));
  }

  /** `port` is that of a camera that was away, and is back. */
  static async start(media: RtspMedia, port = 0): Promise<FakeRtsp> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new FakeRtsp(server, media);
  }

  get url(): string {
    const user = this.media.credentials ? `${this.media.credentials}@` : '';
    return `rtsp://${user}127.0.0.1:${(this.#server.address() as AddressInfo).port}/stream1`;
  }

  /** Breaks every connection off. */
  hangUp(): void {
    for (const socket of this.#clients.keys()) socket.destroy();
  }

  /** Resolves once `count` requests that match have come in. */
  async seen(match: RegExp, count: number): Promise<void> {
    while (this.requests.filter((line) => match.test(line)).length < count) {
      await new Promise<void>((resolve) => this.#asked.push(resolve));
    }
  }

  /** Resolves once nobody is connected. */
  async idle(): Promise<void> {
    while (this.#clients.size > 0) await new Promise<void>((resolve) => this.#left.push(resolve));
  }

  async close(): Promise<void> {
    this.hangUp();
    await this.idle();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    let buffered = '';
    this.#clients.set(socket, () => {});
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#clients.get(socket)?.();
      this.#clients.delete(socket);
      for (const resolve of this.#left.splice(0)) resolve();
    });
    socket.setEncoding('latin1').on('data', (text: string) => {
      buffered += text;
      for (let end = buffered.indexOf('\r\n\r\n'); end >= 0; end = buffered.indexOf('\r\n\r\n')) {
        const request = buffered.slice(0, end);
        buffered = buffered.slice(end + 4);
        void this.#answer(socket, request.slice(Math.max(0, request.search(/[A-Z_]+ rtsp/))));
      }
    });
  }

  async #answer(socket: Socket, request: string): Promise<void> {
    const [method = '', uri = ''] = request.split(' ');
    this.requests.push(`${method} ${uri}`);
    for (const resolve of this.#asked.splice(0)) resolve();
    const sequence = /^CSeq: *(\d+)/im.exec(request)?.[1] ?? '0';
    const reply = (status: string, headers: string[] = [], body = '') =>
      socket.write(
        [`RTSP/1.0 ${status}`, `CSeq: ${sequence}`, ...headers, `Content-Length: ${body.length}`, '', body].join(
          '\r\n',
        ),
      );
    const wanted = this.media.credentials && `Basic ${Buffer.from(this.media.credentials).toString('base64')}`;
    if (wanted && !request.includes(wanted))
      return void reply('401 Unauthorized', ['WWW-Authenticate: Basic realm="x"']);
    switch (method) {
      case 'OPTIONS':
        return void reply('200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN']);
      case 'DESCRIBE':
        return void reply('200 OK', ['Content-Type: application/sdp', `Content-Base: ${uri}/`], description);
      case 'SETUP':
        return void reply('200 OK', ['Transport: RTP/AVP/TCP;unicast;interleaved=0-1', 'Session: 1']);
      case 'PLAY':
        reply('200 OK', ['Session: 1']);
        if (!this.media.silent) await this.#play(socket);
        return;
      default:
        return void reply('200 OK', ['Session: 1']);
    }
  }

  async #play(socket: Socket): Promise<void> {
    const stop = await play(socket, this.media.source);
    if (this.#clients.has(socket)) this.#clients.set(socket, stop);
    else stop();
  }
}

const description = [
  ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=fake', 'c=IN IP4 0.0.0.0', 't=0 0', 'm=video 0 RTP/AVP 96'],
  ['a=rtpmap:96 H264/90000', 'a=fmtp:96 packetization-mode=1', 'a=control:track0', ''],
]
  .flat()
  .join('\r\n');

/** Sends the source's packets on the connection, each behind `$`, its channel and its length. */
async function play(socket: Socket, source: string[]): Promise<() => void> {
  const packets = createSocket('udp4');
  packets.on('message', (packet) => {
    const type = packet[1] ?? 0;
    if (socket.destroyed || (type >= 192 && type <= 223)) return;
    const header = Buffer.from([0x24, 0, packet.length >> 8, packet.length & 0xff]);
    socket.write(Buffer.concat([header, packet]));
  });
  packets.bind(0, '127.0.0.1');
  await once(packets, 'listening');
  const encoder = spawn(
    ffmpeg.path,
    [
      ['-loglevel', 'error', ...source, '-an', '-c:v', 'libx264', '-profile:v', 'baseline', '-preset', 'ultrafast'],
      ['-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '10', '-f', 'rtp'],
      [`rtp://127.0.0.1:${packets.address().port}?pkt_size=1100`],
    ].flat(),
    { stdio: 'ignore' },
  );
  return () => {
    encoder.kill('SIGKILL');
    packets.close();
  };
}
