/** Ids out of names: stable, `[a-z0-9-]`, the same for names that differ only in case, accents or punctuation. */
import { createHash } from 'node:crypto';

export function slug(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const latin = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  // Letters outside a-z would vanish, and with them what sets two names apart.
  if (!/[^\p{ASCII}]/u.test(plain.replace(/[^\p{L}\p{N}]/gu, ''))) return latin;
  const digest = createHash('sha256').update(plain).digest('hex').slice(0, 8);
  return latin ? `${latin}-${digest}` : digest;
}
