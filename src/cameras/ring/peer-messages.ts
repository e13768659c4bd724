/** What the plugin and the process of one live call say to each other, over Node's IPC channel. */
import type { ConnectionState } from 'werift';

export interface Candidate {
  candidate?: string;
  sdpMLineIndex?: number;
}

/** To the process: `offer` first. The packets it receives go to these ports of loopback; without one they go nowhere. */
export type PeerOrder =
  | { do: 'offer'; videoPort: number; audioPort: number | null }
  | { do: 'accept'; sdp: string }
  | { do: 'candidate'; candidate: Candidate }
  | { do: 'key-frame' }
  /** One RTP packet of a voice for the camera's speaker. */
  | { do: 'speak'; packet: Uint8Array };

/** From the process. `offered`, `accepted` and `failed` answer `offer` and `accept`. */
export type PeerNews =
  | { is: 'offered'; sdp: string }
  | { is: 'accepted' }
  | { is: 'failed'; message: string }
  | { is: 'candidate'; candidate: Candidate }
  | { is: 'state'; state: ConnectionState };
