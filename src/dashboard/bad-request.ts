/** What was asked is wrong: `message` says what, in one sentence. */
export class BadRequest extends Error {
  override name = 'BadRequest';
}
