/** A plain grey JPEG, for a camera that has not seen anything yet; made here so that nothing need be decoded or shipped. */

const width = 640;
const height = 360;
/** Of 0 (black) to 255. */
const grey = 56;

/**
 * Baseline, one component (ITU T.81). Each block codes how its mean differs from the last one's: only the first does,
 * so that the rest of the picture is zeros.
 */
export function placeholderJpeg(): Buffer {
  const quantization = segment(0xdb, [0, ...Array<number>(64).fill(8)]);
  const frame = segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]);
  // Of differences: code 0 stands for none, code 10 for one of 7 bits. Of everything else: code 0 ends the block.
  const means = segment(0xc4, [0x00, ...codeCounts(1, 1), 0, 7]);
  const details = segment(0xc4, [0x10, ...codeCounts(1), 0]);
  const scan = segment(0xda, [1, 1, 0, 0, 63, 0]);
  const edges = [Buffer.from([0xff, 0xd8]), Buffer.from([0xff, 0xd9])] as const;
  return Buffer.concat([edges[0], quantization, frame, means, details, scan, scanData(), edges[1]]);
}

function scanData(): Buffer {
  const blocks = Math.ceil(width / 8) * Math.ceil(height / 8);
  // The mean of a block of 64, from 128, in steps of 8: a grey level is one step. Negative ones are stored less one.
  const first = (grey - 128 + 127).toString(2).padStart(7, '0');
  const bits = `10${first}0${'00'.repeat(blocks - 1)}`;
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte.padEnd(8, '1'), 2)));
}

/** How many Huffman codes there are of 1 bit, 2 bits, and so on up to 16. */
function codeCounts(...counts: number[]): number[] {
  return [...counts, ...Array<number>(16 - counts.length).fill(0)];
}

function segment(marker: number, content: readonly number[]): Buffer {
  const length = content.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 255, ...content]);
}
