/** What ffmpeg is told to make of a live stream for the Home app. */
import type { PrepareStreamRequest, StartStreamRequest } from 'homebridge';

// By the numbers of the HomeKit Accessory Protocol.
const profiles = ['baseline', 'main', 'high'];
const levels = ['3.1', '3.2', '4.0'];

/** The picture, encrypted, on its way to the one who looks. */
export function videoArguments(
  { targetAddress, addressVersion, video: to }: PrepareStreamRequest,
  { video }: StartStreamRequest,
  ssrc: number,
  pass: boolean,
): string[] {
  const key = Buffer.concat([to.srtp_key, to.srtp_salt]).toString('base64');
  const host = addressVersion === 'ipv6' ? `[${targetAddress}]` : targetAddress;
  return [
    ...['-map', '0:v:0', ...(pass ? ['-c:v', 'copy'] : encoder(video))],
    ...['-payload_type', String(video.pt), '-ssrc', String(ssrc), '-f', 'rtp'],
    ...['-srtp_out_suite', 'AES_CM_128_HMAC_SHA1_80', '-srtp_out_params', key],
    `srtp://${host}:${to.port}?rtcpport=${to.port}&pkt_size=${video.mtu || 1316}`,
  ];
}

function encoder({ width, height, fps, max_bit_rate, profile, level }: StartStreamRequest['video']): string[] {
  const fit = `scale='min(${width},iw)':'min(${height},ih)':force_original_aspect_ratio=decrease`;
  return [
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p'],
    ...['-profile:v', profiles[profile] ?? 'main', '-level:v', levels[level] ?? '3.1', '-r', String(fps)],
    ...['-vf', `${fit},scale=trunc(iw/2)*2:trunc(ih/2)*2`, '-g', String(fps * 2)],
    ...['-b:v', `${max_bit_rate}k`, '-maxrate', `${max_bit_rate}k`, '-bufsize', `${2 * max_bit_rate}k`],
  ];
}

/** The sound, as plain RTP to a port of ours: see home-sound.ts for why not straight to Home. */
export function soundArguments({ audio }: StartStreamRequest, port: number): string[] {
  return [
    ...['-map', '0:a:0', '-c:a', 'libopus', '-application', 'lowdelay', '-frame_duration', String(audio.packet_time)],
    ...['-ac', String(audio.channel), '-ar', `${audio.sample_rate}k`, '-b:a', `${audio.max_bit_rate}k`],
    ...['-payload_type', String(audio.pt), '-f', 'rtp', `rtp://127.0.0.1:${port}`],
  ];
}
