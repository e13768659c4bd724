/** How a phone negotiates a stream: the TLV8 of the HomeKit Accessory Protocol, in base64. */
import type { PrepareStreamRequest } from 'homebridge';

type Item = readonly [type: number, value: Buffer];

const tlv = (...items: Item[]) =>
  Buffer.concat(items.flatMap(([type, value]) => [Buffer.from([type, value.length]), value]));

const u8 = (value: number) => Buffer.from([value]);
const u16 = (value: number) => Buffer.from([value & 0xff, value >> 8]);
const u32 = (value: number) => Buffer.from(new Uint32Array([value]).buffer);
const f32 = (value: number) => Buffer.from(new Float32Array([value]).buffer);

const sessionId = Buffer.alloc(16, 7);

/** What is written to SetupEndpoints: where the phone listens, and its keys. */
export function setupEndpoints({ targetAddress, video, audio }: PrepareStreamRequest): string {
  const srtp = ({ srtp_key, srtp_salt }: PrepareStreamRequest['video']) =>
    tlv([1, u8(0)], [2, srtp_key], [3, srtp_salt]);
  const address = tlv([1, u8(0)], [2, Buffer.from(targetAddress)], [3, u16(video.port)], [4, u16(audio.port)]);
  return tlv([1, sessionId], [3, address], [4, srtp(video)], [5, srtp(audio)]).toString('base64');
}

/** The status in what is then read from it; 0 is success. */
export function status(answer: string): number | undefined {
  const bytes = Buffer.from(answer, 'base64');
  for (let at = 0; at < bytes.length; at += 2 + (bytes[at + 1] ?? 0)) if (bytes[at] === 2) return bytes[at + 2];
  return undefined;
}

/** What is written to SelectedRTPStreamConfiguration: 720p H264, and Opus at 16 kHz. */
export function selectedStream(command: 'start' | 'end'): string {
  const control = tlv([1, sessionId], [2, u8(command === 'start' ? 1 : 0)]);
  if (command === 'end') return tlv([1, control]).toString('base64');
  const picture = tlv(
    [1, u8(0)],
    [2, tlv([1, u8(1)], [2, u8(0)], [3, u8(0)])],
    [3, tlv([1, u16(1280)], [2, u16(720)], [3, u8(30)])],
    [4, tlv([1, u8(99)], [2, u32(1)], [3, u16(299)], [4, f32(0.5)], [5, u16(1378)])],
  );
  const sound = tlv(
    [1, u8(3)],
    [2, tlv([1, u8(1)], [2, u8(0)], [3, u8(1)], [4, u8(20)])],
    [3, tlv([1, u8(110)], [2, u32(2)], [3, u16(24)], [4, f32(5)], [6, u8(13)])],
    [4, u8(0)],
  );
  return tlv([1, control], [2, picture], [3, sound]).toString('base64');
}
