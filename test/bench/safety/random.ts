/** Numbers that look random and are the same in every run with the same seed. Marsaglia's xorshift, 32 bits. */

export interface Random {
  /** A whole number, 0 to below `limit`. */
  below(limit: number): number;
  /** `count` different ones of `values`, in order of drawing; all of them where there are fewer. */
  pick<T>(values: readonly T[], count: number): T[];
}

export function seeded(seed: number): Random {
  // Xorshift stays at 0 for ever once it is there; small seeds differ in few bits until they are spread.
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  const below = (limit: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * limit);
  };
  const pick = <T>(values: readonly T[], count: number) => {
    const shuffled = [...values];
    const taken = Math.min(count, shuffled.length);
    for (let i = 0; i < taken; i++) {
      const other = i + below(shuffled.length - i);
      [shuffled[i], shuffled[other]] = [shuffled[other] as T, shuffled[i] as T];
    }
    return shuffled.slice(0, taken);
  };
  return { below, pick };
}
