/** Looks now and then what other processes have put into the token file: the page and the command line log in, too. */
import type { Clock } from '../../clock.ts';
import type { TokenFile } from './token.ts';

export interface TokenListener {
  /** Somebody has logged in anew. */
  onLogin(): void;
  /** A command was given a token in place of ours. */
  onRotation(): void;
}

const every = 60_000;

/** The returned function ends it. */
export function watchToken(
  tokens: Pick<TokenFile, 'news'>,
  clock: Clock,
  { onLogin, onRotation }: TokenListener,
): () => void {
  let cancel = () => {};
  const look = () => {
    later();
    const news = tokens.news();
    if (news === 'login') onLogin();
    if (news === 'rotation') onRotation();
  };
  const later = () => {
    cancel = clock.after(every, look);
  };
  later();
  return () => cancel();
}
