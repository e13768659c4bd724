/** Somebody who looks at live video on a phone: keys, ports, and what comes in on them. */
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { reservePorts } from '@homebridge/camera-utils';
import type { PrepareStreamRequest, StartStreamRequest, StreamingRequest } from 'homebridge';
import { RtpPacket, SrtpSession } from 'werift';
import { decode, lowDelay, playOut, type RgbPicture } from '../../src/cameras/ffmpeg.ts';

const opus16k = { codec: 'OPUS', channel: 1, sample_rate: 16, packet_time: 20, pt: 110, max_bit_rate: 24 };

export class Viewer {
  readonly request: PrepareStreamRequest;
  readonly start: StartStreamRequest;
  readonly stop = { sessionID: 'session', type: 'stop' } as StreamingRequest;
  readonly #videoPort: number;
  readonly #audio: Socket;
  readonly #srtp: SrtpSession;
  readonly #over = new AbortController();
  #decoding: Promise<unknown> = Promise.resolve();

  private constructor(videoPort: number, audio: Socket) {
    const keys = () => ({ srtpCryptoSuite: 0, srtp_key: randomBytes(16), srtp_salt: randomBytes(14) });
    this.#videoPort = videoPort;
    this.#audio = audio;
    this.request = {
      sessionID: 'session',
      sourceAddress: '127.0.0.1',
      targetAddress: '127.0.0.1',
      addressVersion: 'ipv4',
      video: { port: videoPort, ...keys() },
      audio: { port: audio.address().port, ...keys() },
    };
    this.start = {
      sessionID: 'session',
      type: 'start',
      video: {
        codec: 0,
        profile: 1,
        level: 0,
        width: 1280,
        height: 720,
        fps: 15,
        max_bit_rate: 299,
        mtu: 1378,
        pt: 99,
      },
      audio: opus16k,
    } as unknown as StartStreamRequest;
    const { srtp_key, srtp_salt } = this.request.audio;
    const local = { localMasterKey: srtp_key, localMasterSalt: srtp_salt };
    this.#srtp = new SrtpSession({
      profile: 1,
      keys: { ...local, remoteMasterKey: srtp_key, remoteMasterSalt: srtp_salt },
    });
  }

  static async open(): Promise<Viewer> {
    const [videoPort = 0] = await reservePorts({ count: 2 });
    const audio = createSocket('udp4');
    audio.bind(0, '127.0.0.1');
    await once(audio, 'listening');
    return new Viewer(videoPort, audio);
  }

  async close(): Promise<void> {
    this.#over.abort();
    this.#audio.close();
    await this.#decoding;
  }

  /** The first picture of the video, as a phone would decode it. */
  picture(): Promise<RgbPicture> {
    const { srtp_key, srtp_salt } = this.request.video;
    const key = Buffer.concat([srtp_key, srtp_salt]).toString('base64');
    const sdp = [
      ...[
        'v=0',
        'o=- 0 0 IN IP4 127.0.0.1',
        's=-',
        'c=IN IP4 127.0.0.1',
        't=0 0',
        `m=video ${this.#videoPort} RTP/SAVP 99`,
      ],
      ...['a=rtpmap:99 H264/90000', `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${key}`, ''],
    ].join('\r\n');
    return new Promise((resolve) => {
      this.#decoding = decode({
        ffmpeg: ffmpeg.path,
        input: ['-protocol_whitelist', 'pipe,udp,rtp,srtp,crypto', ...lowDelay, '-f', 'sdp', '-i', 'pipe:0'],
        stdin: sdp,
        rate: 10,
        width: 1280,
        onPicture: (picture) => {
          resolve(picture);
          return undefined;
        },
        signal: this.#over.signal,
      });
    });
  }

  /** The next `count` packets of sound, decrypted. */
  sound(count: number): Promise<RtpPacket[]> {
    const packets: RtpPacket[] = [];
    return new Promise((resolve) => {
      this.#audio.on('message', (message) => {
        packets.push(RtpPacket.deSerialize(this.#srtp.decrypt(message)));
        if (packets.length === count) resolve(packets);
      });
    });
  }

  /** Speaks into the phone, until the returned function is called. */
  speak(port: number): () => void {
    const { srtp_key, srtp_salt } = this.request.audio;
    const over = new AbortController();
    const input = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440'];
    const signal = AbortSignal.any([over.signal, this.#over.signal]);
    const key = Buffer.concat([srtp_key, srtp_salt]).toString('base64');
    void playOut({ ffmpeg: ffmpeg.path, input, signal }, [
      ...['-c:a', 'libopus', '-ac', '1', '-ar', '16k', '-payload_type', '110', '-f', 'rtp'],
      ...['-srtp_out_suite', 'AES_CM_128_HMAC_SHA1_80', '-srtp_out_params', key, `srtp://127.0.0.1:${port}`],
    ]);
    return () => over.abort();
  }
}
