/** Sound for the Home app, which counts Opus time in its own sample rate and not, as RFC 7587 says, in 48 kHz. */
import { RtpSplitter } from '@homebridge/camera-utils';
import type { PrepareStreamRequest, StartStreamRequest } from 'homebridge';
import { RtpPacket, SrtpSession } from 'werift';

/** AES_CM_128_HMAC_SHA1_80. */
const profile = 1;

/** Takes ffmpeg's packets on a port of its own, stamps them anew, encrypts them and sends them on. */
export class HomeSound {
  readonly #in: RtpSplitter;

  constructor(
    { targetAddress, audio: to }: PrepareStreamRequest,
    { audio }: StartStreamRequest,
    ssrc: number,
    from: RtpSplitter,
  ) {
    const keys = { localMasterKey: to.srtp_key, localMasterSalt: to.srtp_salt };
    const srtp = new SrtpSession({
      profile,
      keys: { ...keys, remoteMasterKey: to.srtp_key, remoteMasterSalt: to.srtp_salt },
    });
    const ticks = audio.sample_rate * audio.packet_time;
    let first: number | undefined;
    let packets = 0;
    this.#in = new RtpSplitter(({ message, isRtpMessage }) => {
      if (!isRtpMessage) return null;
      const { header, payload } = RtpPacket.deSerialize(message);
      first ??= header.timestamp;
      header.timestamp = (first + packets++ * ticks) % 2 ** 32;
      header.ssrc = ssrc;
      header.payloadType = audio.pt;
      void from.send(srtp.encrypt(payload, header), { port: to.port, address: targetAddress });
      return null;
    });
  }

  /** Where ffmpeg is to send. */
  get port(): Promise<number> {
    return this.#in.portPromise;
  }

  close(): void {
    this.#in.close();
  }
}
