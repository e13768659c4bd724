/** What people may be called. Pure. */
import { StoreError } from './store-error.ts';

const longest = 64;

/**
 * The name trimmed and in Unicode's composed form, so that one name typed on two machines is one name. Apple Home wants
 * names to begin and end with a letter or a digit; marks that turn the direction of writing could pass one name off
 * as another. Throws the StoreError `invalid`.
 */
export function personName(typed: string, what = 'The name'): string {
  const name = typed.normalize('NFC').trim();
  const refuse = (why: string) => new StoreError('invalid', `${what} ${why}.`);
  if (name === '') throw refuse('is empty: give one of 1 to 64 characters');
  if ([...name].length > longest) throw refuse(`is too long: ${longest} characters are the most`);
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(name)) throw refuse('has control characters in it');
  if (!/^[\p{L}\p{N}]/u.test(name) || !/[\p{L}\p{N}]$/u.test(name)) {
    throw refuse(`"${name}" must begin and end with a letter or a digit, because Apple Home needs it`);
  }
  return name;
}
