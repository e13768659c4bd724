/** The WebRTC side of a live call, in the call's process: it decrypts and counts every packet, and passes them on. */
import { createSocket } from 'node:dgram';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters, type RTCRtpTransceiver, RtpPacket } from 'werift';
import { audioPayloadType, videoPayloadType } from '../relay.ts';
import type { CallOrder } from './messages.ts';
import { tell } from './news.ts';

const stunServers = [
  ...['us-east-1', 'us-east-2', 'us-west-2'].map((region) => `stun:stun.kinesisvideo.${region}.amazonaws.com:443`),
  ...['', '1', '2', '3', '4'].map((number) => `stun:stun${number}.l.google.com:19302`),
];

/** A picture that a lost packet has smeared is whole again with the next key frame. */
const keyFrameEvery = 4_000;

const voice = new MediaStreamTrack({ kind: 'audio' });
const peer = new RTCPeerConnection({
  codecs: { audio: audioCodecs(), video: videoCodecs() },
  iceServers: stunServers.map((urls) => ({ urls })),
  bundlePolicy: 'disable',
});
const audio = peer.addTransceiver(voice, { direction: 'sendrecv' });
const video = peer.addTransceiver('video', { direction: 'recvonly' });
/** Names the video's sender, once its first packet is there: before that nobody can be asked for a key frame. */
let videoSource: number | undefined;

peer.onIceCandidate.subscribe((found) => {
  if (!found) return;
  const { candidate, sdpMLineIndex } = found;
  tell({ is: 'candidate', candidate: { candidate, ...(sdpMLineIndex === undefined ? {} : { sdpMLineIndex }) } });
});
peer.iceConnectionStateChange.subscribe((state) => state === 'closed' && tell({ is: 'state', state }));
peer.connectionStateChange.subscribe((state) => tell({ is: 'state', state }));

export async function carryOut(order: CallOrder): Promise<void> {
  switch (order.do) {
    case 'offer': {
      passOn(video, order.videoPort, videoPayloadType);
      if (order.audioPort !== null) passOn(audio, order.audioPort, audioPayloadType);
      const offer = await peer.createOffer();
      await peer.setLocalDescription(offer);
      return tell({ is: 'offered', sdp: offer.sdp });
    }
    case 'accept':
      await peer.setRemoteDescription({ type: 'answer', sdp: order.sdp });
      return tell({ is: 'accepted' });
    case 'candidate':
      return peer.addIceCandidate(order.candidate);
    case 'key-frame':
      return askForKeyFrame();
    case 'speak':
      return voice.writeRtp(RtpPacket.deSerialize(Buffer.from(order.packet)));
  }
}

/** Hands the packets to ffmpeg, under a payload type that is known beforehand. */
function passOn({ onTrack, kind }: RTCRtpTransceiver, port: number, payloadType: number): void {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  onTrack.subscribe((track) => {
    track.onReceiveRtp.subscribe((rtp) => {
      const packet = rtp.serialize();
      packet[1] = ((packet[1] ?? 0) & 0x80) | payloadType;
      socket.send(packet, port, '127.0.0.1', () => {});
    });
    if (kind === 'video') {
      track.onReceiveRtp.once(() => {
        videoSource = track.ssrc;
        void askForKeyFrame();
      });
    }
  });
}

async function askForKeyFrame(): Promise<void> {
  if (videoSource !== undefined) await video.receiver.sendRtcpPLI(videoSource);
}

function audioCodecs(): RTCRtpCodecParameters[] {
  return [
    new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 }),
    new RTCRtpCodecParameters({ mimeType: 'audio/PCMU', clockRate: 8_000, channels: 1, payloadType: 0 }),
  ];
}

function videoCodecs(): RTCRtpCodecParameters[] {
  return [
    new RTCRtpCodecParameters({
      mimeType: 'video/H264',
      clockRate: 90_000,
      rtcpFeedback: [
        { type: 'transport-cc' },
        { type: 'ccm', parameter: 'fir' },
        { type: 'nack' },
        { type: 'nack', parameter: 'pli' },
        { type: 'goog-remb' },
      ],
      parameters: 'packetization-mode=1;profile-level-id=640029;level-asymmetry-allowed=1',
    }),
    new RTCRtpCodecParameters({ mimeType: 'video/rtx', clockRate: 90_000 }),
  ];
}

setInterval(() => void askForKeyFrame().catch(() => undefined), keyFrameEvery);
