/** Ring's live calls: the signalling socket, and WebRTC that carries a clip's H264 and an Opus tone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters } from 'werift';
import type { WebSocket } from 'ws';

export interface LiveMedia {
  /** A video file; without one, ffmpeg's moving test picture. */
  clip?: string;
  /** Where in the clip a call begins, in seconds. */
  from?: number;
  /** The clip is H264 that is sent as it is: many calls at once then cost little. */
  copy?: boolean;
  /** The call is answered and connected, but no packet comes: a doorbell that is offline. */
  silent?: boolean;
  /** The signalling socket says something that is not JSON. */
  nonsense?: boolean;
}

interface Message {
  method: string;
  dialog_id?: string;
  body: Record<string, unknown>;
}

/** One call that a client holds. */
export interface FakeCall {
  device: number;
  /** Methods the client has sent, in order. */
  sent: string[];
  /** Packets of return audio that arrived from the client. */
  returnAudio: number;
  open: boolean;
}

export class FakeLive {
  readonly calls: FakeCall[] = [];
  /** What every camera sends, or each by its id. */
  media: LiveMedia | ((device: number) => LiveMedia);
  #tickets = new Set<string>();
  #ends = new Set<() => Promise<void>>();
  #ended: Array<() => void> = [];
  #hearing: Array<() => void> = [];
  #saying: Array<() => void> = [];

  constructor(media: LiveMedia) {
    this.media = media;
  }

  ticket(): string {
    const ticket = `ticket-${this.#tickets.size + 1}`;
    this.#tickets.add(ticket);
    return ticket;
  }

  get open(): number {
    return this.calls.filter((call) => call.open).length;
  }

  /** Resolves once no call is open. */
  async idle(): Promise<void> {
    while (this.open > 0) await new Promise<void>((resolve) => this.#ended.push(resolve));
  }

  /** Resolves when the next packet of a voice has arrived at a camera. */
  async heard(): Promise<void> {
    await new Promise<void>((resolve) => this.#hearing.push(resolve));
  }

  /** Resolves once the client has sent `method` in a call, those before the `first` left out. */
  async said(method: string, first = 0): Promise<void> {
    while (!this.calls.slice(first).some((call) => call.sent.includes(method))) {
      await new Promise<void>((resolve) => this.#saying.push(resolve));
    }
  }

  /** Resolves when the next call is over. */
  async hungUp(): Promise<void> {
    await new Promise<void>((resolve) => this.#ended.push(resolve));
  }

  /** Ends every call from the camera's side. */
  async hangUp(): Promise<void> {
    await Promise.all([...this.#ends].map((end) => end()));
  }

  async close(): Promise<void> {
    await this.hangUp();
  }

  accept(socket: WebSocket, url: URL): void {
    if (!this.#tickets.has(url.searchParams.get('token') ?? '')) {
      socket.close(4001, 'bad ticket');
      return;
    }
    const call: FakeCall = { device: 0, sent: [], returnAudio: 0, open: true };
    this.calls.push(call);
    let stop: () => Promise<void> = async () => {};
    const end = async () => {
      if (!call.open) return;
      call.open = false;
      this.#ends.delete(end);
      socket.close();
      await stop();
      for (const resolve of this.#ended.splice(0)) resolve();
    };
    this.#ends.add(end);
    socket.on('close', () => void end());
    socket.on('message', async (data) => {
      const message: Message = JSON.parse(String(data));
      call.sent.push(message.method);
      for (const resolve of this.#saying.splice(0)) resolve();
      if (message.method === 'close') return end();
      if (message.method === 'ping') return send(socket, message, 'pong', {});
      if (message.method !== 'live_view') return;
      call.device = Number(message.body.doorbot_id);
      const media = typeof this.media === 'function' ? this.media(call.device) : this.media;
      if (media.nonsense) socket.send('<html>');
      const hear = () => {
        call.returnAudio++;
        for (const resolve of this.#hearing.splice(0)) resolve();
      };
      stop = await answer(socket, message, media, hear);
      if (!call.open) await stop();
    });
  }
}

function send(socket: WebSocket, to: Message, method: string, body: object): void {
  const common = { doorbot_id: to.body.doorbot_id, session_id: 's1' };
  if (socket.readyState === 1)
    socket.send(JSON.stringify({ method, dialog_id: to.dialog_id, body: { ...common, ...body } }));
}

/** Answers one offer and plays the clip; the returned function ends both. */
async function answer(
  socket: WebSocket,
  offer: Message,
  media: LiveMedia,
  hear: () => void,
): Promise<() => Promise<void>> {
  const peer = new RTCPeerConnection({ codecs: codecs(), iceServers: [], bundlePolicy: 'disable' });
  const video = new MediaStreamTrack({ kind: 'video' });
  const audio = new MediaStreamTrack({ kind: 'audio' });
  peer.onTrack.subscribe((track) => track.onReceiveRtp.subscribe(hear));
  await peer.setRemoteDescription({ type: 'offer', sdp: String(offer.body.sdp) });
  for (const transceiver of peer.getTransceivers()) {
    if (transceiver.kind === 'video') {
      transceiver.setDirection('sendonly');
      transceiver.sender.replaceTrack(video);
    } else {
      transceiver.setDirection('sendrecv');
      transceiver.sender.replaceTrack(audio);
    }
  }
  send(socket, offer, 'session_created', {});
  await peer.setLocalDescription(await peer.createAnswer());
  send(socket, offer, 'sdp', { sdp: peer.localDescription?.sdp, type: 'answer' });
  send(socket, offer, 'notification', { is_ok: true, text: 'camera_connected' });
  send(socket, offer, 'camera_started', {});
  const player = media.silent ? undefined : await play(media, video, audio);
  return async () => {
    player?.();
    await peer.close();
  };
}

function codecs() {
  return {
    video: [
      new RTCRtpCodecParameters({
        mimeType: 'video/H264',
        clockRate: 90_000,
        rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
        parameters: 'packetization-mode=1;profile-level-id=640029;level-asymmetry-allowed=1',
      }),
    ],
    audio: [new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 })],
  };
}

async function play(media: LiveMedia, video: MediaStreamTrack, audio: MediaStreamTrack): Promise<() => void> {
  const sockets = await Promise.all([forward(video), forward(audio)]);
  const [videoPort, audioPort] = sockets.map((socket) => socket.address().port);
  const source = media.clip
    ? ['-re', '-stream_loop', '-1', '-ss', String(media.from ?? 0), '-i', media.clip]
    : ['-re', '-f', 'lavfi', '-i', 'testsrc=size=640x360:rate=10'];
  const encoded = ['-c:v', 'libx264', '-profile:v', 'baseline', '-preset', 'ultrafast', '-tune', 'zerolatency'];
  const video264 = media.copy ? ['-c:v', 'copy'] : [...encoded, '-pix_fmt', 'yuv420p', '-g', '10'];
  const player: ChildProcess = spawn(
    ffmpeg.path,
    [
      ['-loglevel', 'error', ...source, '-re', '-f', 'lavfi', '-i', 'sine=frequency=440'],
      ['-map', '0:v', ...video264, '-f', 'rtp', `rtp://127.0.0.1:${videoPort}?pkt_size=1100`],
      ['-map', '1:a', '-c:a', 'libopus', '-ac', '2', '-ar', '48000', '-f', 'rtp'],
      [`rtp://127.0.0.1:${audioPort}?pkt_size=1100`],
    ].flat(),
    { stdio: 'ignore' },
  );
  return () => {
    player.kill('SIGKILL');
    for (const socket of sockets) socket.close();
  };
}

/** A socket whose RTP goes to `track`. */
async function forward(track: MediaStreamTrack): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (packet) => {
    // RTCP shares the range 192 to 223 of the second byte.
    const type = packet[1] ?? 0;
    if (type < 192 || type > 223) track.writeRtp(packet);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
