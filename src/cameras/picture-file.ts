/** Whether a file that is being written has become a whole picture or clip. */
import { type FileHandle, open } from 'node:fs/promises';
import { extname } from 'node:path';
import type { FileState } from './folder-watcher.ts';

export type FileKind = 'picture' | 'clip';

export interface Inspection extends FileState {
  /** Why it is not whole, in words; null where it is. */
  fault: string | null;
}

const kinds = new Map<string, FileKind>([
  ...['.jpg', '.jpeg', '.png'].map((ending) => [ending, 'picture'] as const),
  ...['.mp4', '.mov', '.mkv', '.avi'].map((ending) => [ending, 'clip'] as const),
]);

export function kindOf(path: string): FileKind | null {
  return kinds.get(extname(path).toLowerCase()) ?? null;
}

/** `thorough` reads the whole file for a JPEG's end, which some cameras bury under data of their own. Throws as `open`. */
export async function inspect(path: string, kind: FileKind, thorough: boolean): Promise<Inspection> {
  const file = await open(path, 'r');
  try {
    const { ino, size, mtimeMs } = await file.stat();
    return { ino, size, mtimeMs, fault: await faultOf(file, size, kind, thorough) };
  } finally {
    await file.close();
  }
}

async function faultOf(file: FileHandle, size: number, kind: FileKind, thorough: boolean): Promise<string | null> {
  if (size === 0) return 'it is empty';
  const head = await bytesAt(file, 0, 16);
  if (kind === 'clip') return containerOf(head) ? null : 'it is not an MP4, MOV, MKV or AVI clip';
  if (head.subarray(0, 8).equals(pngSignature)) {
    return (await bytesAt(file, size - pngEnd.length, pngEnd.length)).equals(pngEnd) ? null : halfWritten;
  }
  if (!head.subarray(0, 2).equals(jpegStart)) return 'it is not a JPEG or PNG picture';
  return (await jpegEnds(file, size, thorough)) ? null : halfWritten;
}

/** ffmpeg's name of the container a clip's first bytes show, null where they show none that a camera writes. */
export function containerOf(head: Buffer): 'mov' | 'matroska' | 'avi' | null {
  if (movBoxes.has(head.toString('latin1', 4, 8))) return 'mov';
  if (head.readUInt32BE(0) === 0x1a45dfa3) return 'matroska';
  return head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'AVI ' ? 'avi' : null;
}

const movBoxes = new Set(['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip']);
const halfWritten = 'it is only half written';
const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');
const pngEnd = Buffer.from('0000000049454e44ae426082', 'hex');
const jpegStart = Buffer.from('ffd8', 'hex');
const jpegEnd = Buffer.from('ffd9', 'hex');

/**
 * Looks for the end of image marker behind the start of scan: one before it ends the thumbnail inside the file, and
 * inside the scan its two bytes cannot stand (ITU T.81, B.1.1.5).
 */
async function jpegEnds(file: FileHandle, size: number, thorough: boolean): Promise<boolean> {
  const scan = await jpegScan(file, size);
  if (scan === null) return false;
  const chunk = 65536;
  for (let from = thorough ? scan : Math.max(scan, size - 4096); from < size; from += chunk) {
    // One byte more than the step, for a marker that lies across it.
    if ((await bytesAt(file, from, Math.min(chunk + 1, size - from))).includes(jpegEnd)) return true;
  }
  return false;
}

/** Where a JPEG's first scan starts, null where it has not come yet. */
async function jpegScan(file: FileHandle, size: number): Promise<number | null> {
  const mostSegments = 1000;
  let at = jpegStart.length;
  for (let segment = 0; segment < mostSegments && at + 4 <= size; segment++) {
    const bytes = await bytesAt(file, at, 4);
    if (bytes[0] !== 0xff) return null;
    if (bytes[1] === 0xda) return at;
    at += bytes[1] === 0xff ? 1 : 2 + bytes.readUInt16BE(2);
  }
  return null;
}

/** Zeros where the file is shorter. */
async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await file.read(bytes, 0, length, Math.max(0, position));
  return bytes;
}
