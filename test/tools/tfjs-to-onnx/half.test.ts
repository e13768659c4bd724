// Float16 in both directions.
import { describe, expect, it } from 'vitest';
import { fromHalves, toHalves } from '../../../tools/tfjs-to-onnx/half.ts';

const everyHalf = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
const isNotANumber = (bits: number): boolean => (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;

describe('float16', () => {
  it('comes back from float32 bit for bit, whichever of the 65536 it is', () => {
    const back = toHalves(fromHalves(everyHalf));
    const changed = everyHalf.filter((bits) => !isNotANumber(bits) && back[bits] !== bits);
    expect([...changed]).toEqual([]);
  });

  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ])('%i stands for %d', (bits, number) => {
    expect([...fromHalves(Uint16Array.of(bits))]).toEqual([number]);
  });

  it('keeps what is not a number so', () => {
    expect([...fromHalves(toHalves(fromHalves(Uint16Array.of(0x7e00))))]).toEqual([Number.NaN]);
  });
});
