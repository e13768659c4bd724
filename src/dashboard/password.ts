/** Passwords as scrypt hashes, which is all that is kept of them. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** 2^15 rounds of 8 blocks: 32 MB and about a tenth of a second for each guess (OWASP's scrypt advice, one step down for a Pi). */
const cost = { N: 2 ** 15, r: 8, p: 1 };
const keyBytes = 32;
const pattern = /^scrypt\$(\d{1,2})\$([A-Za-z0-9_-]{22})\$([A-Za-z0-9_-]{43})$/;

export function isHash(text: string): boolean {
  return pattern.test(text);
}

/** `scrypt$15$salt$key`, the cost as a power of two. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, cost.N);
  return `scrypt$${Math.log2(cost.N)}$${salt.toString('base64url')}$${key.toString('base64url')}`;
}

/** False also for a hash that is none. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, power, salt, key] = pattern.exec(hash) ?? [];
  if (!power || !salt || !key || Number(power) > 17) return false;
  const derived = await derive(password, Buffer.from(salt, 'base64url'), 2 ** Number(power));
  return timingSafeEqual(derived, Buffer.from(key, 'base64url'));
}

function derive(password: string, salt: Buffer, N: number): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFC'), salt, keyBytes, { ...cost, N, maxmem: 256 * N * cost.r }, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}
