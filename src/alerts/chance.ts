/** Randomness as an input. */
import { randomBytes } from 'node:crypto';

export interface Chance {
  /** 128 bits that nobody can guess: 22 characters of `[A-Za-z0-9_-]`. */
  nonce(): string;
  /** 0 up to, but not including, 1. */
  fraction(): number;
}

export const systemChance: Chance = {
  nonce: () => randomBytes(16).toString('base64url'),
  fraction: Math.random,
};

/** Doubles from `least` with every further failure, up to `most`, and lands anywhere in the upper half of that. */
export function backOff(failures: number, least: number, most: number, chance: Chance): number {
  const wait = Math.min(most, least * 2 ** Math.min(failures - 1, 30));
  return Math.max(least, wait * (0.5 + chance.fraction() / 2));
}
