/** The far end of a live call, as ring-client-api wants one; the work is done in a process of the call's own. */
import { fork } from 'node:child_process';
import { extname } from 'node:path';
import type { RingCamera } from 'ring-client-api';
import { ReplaySubject, Subject } from 'rxjs';
import type { ConnectionState, RTCIceCandidate } from 'werift';
import type { Spawn } from '../../ffmpeg.ts';
import type { PeerNews, PeerOrder } from './messages.ts';
import { PeerProgram } from './program.ts';

type CallOptions = NonNullable<Parameters<RingCamera['startLiveCall']>[0]>;
export type PeerConnection = ReturnType<NonNullable<CallOptions['createPeerConnection']>>;

/** Ports of loopback that the packets of the call are sent to. */
export interface PeerPorts {
  videoPort: number;
  /** Without one, the sound goes nowhere. */
  audioPort?: number;
}

/** Milliseconds a process that is let go of may take to end. */
const longestEnd = 2_000;

export class Peer implements PeerConnection {
  readonly onIceCandidate = new Subject<RTCIceCandidate>();
  readonly onConnectionState = new ReplaySubject<ConnectionState>(1);
  readonly #ports: PeerPorts;
  readonly #process = fork(new URL(`./process${extname(import.meta.filename)}`, import.meta.url), [], {
    // Node's own flags (inspectors, test loaders) are the parent's, not this process's.
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  #answer: { resolve: (sdp: string) => void; reject: (error: Error) => void } | undefined;
  #program: PeerProgram | undefined;
  #closed = false;

  /** Starts the process. It must be closed, whether or not a call comes about. */
  constructor(ports: PeerPorts) {
    this.#ports = ports;
    this.#process.on('message', (news) => this.#hear(news as PeerNews));
    this.#process.on('error', (error) => this.#fail(`The process of the live call failed: ${error.message}.`));
    this.#process.on('exit', () => this.#fail('The process of the live call ended.'));
  }

  /**
   * Runs a program from the process of the call, one at a time: starting one keeps whoever does it from everything else for
   * some 20 ms, and Homebridge has better to do. What it writes comes straight from it.
   */
  readonly spawn: Spawn = (command, args) => {
    const program = new PeerProgram(this.#process.stdout, {
      start: (stdin) => this.#send({ do: 'start', command, args: [...args], stdin }),
      stop: () => this.#send({ do: 'stop' }),
    });
    this.#program = program;
    if (this.#closed) program.end();
    return program;
  };

  async createOffer(): Promise<{ sdp: string }> {
    const { videoPort, audioPort = null } = this.#ports;
    return { sdp: await this.#ask({ do: 'offer', videoPort, audioPort }) };
  }

  async acceptAnswer({ sdp }: { sdp: string }): Promise<void> {
    await this.#ask({ do: 'accept', sdp });
  }

  async addIceCandidate({ candidate, sdpMLineIndex }: Partial<RTCIceCandidate>): Promise<void> {
    const found = { ...(candidate === undefined ? {} : { candidate }) };
    this.#send({ do: 'candidate', candidate: { ...found, ...(sdpMLineIndex === undefined ? {} : { sdpMLineIndex }) } });
  }

  requestKeyFrame(): void {
    this.#send({ do: 'key-frame' });
  }

  /** Takes one RTP packet of a voice. */
  speak(packet: Buffer): void {
    this.#send({ do: 'speak', packet });
  }

  /** The signalling has said goodbye: all that is left to the process is to end its program. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#process.connected) this.#process.disconnect();
    const tooLong = setTimeout(() => this.#process.kill('SIGKILL'), longestEnd).unref();
    this.#process.once('exit', () => clearTimeout(tooLong));
    this.#program?.end();
    this.onConnectionState.next('closed');
  }

  #ask(order: PeerOrder): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error('The live call is over.'));
      this.#answer = { resolve, reject };
      this.#send(order);
    });
  }

  #send(order: PeerOrder): void {
    // A process that ends while it is written to says so by its exit.
    if (!this.#closed && this.#process.connected) this.#process.send(order, () => undefined);
  }

  #hear(news: PeerNews): void {
    if (this.#closed) return;
    if (news.is === 'state') this.onConnectionState.next(news.state);
    else if (news.is === 'candidate') this.onIceCandidate.next(news.candidate as RTCIceCandidate);
    else if (news.is === 'said') this.#program?.stderr.write(news.text);
    else if (news.is === 'ended') this.#onProgramEnd(news.failure);
    else if (news.is === 'failed') this.#answer?.reject(new Error(news.message));
    else this.#answer?.resolve(news.is === 'offered' ? news.sdp : '');
  }

  #onProgramEnd(failure: string | null): void {
    if (failure !== null) this.#program?.emit('error', new Error(failure));
    this.#program?.end();
  }

  #fail(message: string): void {
    this.#answer?.reject(new Error(message));
    if (this.#closed) return;
    this.#closed = true;
    this.#program?.end();
    this.onConnectionState.next('failed');
  }
}
