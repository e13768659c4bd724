/** What the plugin and the process of one live call say to each other, over Node's IPC channel. */
import type { ConnectionState } from 'werift';

export interface Candidate {
  candidate?: string;
  sdpMLineIndex?: number;
}

/** To the process: `offer` first. The packets it receives go to these ports of loopback; without one they go nowhere. */
export type CallOrder =
  | { do: 'offer'; videoPort: number; audioPort: number | null }
  | { do: 'accept'; sdp: string }
  | { do: 'candidate'; candidate: Candidate }
  | { do: 'key-frame' }
  /** One RTP packet of a voice for the camera's speaker. */
  | { do: 'speak'; packet: Uint8Array };

/** To the process: runs a program that writes to the process's own standard output, one at a time. */
export type ProgramOrder = { do: 'start'; command: string; args: string[]; stdin: string } | { do: 'stop' };

export type PeerOrder = CallOrder | ProgramOrder;

/** From the process. `offered`, `accepted` and `failed` answer `offer` and `accept`. */
export type PeerNews =
  | { is: 'offered'; sdp: string }
  | { is: 'accepted' }
  | { is: 'failed'; message: string }
  | { is: 'candidate'; candidate: Candidate }
  | { is: 'state'; state: ConnectionState }
  /** The program's standard error, and its end. */
  | { is: 'said'; text: string }
  | { is: 'ended'; failure: string | null };
